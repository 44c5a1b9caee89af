"""Health data as the API shows them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from holisticos.contracts.analysis import AnalysisWindow, DataQuality, PartReport
from holisticos.contracts.names import AnalysisType, CacheUse, Part, Source
from holisticos.contracts.report import DateSpan
from holisticos.health.context import MeasuredArchetype, UserHealthContext
from holisticos.health.devices import DeviceType
from holisticos.health.local_days import as_lived
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.health.records import Biomarker, Records, Score
from holisticos.health.series import DailySeries, HourlySeries, Night

if TYPE_CHECKING:
    from holisticos.health.assembly import Origin

IN_PROGRESS = "intraday"
"""The periodicity of what is told of a day that is not over."""


class Provenance(BaseModel):
    """Where the records were read, how fresh they are, and how many could not be used, by reason."""

    source: Source
    fetched_at: datetime
    newest: datetime | None = Field(default=None, description="end of the newest record")
    kept: int = Field(description="usable records that were read, from the evening before the first day on")
    dropped: dict[str, int] = Field(default={}, description="records that were not used, by reason")
    cache: CacheUse | None = Field(default=None, description="what the cache had to do with it; absent without one")

    @classmethod
    def of(cls, records: Records[Any], origin: "Origin", newest: datetime | None) -> Self:
        return cls(
            source=origin.source,
            fetched_at=origin.fetched_at,
            newest=newest,
            kept=len(records.kept),
            dropped={reason.value: count for reason, count in sorted(records.dropped.items())},
            cache=origin.cache,
        )


class HealthContextView(BaseModel):
    """Everything that an analysis would be made from."""

    schema_version: int
    user_id: str
    as_of: datetime
    analysis_type: AnalysisType
    profile: Profile
    window: AnalysisWindow = Field(description="the days asked for")
    history: DateSpan = Field(description="the days before them, with which they are compared")
    scores: dict[str, DailySeries] = Field(description="0..1 by type of score, over history and window")
    biomarkers: dict[str, DailySeries] = Field(description="one value a local day by type, over history and window")
    hourly: dict[str, HourlySeries]
    nights: list[Night]
    archetypes: list[MeasuredArchetype] = Field(description="what the source concluded from behaviour")
    memory: Memory | None = Field(default=None, description="what earlier analyses left; absent unless asked for")
    sources: dict[Part, PartReport]
    quality: DataQuality

    @classmethod
    def of(cls, context: UserHealthContext, *, with_memory: bool) -> Self:
        fields = {name: getattr(context, name) for name in cls.model_fields}
        if not with_memory:
            sources = {part: report for part, report in context.sources.items() if part is not Part.MEMORY}
            fields |= {"memory": None, "sources": sources}
        return cls(**fields)


class ScoreFactor(BaseModel):
    """One part of a score."""

    model_config = ConfigDict(allow_inf_nan=False)

    name: str
    value: float | None = None
    goal: float | None = None
    unit: str | None = None
    score: float | None = Field(default=None, description="0..1")
    state: str | None = None


class ScoreView(BaseModel):
    """A score of one local day."""

    type: str
    day: date
    at: datetime
    score: float = Field(ge=0, le=1)
    state: str | None = Field(default=None, description="the source's word for it; it may not follow from the score")
    factors: list[ScoreFactor] = []
    data_sources: list[str] = Field(default=[], description="kinds of data it was computed from")

    @classmethod
    def of(cls, score: Score, day: date) -> Self:
        return cls(
            type=score.type,
            day=day,
            at=score.at,
            score=score.value,
            state=score.state,
            factors=_factors(score.raw.get("factors")),
            data_sources=[name for name in _list(score.raw.get("dataSources")) if isinstance(name, str)],
        )


class ScoresView(BaseModel):
    """The scores of some days, oldest first."""

    schema_version: int = 1
    user_id: str
    window: AnalysisWindow
    items: list[ScoreView]
    provenance: Provenance


class BiomarkerView(BaseModel):
    """One measured value over a span of time."""

    id: str = Field(description="the source's own id; may be empty")
    category: str
    type: str
    day: date = Field(description="the local day it belongs to; of a night the date of waking")
    start: datetime
    end: datetime
    kind: Literal["number", "instant", "word"]
    value: float | str
    unit: str
    periodicity: str
    aggregation: str
    in_progress: bool = Field(description="whether its day was not over when it was made")
    device_type: DeviceType

    @classmethod
    def of(cls, record: Biomarker, day: date, device: DeviceType, timezone: str) -> Self:
        value, kind = _shown(record.value, timezone)
        return cls(
            id=record.id,
            category=record.category,
            type=record.type,
            day=day,
            start=record.start,
            end=record.end,
            kind=kind,
            value=value,
            unit=record.unit,
            periodicity=record.periodicity,
            aggregation=record.aggregation,
            in_progress=record.periodicity == IN_PROGRESS,
            device_type=device,
        )


class BiomarkersPage(BaseModel):
    """The biomarkers of some days in order of time, a page of them."""

    schema_version: int = 1
    user_id: str
    window: AnalysisWindow
    items: list[BiomarkerView]
    next_cursor: str | None = Field(default=None, description="asks for the next page; absent on the last one")
    provenance: Provenance = Field(description="of all pages together")


class WearableSeries(BaseModel):
    """One metric, one value a local day; days without one are absent, never zero."""

    metric: str
    category: str
    unit: str
    aggregation: Literal["max", "mean", "last"] = Field(description="what several records of a day become")
    values: dict[date, float]


class WearableDataView(BaseModel):
    """Wearable data, aggregated per local day."""

    schema_version: int = 1
    user_id: str
    window: AnalysisWindow
    series: list[WearableSeries]
    nights: list[Night]
    missing: list[str] = Field(description="metrics that were asked for and have no value")
    wear_days: int = Field(description="days with a record of movement, of sleep or of a vital sign")
    device_types: list[DeviceType] = Field(description="what the records came from")
    provenance: Provenance


def newest_end(records: Sequence[Biomarker]) -> datetime | None:
    return max((record.end for record in records), default=None)


def _shown(value: float | datetime | str, timezone: str) -> tuple[float | str, Literal["number", "instant", "word"]]:
    if isinstance(value, datetime):
        return as_lived(value, ZoneInfo(timezone)).isoformat(), "instant"
    return (value, "word") if isinstance(value, str) else (value, "number")


def _factors(raw: object) -> list[ScoreFactor]:
    """Those that can be read: they are the source's explanation and not a measurement."""
    factors: list[ScoreFactor] = []
    for item in _list(raw):
        try:
            factors.append(ScoreFactor.model_validate(item))
        except ValidationError:
            continue
    return factors


def _list(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else []
