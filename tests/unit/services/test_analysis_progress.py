"""An analysis is followed, and ended by its reader where nobody else will."""

from datetime import timedelta

import pytest

from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AnalysisStatus
from holisticos.services.analysis_progress import NOT_STARTED, TIMED_OUT, AnalysisProgress, give_up, read_progress
from tests.examples import a_head, a_result, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.clock import FixedClock


class Case:
    """One queued analysis that may take five minutes."""

    def __init__(self, store: InMemoryAnalysisStore | None = None) -> None:
        self.clock = FixedClock()
        self.analyses = store or InMemoryAnalysisStore()
        self.head: AnalysisHead = a_head(deadline_at=self.clock.now() + timedelta(minutes=5))
        self.analyses.create(self.head, an_event(at=self.clock.now()))

    def read(self, after: int = 0) -> AnalysisProgress:
        return read_progress("an-1", after, analyses=self.analyses, clock=self.clock)


def test_only_what_is_new_is_read() -> None:
    case = Case()
    case.analyses.append("an-1", an_event(EventType.FETCHING))
    assert [event.seq for event in case.read().events] == [1, 2]
    assert [event.seq for event in case.read(1).events] == [2]
    assert case.read(2).events == []


def test_what_does_not_exist_is_not_found() -> None:
    case = Case()
    with pytest.raises(NotFoundError):
        read_progress("an-2", analyses=case.analyses, clock=case.clock)


def test_at_its_deadline_an_analysis_may_still_end_by_itself() -> None:
    case = Case()
    case.clock.advance(timedelta(minutes=5))
    assert case.read().head.status is AnalysisStatus.QUEUED


def test_past_its_deadline_it_has_failed_for_every_reader() -> None:
    case = Case()
    case.clock.advance(timedelta(minutes=6))
    first = case.read(1)
    case.clock.advance(timedelta(minutes=6))
    assert (first.head.status, first.head.reason) == (AnalysisStatus.FAILED, TIMED_OUT)
    assert [(event.seq, event.type) for event in first.events] == [(2, EventType.FAILED)]
    assert case.read(1) == first


def test_an_analysis_that_ended_in_time_stays_as_it_ended() -> None:
    case = Case()
    case.analyses.finish(a_result(), an_event(EventType.COMPLETED, progress=100))
    case.clock.advance(timedelta(days=1))
    assert case.read().head.status is AnalysisStatus.COMPLETED


def test_a_workflow_that_ends_at_the_same_moment_wins() -> None:
    class RacingStore(InMemoryAnalysisStore):
        def append(
            self, analysis_id: str, event: NewEvent, status: AnalysisStatus | None = None, reason: str | None = None
        ) -> None:
            self.finish(a_result(analysis_id), an_event(EventType.COMPLETED, progress=100))
            super().append(analysis_id, event, status, reason)

    case = Case(RacingStore())
    case.clock.advance(timedelta(minutes=6))
    progress = case.read()
    assert progress.head.status is AnalysisStatus.COMPLETED
    assert [event.type for event in progress.events] == [EventType.QUEUED, EventType.COMPLETED]


def test_giving_up_names_the_reason_and_happens_once() -> None:
    case = Case()
    for reason in (NOT_STARTED, TIMED_OUT):
        give_up("an-1", reason, analyses=case.analyses, clock=case.clock)
    progress = case.read()
    assert (progress.head.reason, len(progress.events)) == (NOT_STARTED, 2)
    assert progress.head.completed_at == case.clock.now()
