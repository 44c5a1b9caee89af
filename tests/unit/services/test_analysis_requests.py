"""An analysis is asked for once, recorded, and started however often the asking is repeated."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import AnalysisRunningError, NotFoundError, StoreUnavailableError
from holisticos.contracts.events import EventType
from holisticos.contracts.names import FINAL_STATUSES, AnalysisStatus, AnalysisType, Archetype, Trigger
from holisticos.services.analysis_requests import (
    AnalysisRequest,
    RequestedAnalysis,
    derive_analysis_id,
    register_analysis,
    request_analysis,
)
from tests.examples import an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.workflow_starter import RecordingWorkflowStarter

IDS = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=64)


class Desk:
    """The service with its surroundings."""

    def __init__(self) -> None:
        self.analyses = InMemoryAnalysisStore()
        self.audit = InMemoryAuditLog()
        self.workflow: Any = RecordingWorkflowStarter()
        self.clock = FixedClock()

    def request(self, analysis_id: str = "an-1", **changes: Any) -> RequestedAnalysis:
        request = AnalysisRequest(**{"user_id": "user-1", "actor": "user-1", "correlation_id": "corr-1", **changes})
        return request_analysis(
            analysis_id,
            request,
            analyses=self.analyses,
            audit=self.audit,
            workflow=self.workflow,
            clock=self.clock,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_requested_analysis_is_queued_recorded_and_started(desk: Desk) -> None:
    requested = desk.request(archetype=Archetype.PEAK_PERFORMER, analysis_type=AnalysisType.INITIAL)

    head, events = desk.analyses.progress("an-1")
    now = desk.clock.now()
    assert requested == RequestedAnalysis(head, created=True)
    assert (head.status, head.trigger, head.user_id) == (AnalysisStatus.QUEUED, Trigger.USER, "user-1")
    assert (head.archetype, head.analysis_type) == (Archetype.PEAK_PERFORMER, AnalysisType.INITIAL)
    assert head.as_of == head.requested_at == now
    assert head.deadline_at == now + timedelta(minutes=5)
    assert [(event.seq, event.type, event.at) for event in events] == [(1, EventType.QUEUED, now)]
    assert desk.workflow.started == {"an-1": "corr-1"}
    (record,) = desk.audit.records
    assert (record.user_id, record.actor, record.resource) == ("user-1", "user-1", "an-1")
    assert (record.action, record.correlation_id, record.at) == (AuditAction.ANALYSIS_REQUESTED, "corr-1", now)


def test_the_past_can_be_analysed(desk: Desk) -> None:
    past = datetime(2016, 5, 12, tzinfo=UTC)

    head = desk.request(as_of=past).head

    assert head.as_of == past
    assert head.requested_at == desk.clock.now()


def test_a_repeated_request_finds_the_first(desk: Desk) -> None:
    first = desk.request()
    desk.clock.advance(timedelta(seconds=30))
    second = desk.request(correlation_id="corr-2", archetype=Archetype.PEAK_PERFORMER)

    assert second == RequestedAnalysis(first.head, created=False)
    assert len(desk.analyses.progress("an-1")[1]) == 1
    assert desk.workflow.started == {"an-1": "corr-1"}


def test_while_one_runs_another_is_refused_with_its_id(desk: Desk) -> None:
    desk.request()
    with pytest.raises(AnalysisRunningError) as refused:
        desk.request("an-2", archetype=Archetype.PEAK_PERFORMER)

    assert refused.value.analysis_id == "an-1"
    assert set(desk.workflow.started) == {"an-1"}
    with pytest.raises(NotFoundError):
        desk.analyses.head("an-2")


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_when_it_has_ended_the_next_one_is_made(desk: Desk, status: AnalysisStatus) -> None:
    desk.request()
    desk.analyses.append("an-1", an_event(EventType.FAILED), status)

    assert desk.request("an-2").created
    assert desk.request().head.status is status


def test_one_that_was_lost_is_ended_and_the_next_one_made(desk: Desk) -> None:
    desk.request()
    desk.clock.advance(timedelta(minutes=5, microseconds=1))

    assert desk.request("an-2").created


def test_one_that_is_not_there_any_more_stands_in_nobodys_way(desk: Desk) -> None:
    desk.request()
    desk.analyses.erase("an-1")

    assert desk.request("an-2").created


def test_the_daily_one_is_made_beside_it_and_is_then_the_running_one(desk: Desk) -> None:
    desk.request()
    daily = AnalysisRequest(user_id="user-1", actor="daily", correlation_id="corr-1", trigger=Trigger.DAILY)
    made = register_analysis("an-daily", daily, analyses=desk.analyses, audit=desk.audit, clock=desk.clock)
    assert made.created

    with pytest.raises(AnalysisRunningError, match="an-daily"):
        desk.request("an-2")


class BrokenWorkflow:
    def start(self, *_: str) -> None:
        raise StoreUnavailableError("start analysis: ThrottlingException")


def test_a_request_that_died_before_starting_is_repaired_by_the_next(desk: Desk) -> None:
    working, desk.workflow = desk.workflow, BrokenWorkflow()
    with pytest.raises(StoreUnavailableError):
        desk.request()
    desk.workflow = working

    assert desk.request(correlation_id="corr-2").created is False
    assert working.started == {"an-1": "corr-1"}


@pytest.mark.parametrize("status", [status for status in AnalysisStatus if status is not AnalysisStatus.QUEUED])
def test_what_has_begun_is_not_started_again(desk: Desk, status: AnalysisStatus) -> None:
    desk.request()
    desk.analyses.append("an-1", an_event(EventType.FETCHING), status)
    desk.workflow = BrokenWorkflow()

    assert desk.request().head.status is status


class BrokenAudit:
    def append(self, *_: object) -> None:
        raise StoreUnavailableError("append audit record: ThrottlingException")


def test_what_cannot_be_recorded_does_not_happen(desk: Desk) -> None:
    desk.audit = BrokenAudit()  # type: ignore[assignment]  # the attribute is that of the working one

    with pytest.raises(StoreUnavailableError):
        desk.request()

    assert desk.analyses.of_user("user-1") == ([], None)
    assert desk.workflow.started == {}


@given(IDS, IDS, st.text(max_size=80), st.text(max_size=80))
def test_ids_are_equal_for_the_same_user_and_key_only(user: str, other: str, key: str, other_key: str) -> None:
    same = (user, key) == (other, other_key)

    assert (derive_analysis_id(user, key) == derive_analysis_id(other, other_key)) is same


@given(IDS, st.dates())
def test_a_day_is_no_key(user: str, day: date) -> None:
    assert derive_analysis_id(user, day) == derive_analysis_id(user, day)
    assert derive_analysis_id(user, day) != derive_analysis_id(user, day.isoformat())
    if day < date.max:
        assert derive_analysis_id(user, day) != derive_analysis_id(user, day + timedelta(days=1))


@given(IDS, st.one_of(st.none(), st.text(max_size=80), st.dates()))
def test_an_id_can_name_an_execution_and_tells_nothing(user: str, key: str | date | None) -> None:
    analysis_id = derive_analysis_id(user, key)

    assert analysis_id.startswith("an-")
    assert len(analysis_id) == 35
    assert int(analysis_id.removeprefix("an-"), 16) >= 0


def test_without_a_key_every_id_is_new() -> None:
    assert derive_analysis_id("user-1") != derive_analysis_id("user-1")
