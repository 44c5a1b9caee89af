"""DELETE /api/v1/users/{user_id} and GET /api/v1/users/{user_id}/erasure"""

from typing import Any
from urllib.parse import urljoin

import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.erasure import ErasureStatus
from holisticos.contracts.errors import StoreUnavailableError
from tests.unit.functions.api.served import Served

URL = "/api/v1/users/ana"


def erase(api: Served, **options: Any) -> Any:
    return api.request("DELETE", URL, **options)


def test_it_is_accepted_and_told_where_to_look(api: Served) -> None:
    answer = erase(api)
    assert answer.status_code == 202
    body = answer.json()
    assert body["status"] == "requested"
    assert body["links"] == {"self": f"{URL}/erasure"}
    assert urljoin(f"https://api.test/stage{URL}", answer.headers["Location"]) == f"https://api.test/stage{URL}/erasure"
    assert api.get(f"{URL}/erasure").json() == body
    assert list(api.erasure_workflow.started) == [body["erasure_id"]]


def test_it_is_on_the_audit_trail_before_it_begins(api: Served) -> None:
    erase(api)
    (record,) = api.records()
    assert (record.action, record.actor) == (AuditAction.ERASURE_REQUESTED, "ana")


def test_a_repeated_request_is_the_same_erasure(api: Served) -> None:
    first, second = erase(api), erase(api)
    assert first.json() == second.json()
    assert len(api.erasure_workflow.started) == 1


def test_one_that_was_stored_and_not_started_is_started_by_the_next_request(
    api: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: str) -> None:
        raise StoreUnavailableError("start workflow: ThrottlingException")

    with monkeypatch.context() as patch:
        patch.setattr(api.erasure_workflow, "start", fail)
        assert erase(api).status_code == 503
    erasure_id = erase(api).json()["erasure_id"]
    assert list(api.erasure_workflow.started) == [erasure_id]


def test_one_that_failed_is_taken_up_by_a_new_one(api: Served) -> None:
    first = erase(api).json()["erasure_id"]
    api.erasures.replace(api.erasures.erasure(first), status=ErasureStatus.FAILED)
    assert api.get(f"{URL}/erasure").json()["status"] == "failed"
    second = erase(api).json()
    assert (second["status"], second["erasure_id"] != first) == ("requested", True)
    assert len(api.erasure_workflow.started) == 2


def test_a_completed_one_tells_what_was_erased(api: Served) -> None:
    erasure_id = erase(api).json()["erasure_id"]
    api.erasures.add_counts(erasure_id, {"analyses": 3})
    api.erasures.complete(erasure_id, api.clock.now())
    read = api.get(f"{URL}/erasure").json()
    assert (read["status"], read["completed_at"], read["erased"]) == (
        "completed",
        "2026-03-14T09:00:00Z",
        {"analyses": 3},
    )


def test_who_never_asked_has_no_erasure(api: Served) -> None:
    assert api.get(f"{URL}/erasure").status_code == 404


@pytest.mark.parametrize(("method", "path"), [("DELETE", URL), ("GET", f"{URL}/erasure")])
def test_nobody_erases_another(api: Served, method: str, path: str) -> None:
    assert api.request(method, path, user="bob").status_code == 403
    assert api.erasure_workflow.started == {}
    assert not api.erasures.is_being_erased("ana")


SETTINGS = {
    "timezone": "UTC",
    "language": "en",
    "archetype": None,
    "privacy": {"withheld_categories": [], "share_with_language_model": False},
    "daily_analysis": False,
}
WRITES: list[tuple[str, str, Any]] = [
    ("POST", f"{URL}/analyze", None),
    ("PUT", f"{URL}/profile", SETTINGS),
    ("POST", f"{URL}/recommendations/r1/feedback", {"adherence": "followed"}),
    ("POST", f"{URL}/export", None),
    ("GET", f"{URL}/health-context", None),
    ("GET", f"{URL}/scores", None),
    ("GET", f"{URL}/biomarkers", None),
    ("GET", f"{URL}/wearable-data", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_nothing_is_written_or_read_anew_while_it_lasts(api: Served, method: str, path: str, body: Any) -> None:
    erasure_id = erase(api).json()["erasure_id"]

    def ask() -> Any:
        return api.request(method, path, **({"json": body} if body else {}))

    answer = ask()
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/being-erased"
    assert (api.workflow.started, api.health.asked, api.exports.contents) == ({}, 0, {})

    api.erasures.complete(erasure_id, api.clock.now())
    assert ask().status_code != 409


@pytest.mark.parametrize("path", [f"{URL}/audit", f"{URL}/erasure", f"{URL}/analyses"])
def test_what_was_done_can_be_seen_meanwhile(api: Served, path: str) -> None:
    erase(api)
    assert api.get(path).status_code == 200
