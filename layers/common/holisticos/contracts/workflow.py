"""Payloads between the states of the analysis workflow.

They hold references, counts and names only: never health values and never a user's id, because
execution histories are kept and read by operators.
"""

from pydantic import Field

from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Engine, Source


class AnalysisInput(Contract):
    """Input of an execution."""

    analysis_id: str
    correlation_id: str


class FetchTask(AnalysisInput):
    """Input of ``fetch_data``: read everything from this one source."""

    source: Source


class FetchOutcome(Contract):
    """Output of ``fetch_data``."""

    source: Source
    has_data: bool
    snapshot: SnapshotRef
    records: dict[str, int] = {}
    quality_score: float = Field(ge=0, le=1)


class AgentTask(AnalysisInput):
    """Input of every agent function."""

    snapshot: SnapshotRef


class AgentOutcome(Contract):
    """Output of every agent branch, also of one that was caught."""

    agent: AgentName
    status: AgentStatus
    engine: Engine = Engine.RULES
    reason: str | None = None


class AggregateTask(AnalysisInput):
    """Input of ``aggregate``."""

    snapshot: SnapshotRef
    outcomes: tuple[AgentOutcome, ...] = ()


class AggregateOutcome(Contract):
    """Output of ``aggregate`` and so of the execution."""

    status: AnalysisStatus
