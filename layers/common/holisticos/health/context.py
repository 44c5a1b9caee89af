"""Everything known about a user for one analysis."""

from datetime import date, datetime

from pydantic import Field

from holisticos.contracts.analysis import AnalysisWindow, DataQuality, PartReport
from holisticos.contracts.base import Contract
from holisticos.contracts.names import AnalysisType, Part
from holisticos.contracts.report import DateSpan, Evidence, Finding, Recommendation
from holisticos.health.profile import Profile
from holisticos.health.series import DailySeries, HourlySeries, Night


class MeasuredArchetype(Contract):
    """What the source concluded from behaviour (not the archetype that the user chose)."""

    name: str
    value: str
    ordinality: int | None = None
    periodicity: str
    start: datetime
    end: datetime


class PastRecommendation(Contract):
    """A recommendation as it was given."""

    recommendation: Recommendation
    given_on: date
    analysis_id: str


class Memory(Contract):
    """What earlier analyses left behind; empty for a new user."""

    schema_version: int = 1
    analyses: int = 0
    last_analysis_id: str | None = None
    last_window: DateSpan | None = None
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = Field(default=(), description="what the findings cite, as it was then")
    recommendations: tuple[PastRecommendation, ...] = ()


class UserHealthContext(Contract):
    """The input of all agents: normalised, sourced, and complete in itself.

    ``window`` is what is analysed; ``history`` are the days before it that it is compared with. Every
    series covers both. ``scores`` are keyed by score type and 0..1, ``biomarkers`` by biomarker type.
    """

    schema_version: int = 1
    user_id: str
    as_of: datetime
    analysis_type: AnalysisType = Field(
        default=AnalysisType.INITIAL, description="initial or follow_up: what auto came to"
    )
    profile: Profile
    window: AnalysisWindow
    history: DateSpan
    scores: dict[str, DailySeries] = {}
    biomarkers: dict[str, DailySeries] = {}
    hourly: dict[str, HourlySeries] = {}
    nights: tuple[Night, ...] = ()
    archetypes: tuple[MeasuredArchetype, ...] = ()
    memory: Memory = Memory()
    sources: dict[Part, PartReport] = {}
    quality: DataQuality
