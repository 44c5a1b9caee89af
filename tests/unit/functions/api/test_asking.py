"""POST /api/v1/users/{user_id}/analyze"""

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest

from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import StoreError, StoreUnavailableError
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AnalysisStatus, AnalysisType, Archetype, Trigger
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.workflow_starter import RecordingWorkflowStarter
from tests.unit.functions.api.served import Served

KEY = {"Idempotency-Key": "2f1d7c9e-0f3b-4f57-8f0a-7d2f0c6f5c11"}


class BrokenStarter(RecordingWorkflowStarter):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    def start(self, analysis_id: str, correlation_id: str) -> None:
        if self.error:
            raise self.error
        super().start(analysis_id, correlation_id)


class ListedStore(InMemoryAnalysisStore):
    """Remembers the ids that were created."""

    def __init__(self) -> None:
        super().__init__()
        self.created: list[str] = []

    def create(self, head: AnalysisHead, event: NewEvent, **options: Any) -> None:
        super().create(head, event, **options)
        self.created.append(head.analysis_id)


def test_an_analysis_is_stored_started_and_linked(api: Served) -> None:
    answer = api.analyze(
        json={"archetype": "Peak Performer", "analysis_type": "initial", "as_of": "2026-03-01T22:00:00+01:00"},
        headers={"X-Correlation-Id": "mobile-4711"},
    )

    assert answer.status_code == 202
    body = answer.json()
    analysis_id = body["analysis_id"]
    assert body["links"] == {
        "self": f"/api/v1/analysis/{analysis_id}",
        "stream": f"/api/v1/analysis/{analysis_id}/stream",
    }
    assert api.workflow.started == {analysis_id: "mobile-4711"}
    head, events = api.analyses.progress(analysis_id)
    assert head.user_id == "ana"
    assert head.archetype is Archetype.PEAK_PERFORMER
    assert head.analysis_type is AnalysisType.INITIAL
    assert head.as_of.isoformat() == "2026-03-01T22:00:00+01:00"
    assert head.trigger is Trigger.USER
    assert body["deadline_at"] == head.deadline_at.isoformat().replace("+00:00", "Z")
    assert [event.type for event in events] == [EventType.QUEUED]


def test_the_location_leads_to_the_analysis_behind_any_prefix(api: Served) -> None:
    answer = api.analyze()
    for base in ("https://health.example", "https://abc.execute-api.example/dev", "http://127.0.0.1:4566/a/b/_c_"):
        asked = f"{base}/api/v1/users/ana/analyze"
        assert urljoin(asked, answer.headers["Location"]) == base + answer.json()["links"]["self"]


@pytest.mark.parametrize("options", [{}, {"json": {}}, {"json": None}, {"json": {"archetype": None, "as_of": None}}])
def test_every_wish_may_be_left_out(api: Served, options: dict[str, Any]) -> None:
    answer = api.analyze(**options)
    assert answer.status_code == 202
    head = api.analyses.head(answer.json()["analysis_id"])
    assert (head.analysis_type, head.archetype, head.as_of) == (AnalysisType.AUTO, None, api.clock.now())


@pytest.mark.parametrize("headers", [{}, KEY])
@pytest.mark.parametrize("wishes", [{}, {"archetype": "Peak Performer"}])
def test_while_one_runs_a_second_one_is_answered_with_its_id(
    api: Served, headers: dict[str, str], wishes: dict[str, str]
) -> None:
    first = api.analyze()
    second = api.analyze(json=wishes, headers=headers)
    assert second.status_code == 409
    problem = second.json()
    assert problem["type"] == "/problems/analysis-running"
    assert problem["analysis_id"] == first.json()["analysis_id"]
    assert problem["links"] == first.json()["links"]
    assert second.headers["Location"] == first.headers["Location"]
    assert list(api.workflow.started) == [first.json()["analysis_id"]]


def test_once_it_is_final_there_is_a_second_one_and_its_key_is_free(api: Served) -> None:
    first = api.analyze().json()["analysis_id"]
    assert api.analyze(headers=KEY).status_code == 409
    api.ended(first)
    second = api.analyze(headers=KEY)
    assert second.status_code == 202
    assert second.json()["analysis_id"] != first


def test_the_first_ones_key_gives_the_same_answer_while_another_runs(api: Served) -> None:
    first = api.analyze(headers=KEY)
    api.ended(first.json()["analysis_id"])
    assert api.analyze().status_code == 202
    assert api.analyze(headers=KEY).json() == first.json()


def test_another_users_analysis_is_in_nobodys_way(api: Served) -> None:
    assert api.analyze().status_code == 202
    assert api.analyze("bob", user="bob").status_code == 202


def test_one_that_is_past_its_deadline_is_in_nobodys_way(api: Served) -> None:
    api.analyze()
    api.clock.advance(timedelta(hours=1))
    assert api.analyze().status_code == 202


def test_the_same_key_and_body_give_one_run_and_the_same_answer(api: Served) -> None:
    first = api.analyze(json={"analysis_type": "initial"}, headers=KEY)
    api.clock.advance(timedelta(seconds=30))
    api.analyses.append(
        first.json()["analysis_id"],
        NewEvent(at=api.clock.now(), type=EventType.FETCHING, progress=5, message="Fetching"),
        AnalysisStatus.FETCHING,
    )
    second = api.analyze(json={"analysis_type": "initial"}, headers=KEY)

    assert (second.status_code, second.json(), second.headers["Location"]) == (
        202,
        first.json(),
        first.headers["Location"],
    )
    assert len(api.workflow.started) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"analysis_type": "follow_up"},
        {"archetype": "Peak Performer"},
        {"as_of": "2026-03-01T00:00:00Z"},
    ],
)
def test_the_same_key_with_another_body_is_refused(api: Served, other: dict[str, str]) -> None:
    api.analyze(json={}, headers=KEY)
    answer = api.analyze(json=other, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"
    assert len(api.workflow.started) == 1


def test_another_spelling_of_the_same_instant_is_the_same_body(api: Served) -> None:
    first = api.analyze(json={"as_of": "2026-03-01T00:00:00Z"}, headers=KEY)
    second = api.analyze(json={"as_of": "2026-03-01T01:00:00.000+01:00"}, headers=KEY)
    assert second.json() == first.json()


def test_one_key_of_two_users_gives_two_analyses(api: Served) -> None:
    ids = {api.analyze(user, user=user, headers=KEY).json()["analysis_id"] for user in ("ana", "bob")}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 129, "schlüssel"])
def test_an_unusable_key_is_refused(api: Served, key: str) -> None:
    answer = api.analyze(headers={"Idempotency-Key": key.encode()})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == "header"
    assert answer.json()["errors"][0]["field"] == "idempotency-key"


def test_an_unknown_archetype_is_answered_with_the_known_ones(api: Served) -> None:
    answer = api.analyze(json={"archetype": "Couch Potato"})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "/problems/unknown-archetype"
    assert all(archetype in problem["detail"] for archetype in Archetype)
    assert "Couch" not in answer.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"archetype": True}, "archetype"),
        ({"archetype": ["Peak Performer"]}, "archetype"),
        ({"analysis_type": "weekly"}, "analysis_type"),
        ({"analysis_type": True}, "analysis_type"),
        ({"analysis_type": None}, "analysis_type"),
        ({"as_of": 1700000000}, "as_of"),
        ({"as_of": True}, "as_of"),
        ({"as_of": "1700000000"}, "as_of"),
        ({"as_of": "2026-03-01"}, "as_of"),
        ({"as_of": "2026-03-01T00:00:00"}, "as_of"),
        ({"as_of": "2026-02-30T00:00:00Z"}, "as_of"),
        ({"as_of": "1999-12-31T23:59:59Z"}, "as_of"),
        ({"as_of": "0001-01-01T00:00:00Z"}, "as_of"),
        ({"as_of": "2026-03-14T09:00:01Z"}, "as_of"),
        ({"as_of": "9999-12-31T23:59:59-23:59"}, "as_of"),
        ({"days": 7}, "days"),
        ([], ""),
        ("analyze", ""),
        (7, ""),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(api: Served, body: object, field: str) -> None:
    answer = api.analyze(json=body)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert api.workflow.started == {}


def test_as_of_this_very_instant_is_not_the_future(api: Served) -> None:
    assert api.analyze(json={"as_of": "2026-03-14T10:00:00+01:00"}).status_code == 202


@pytest.mark.parametrize("error", [StoreUnavailableError("throttled"), StoreError("AccessDenied")])
def test_what_could_not_be_started_has_failed_and_the_client_may_ask_again(error: StoreError) -> None:
    store = ListedStore()
    api = Served(analyses=store, workflow=BrokenStarter(error))
    answer = api.analyze()
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    head, events = store.progress(store.created[0])
    assert (head.status, head.reason) == (AnalysisStatus.FAILED, "not_started")
    assert events[-1].type is EventType.FAILED


def test_a_repetition_starts_what_could_not_be_started_before() -> None:
    starter = BrokenStarter(StoreUnavailableError("throttled"))
    api = Served(workflow=starter)
    assert api.analyze(headers=KEY).status_code == 503
    starter.error = None
    answer = api.analyze(headers=KEY)
    assert answer.status_code == 202
    assert list(starter.started) == [answer.json()["analysis_id"]]


def test_a_store_that_is_down_is_answered_with_503() -> None:
    class DownStore(InMemoryAnalysisStore):
        def create(self, *_: object, **__: object) -> None:
            raise StoreUnavailableError("create analysis: ThrottlingException")

        def append(self, *_: object) -> None:
            raise StoreUnavailableError("append event: ThrottlingException")

    api = Served(analyses=DownStore())
    answer = api.analyze()
    assert answer.status_code == 503
    assert "Throttling" not in answer.text
    assert api.workflow.started == {}


def test_the_request_is_on_the_audit_trail(api: Served) -> None:
    answer = api.analyze(headers={"X-Correlation-Id": "mobile-4711"})
    (record,) = api.records(AuditAction.ANALYSIS_REQUESTED)
    assert (record.user_id, record.actor, record.correlation_id) == ("ana", "ana", "mobile-4711")
    assert record.resource == answer.json()["analysis_id"]
