"""What agents say: evidence, findings, recommendations, and the report that carries them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field, model_validator

from holisticos.contracts.areas import AREAS_BEFORE, kind_of
from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName, AgentStatus, Area, BaselineKind, Direction, Engine
from holisticos.contracts.usage import ModelUse

WEEK = 7
"""Days."""
PAIR = "~"
"""Between the two metrics of evidence on a pair."""
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class DateSpan(Contract):
    """Local calendar days, both ends included."""

    start: date
    end: date

    @model_validator(mode="after")
    def _ordered(self) -> "DateSpan":
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")
        return self

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


class Baseline(Contract):
    """What a value is compared with, in the unit of the evidence unless it names its own.

    ``spread`` is the person's own around their usual; of a guideline it is the width of its band, or that of the
    values compared with it.
    """

    value: float
    spread: float
    n: int = Field(ge=0, description="number of valid days the baseline rests on")
    kind: BaselineKind = BaselineKind.USUAL
    unit: str | None = Field(default=None, description="where it is not that of the evidence")


class Evidence(Contract):
    """One computed number and what it rests on, or the precise reason why there is none.

    Exactly one of ``value`` and ``unavailable_because`` is set. ``unit`` is a UCUM-like plain word
    (``count``, ``minute``, ``hour``, ``bpm``, ``ms``, ``percent``, ``kcal``, ``kg``, ``index``,
    ``ratio``, ``clock`` = minutes after local midnight, ``per_day`` suffixes for slopes).
    """

    id: str
    metric: str
    statistic: str
    value: float | None = None
    unit: str
    window: DateSpan
    n: int = Field(ge=0)
    baseline: Baseline | None = None
    direction: Direction | None = None
    strength: float | None = Field(default=None, description="standardised effect; 0 is none")
    p_value: float | None = Field(default=None, ge=0, le=1)
    method: str
    reference: str | None = Field(default=None, description="published source of the method or cut-off")
    rests_on: tuple[str, ...] = Field(default=(), description="ids of evidence this one is derived from")
    unavailable_because: str | None = None

    @model_validator(mode="after")
    def _value_or_reason(self) -> "Evidence":
        if (self.value is None) == (self.unavailable_because is None):
            raise ValueError("evidence has either a value or the reason why there is none")
        return self


class Finding(Contract):
    """One true statement about the person, in words, and the evidence it follows from."""

    id: str
    title: str
    text: str
    direction: Direction | None = None
    importance: float = Field(ge=0, le=1)
    confidence: float = Field(ge=0, le=1)
    evidence_ids: tuple[str, ...] = Field(min_length=1)
    red_flag: bool = False


class Target(Contract):
    """A measurable aim, in the unit of the metric."""

    metric: str
    value: float
    unit: str


class Recommendation(Contract):
    """One thing to do, why, what it costs and how success will be seen in the data."""

    id: str
    text: str
    why: str
    area: Area | None = Field(
        description="what it is about, as a user may decline it; null: safety and wearing the device, never declined"
    )
    finding_ids: tuple[str, ...] = ()
    evidence_ids: tuple[str, ...] = Field(min_length=1)
    effort_minutes: int = Field(ge=0, le=240, description="minutes on each day on which there is something to do")
    time_of_day: str | None = None
    target: Target | None = None
    measure: str
    adds_load: bool = Field(default=False, description="asks more of the body, so it waits while recovery is low")
    since: date | None = Field(
        default=None, description="when it was first given, where it goes on from earlier advice"
    )

    @model_validator(mode="before")
    @classmethod
    def _of_older_versions(cls, data: Any) -> Any:
        """What memory, snapshots and results hold from before there were areas has that of its kind."""
        if isinstance(data, Mapping) and "area" not in data and (kind := kind_of(str(data.get("id")))) in AREAS_BEFORE:
            return {**data, "area": AREAS_BEFORE[kind]}
        return data


class DayBlock(Contract):
    """One stretch of a day, in local clock times; it may end on the next day."""

    start: str = Field(pattern=CLOCK)
    end: str = Field(pattern=CLOCK)
    title: str
    recommendation_id: str | None = Field(default=None, description="the advice it comes from")
    evidence_ids: tuple[str, ...] = ()


class ScoreParts(Contract):
    """The factors of an insight's rank, each 0..1; their product is the score."""

    impact: float = Field(ge=0, le=1)
    confidence: float = Field(ge=0, le=1)
    novelty: float = Field(ge=0, le=1)
    actionability: float = Field(ge=0, le=1)


class Insight(Finding):
    """A finding after merging and ranking over all agents."""

    agents: tuple[AgentName, ...]
    score: float = Field(ge=0, le=1)
    score_parts: ScoreParts
    background: bool = Field(default=False, description="no news and nothing to act on: for whoever wants to know more")


class AgentReport(Contract):
    """Everything one agent found; complete in itself, since every id it cites is in it."""

    schema_version: int = 1
    agent: AgentName
    status: AgentStatus
    engine: Engine = Engine.RULES
    reason: str | None = Field(default=None, description="why the status is not complete, or the engine not the model")
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    day: tuple[DayBlock, ...] = Field(default=(), description="a day in time blocks, from the agent that plans days")
    duration_ms: int = Field(default=0, ge=0)
    prompt_version: str | None = None
    language_model: ModelUse | None = Field(default=None, description="absent where it was not asked")

    @model_validator(mode="after")
    def _cites_only_own_evidence(self) -> "AgentReport":
        known = {item.id for item in self.evidence}
        cited = {(f.id, id_) for f in self.findings for id_ in f.evidence_ids}
        cited |= {(r.id, id_) for r in self.recommendations for id_ in r.evidence_ids}
        if unknown := sorted(f"{by} -> {id_}" for by, id_ in cited if id_ not in known):
            raise ValueError(f"evidence is cited that is not in the report: {', '.join(unknown)}")
        return self
