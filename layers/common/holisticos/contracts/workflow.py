"""Payloads between the states of the workflows.

They hold references, counts and names only: never health values and never a user's id, because
execution histories are kept and read by operators.
"""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Engine, Part, Source


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
    agents: tuple[AgentName, ...] = Field(default=(), description="those with enough data")


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


class DailyTask(Contract):
    """Input of ``daily``: some of the users for whom it is morning and who want a daily analysis."""

    scheduled_for: AwareDatetime = Field(description="the instant for which the run was scheduled, however late it is")
    correlation_id: str
    cursor: str | None = None


class DailyOutcome(Contract):
    """Output of ``daily``: analyses that exist, queued, and are to be started; ``cursor`` asks for the next page."""

    analysis_ids: tuple[str, ...] = ()
    sample: tuple[str, ...] = Field(default=(), description="those of them whose users' data are reconciled today")
    cursor: str | None = None


class ReconcileTask(AnalysisInput):
    """Input of ``reconcile``: the user is found through the analysis."""


class ReconciledPart(Contract):
    """One part of a user's data, compared between the health API and our database."""

    upstream: int = Field(ge=0, description="records of the health API")
    stored: int = Field(ge=0, description="records of the database")
    missing: int = Field(ge=0, description="in the health API alone")
    outdated: int = Field(ge=0, description="in both, and different")
    surplus: int = Field(ge=0, description="in the database alone; they are left where they are")
    repaired: int = Field(ge=0, description="rows of the database that were changed")


class ReconcileOutcome(Contract):
    """Output of ``reconcile``; no parts where there was nobody to do it for."""

    parts: dict[Part, ReconciledPart] = {}


class ErasureInput(Contract):
    """Input of an erasure's execution; the user is found through the erasure."""

    erasure_id: str
    correlation_id: str


class ErasureStep(StrEnum):
    """What the function ``erasure`` is asked to do, in this order."""

    CLOSE = "close"
    """End what is running, so that nothing more is written."""
    ERASE = "erase"
    PROVE = "prove"
    """Look whether anything is left, and put on record that nothing is."""


class ErasureTask(ErasureInput):
    """Input of ``erasure``."""

    step: ErasureStep


class ErasureOutcome(Contract):
    """Output of ``erasure``: how many analyses may still be written to, and how many things are left to erase."""

    unsettled: int = Field(default=0, ge=0)
    left: int = Field(default=0, ge=0)
