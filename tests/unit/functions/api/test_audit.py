"""GET /api/v1/users/{user_id}/audit"""

from datetime import timedelta
from typing import Any

import pytest

from holisticos.contracts.audit import AuditAction, AuditRecord
from tests.unit.functions.api.served import Served

URL = "/api/v1/users/ana/audit"


def given_record(api: Served, **changes: Any) -> None:
    api.audit.append(
        AuditRecord.model_validate(
            {
                "user_id": "ana",
                "at": api.clock.now(),
                "action": AuditAction.PROFILE_READ,
                "actor": "ana",
                "resource": "profile",
                "correlation_id": "corr-1",
                **changes,
            }
        )
    )
    api.clock.advance(timedelta(seconds=1))


def items(api: Served, **params: Any) -> list[dict[str, Any]]:
    answer = api.get(URL, params=params)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_uses_come_newest_first(api: Served) -> None:
    given_record(api)
    given_record(api, action=AuditAction.ANALYSIS_READ, resource="an-1")
    given_record(api, user_id="bob")
    assert [item["resource"] for item in items(api)] == ["an-1", "profile"]


@pytest.mark.parametrize(
    ("actor", "shown"),
    [("ana", "self"), ("function:fetch_data", "service"), ("agent:routine", "service"), ("bob", "somebody_else")],
)
def test_nobody_is_told_who_another_user_is(api: Served, actor: str, shown: str) -> None:
    given_record(api, actor=actor, success=False)
    (item,) = items(api)
    assert (item["actor"], item["success"]) == (shown, False)
    assert "bob" not in str(item)


def test_who_was_refused_is_seen_by_the_owner(api: Served) -> None:
    api.get("/api/v1/users/ana/profile", user="bob")
    (item,) = items(api)
    assert (item["action"], item["actor"], item["success"]) == ("access.denied", "somebody_else", False)


def test_reading_the_trail_is_on_it(api: Served) -> None:
    assert items(api) == []
    assert [item["action"] for item in items(api)] == ["audit.read"]


def test_pages_have_every_use_once(api: Served) -> None:
    for number in range(7):
        given_record(api, resource=f"r{number}")
    found: list[str] = []
    params: dict[str, Any] = {"limit": 3}
    while True:
        page = api.get(URL, params=params).json()
        found += [item["resource"] for item in page["items"]]
        if page.get("next_cursor") is None:
            break
        params["cursor"] = page["next_cursor"]
    assert found == [f"r{number}" for number in range(6, -1, -1)]


def test_a_cursor_of_another_user_shows_nothing_of_theirs(api: Served) -> None:
    for _ in range(3):
        given_record(api, user_id="bob", actor="bob", resource="secret")
    theirs = api.get("/api/v1/users/bob/audit", user="bob", params={"limit": 1}).json()["next_cursor"]
    assert not [item for item in items(api, cursor=theirs) if item["resource"] == "secret"]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x"])
def test_an_impossible_limit_is_refused(api: Served, limit: str) -> None:
    assert api.get(URL, params={"limit": limit}).status_code == 422


def test_another_users_trail_is_refused(api: Served) -> None:
    given_record(api)
    answer = api.get(URL, user="bob")
    assert answer.status_code == 403
    assert "profile" not in answer.text
