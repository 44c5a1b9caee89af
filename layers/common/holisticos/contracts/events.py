"""Progress events of an analysis: what a client sees while it waits."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName, AnalysisStatus, Source


class EventType(StrEnum):
    QUEUED = "analysis.queued"
    FETCHING = "analysis.fetching"
    FETCHED = "analysis.fetched"
    AGENT_STARTED = "agent.started"
    AGENT_COMPLETED = "agent.completed"
    AGENT_DEGRADED = "agent.degraded"
    AGGREGATING = "analysis.aggregating"
    COMPLETED = "analysis.completed"
    PARTIAL = "analysis.partial"
    NO_DATA = "analysis.no_data"
    FAILED = "analysis.failed"

    @property
    def is_final(self) -> bool:
        return self in FINAL_EVENTS


FINAL_EVENTS = frozenset({EventType.COMPLETED, EventType.PARTIAL, EventType.NO_DATA, EventType.FAILED})

FINAL_EVENT_OF: dict[AnalysisStatus, EventType] = {
    AnalysisStatus.COMPLETED: EventType.COMPLETED,
    AnalysisStatus.PARTIAL: EventType.PARTIAL,
    AnalysisStatus.NO_DATA: EventType.NO_DATA,
    AnalysisStatus.FAILED: EventType.FAILED,
}


class NewEvent(Contract):
    """An event as its writer gives it; its number is its place in the log, known once it is stored."""

    at: datetime
    type: EventType
    progress: int = Field(ge=0, le=100)
    message: str = Field(max_length=200)
    agent: AgentName | None = None
    source: Source | None = None


class Event(NewEvent):
    """A stored event. Numbers start at 1 and have no gaps."""

    seq: int = Field(ge=1)
