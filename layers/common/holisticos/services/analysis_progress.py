"""Following an analysis, and ending one that nobody will end any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.errors import ConflictError
from holisticos.contracts.events import Event, EventType, NewEvent
from holisticos.contracts.names import AnalysisStatus
from holisticos.ports import AnalysisStore, Clock

TIMED_OUT = "timed_out"
NOT_STARTED = "not_started"
ERASED = "erased"

_MESSAGES = {
    TIMED_OUT: "The analysis took too long and was given up; please ask again",
    NOT_STARTED: "The analysis could not be started; please ask again",
    ERASED: "The analysis was ended because your data are being erased",
}


@dataclass(frozen=True, slots=True)
class AnalysisProgress:
    """Head and events of one instant."""

    head: AnalysisHead
    events: Sequence[Event]


def read_progress(analysis_id: str, after: int = 0, *, analyses: AnalysisStore, clock: Clock) -> AnalysisProgress:
    """The head and the events numbered above ``after``.

    An analysis that is not final past its deadline is marked failed by this reader, so that every analysis
    comes to a final status whatever became of its workflow. Raises ``NotFoundError``.
    """
    head, events = analyses.progress(analysis_id, after)
    if _overdue(head, clock):
        give_up(analysis_id, TIMED_OUT, analyses=analyses, clock=clock)
        head, events = analyses.progress(analysis_id, after)
    return AnalysisProgress(head, events)


def current(head: AnalysisHead, *, analyses: AnalysisStore, clock: Clock) -> AnalysisHead:
    """A head from a list, ended where it is overdue, as ``read_progress`` does."""
    return read_progress(head.analysis_id, analyses=analyses, clock=clock).head if _overdue(head, clock) else head


def give_up(analysis_id: str, reason: str, *, analyses: AnalysisStore, clock: Clock) -> None:
    """Mark an analysis failed unless it has ended in the meantime."""
    event = NewEvent(at=clock.now(), type=EventType.FAILED, progress=100, message=_MESSAGES[reason])
    try:
        analyses.append(analysis_id, event, AnalysisStatus.FAILED, reason)
    except ConflictError:
        return


def _overdue(head: AnalysisHead, clock: Clock) -> bool:
    return not head.status.is_final and clock.now() > head.deadline_at
