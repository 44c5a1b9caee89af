"""An analysis from request to result."""

from datetime import datetime

from pydantic import Field

from holisticos.contracts.base import Contract
from holisticos.contracts.names import (
    AgentName,
    AnalysisStatus,
    AnalysisType,
    Archetype,
    CacheUse,
    Part,
    Source,
    Trigger,
)
from holisticos.contracts.report import AgentReport, DateSpan, DayBlock, Insight, Recommendation
from holisticos.contracts.usage import Cost


class AnalysisWindow(DateSpan):
    """The analysed local days, both ends included, in the user's time zone."""

    timezone: str

    @classmethod
    def of(cls, span: DateSpan, timezone: str) -> "AnalysisWindow":
        return cls(start=span.start, end=span.end, timezone=timezone)


class PartReport(Contract):
    """Provenance of one fetched part."""

    source: Source
    fetched_at: datetime
    newest: datetime | None = None
    kept: int = Field(ge=0)
    dropped: int = Field(ge=0)
    cache: CacheUse | None = Field(default=None, description="what the cache had to do with it; absent without one")


class Gap(Contract):
    """Something that would have been used and is missing."""

    metric: str
    reason: str


class DataQuality(Contract):
    """How far the data can be trusted; ``score`` is 0..1."""

    score: float = Field(ge=0, le=1)
    parts: dict[str, float] = Field(default={}, description="what the score is made of, each 0..1")
    completeness: dict[str, float] = Field(default={}, description="share of window days with a value, by metric")
    longest_gap_days: dict[str, int] = Field(
        default={}, description="longest run of days without a value over window and history, by metric"
    )
    freshness_hours: float | None = Field(default=None, ge=0)
    wear_days: int = Field(default=0, ge=0)
    dropped: dict[str, int] = Field(default={}, description="records not used, by reason")
    gaps: tuple[Gap, ...] = ()


class SnapshotRef(Contract):
    """Where the data of an analysis lie, and the digest that proves they are the same bytes."""

    key: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class LeftOut(Contract):
    """Advice that an agent gave and that is not in the plan, and the rule that kept it out."""

    recommendation_id: str
    text: str
    reason: str


class Plan(Contract):
    """What to do now, within the minutes a day of the user's archetype."""

    minutes_budget: int = Field(ge=0)
    minutes_used: int = Field(ge=0, description="on a day on which everything in it is to be done")
    items: tuple[Recommendation, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    day: tuple[DayBlock, ...] = Field(
        default=(), description="the plan in a day, from getting up; empty where it is not known when the person sleeps"
    )


class Assignment(Contract):
    """Whether one agent has enough data to be asked, as the orchestrator decided."""

    enough: bool
    reason: str | None = Field(default=None, description="what is needed and what there is, where it is not enough")


class MissingAgent(Contract):
    """An agent that could not finish or had too few data; its report's ``status`` says which of the two."""

    agent: AgentName
    reason: str


class AnalysisHead(Contract):
    """The state of one analysis: who asked for what, and how far it is."""

    schema_version: int = 1
    analysis_id: str
    user_id: str
    analysis_type: AnalysisType
    archetype: Archetype | None = Field(default=None, description="absent: the profile's, or the default")
    trigger: Trigger
    status: AnalysisStatus
    as_of: datetime = Field(description="the instant from which window and history follow")
    requested_at: datetime
    deadline_at: datetime = Field(description="an analysis not final by then has failed")
    completed_at: datetime | None = None
    correlation_id: str
    reason: str | None = None


class PreviousAnalysis(Contract):
    """The analysis that this one follows, as memory holds it."""

    analysis_id: str | None = None
    window: DateSpan
    archetype: Archetype | None = Field(default=None, description="for whom it planned")


class AnalysisResult(Contract):
    """What a user gets."""

    schema_version: int = 1
    analysis_id: str
    user_id: str
    analysis_type: AnalysisType
    archetype: Archetype
    archetype_chosen: bool = Field(default=True, description="false where none was chosen and the default is used")
    trigger: Trigger
    status: AnalysisStatus
    requested_at: datetime
    completed_at: datetime
    as_of: datetime
    synthetic: bool = Field(default=False, description="true where the data were generated, not measured")
    window: AnalysisWindow
    previous: PreviousAnalysis | None = Field(default=None, description="absent for the first analysis")
    sources: dict[Part, PartReport] = {}
    data_quality: DataQuality
    brief: str
    insights: tuple[Insight, ...] = ()
    plan: Plan
    red_flags: tuple[Insight, ...] = ()
    agents: dict[AgentName, AgentReport] = {}
    missing: tuple[MissingAgent, ...] = ()
    cost: Cost = Cost()
    snapshot: SnapshotRef | None = None
