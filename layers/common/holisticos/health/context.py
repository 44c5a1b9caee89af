"""Everything known about a user for one analysis."""

from datetime import datetime

from pydantic import Field

from holisticos.contracts.analysis import AnalysisWindow, Assignment, DataQuality, PartReport
from holisticos.contracts.base import Contract
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import AgentName, AnalysisType, Part
from holisticos.contracts.report import DateSpan
from holisticos.health.memory import Memory
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
    feedback: tuple[Answer, ...] = Field(default=(), description="what was said of recommendations, newest first")
    of_the_past: bool = Field(
        default=False,
        description="an analysis of later days is remembered: this one follows none, and is not remembered itself",
    )
    assignments: dict[AgentName, Assignment] = Field(
        default={}, description="which agents have enough data; an agent that is not named decides for itself"
    )
    sources: dict[Part, PartReport] = {}
    quality: DataQuality
