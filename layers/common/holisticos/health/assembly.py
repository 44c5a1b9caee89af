"""Records, profile and memory into the context of one analysis. Pure: the same input gives the same context."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from holisticos.contracts.analysis import PartReport
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import CacheUse, Part, Source
from holisticos.contracts.report import DateSpan
from holisticos.health import naps, normalise, privacy, quality, wear
from holisticos.health.context import MeasuredArchetype, UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
from holisticos.health.series import DailySeries, HourlySeries, Night
from holisticos.health.windows import Period


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part was read, and when."""

    source: Source
    fetched_at: datetime
    cache: CacheUse | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What the product itself knows of a user."""

    memory: Memory
    feedback: tuple[Answer, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Fetched:
    """Everything that was read for one analysis."""

    scores: Records[Score]
    biomarkers: Records[Biomarker]
    archetypes: Records[ArchetypeRecord]
    memory: Memory
    origins: Mapping[Part, Origin]
    feedback: tuple[Answer, ...] = ()


def assemble(profile: Profile, fetched: Fetched, period: Period, as_of: datetime) -> UserHealthContext:
    """The context of ``profile``'s user over ``period``, whose window may move back to a day with values."""
    zone = ZoneInfo(profile.timezone)
    withheld = profile.privacy.withheld_categories
    scores = privacy.shared_scores(fetched.scores, withheld)
    biomarkers = privacy.shared_biomarkers(fetched.biomarkers, withheld)
    archetypes = privacy.shared_archetypes(fetched.archetypes, withheld)

    records = normalise.dated(biomarkers.kept, zone)
    everything = normalise.daily_series(records)
    sleeps, short = naps.apart(normalise.sleeps(records), zone)
    everything = naps.without_naps(everything, sleeps, short)
    nights = normalise.main_sleeps(sleeps, everything, zone)
    hours = normalise.hourly_series(records, zone)
    unworn = wear.unworn_days(everything, nights) | wear.unfinished_day(everything, hours)
    worn = wear.without_unworn(everything, unworn)
    rated = normalise.score_series(scores.kept, zone)
    asked, period = period, period.with_values(_days_with_values((*worn.values(), *rated.values()), nights))

    daily = _within(worn, period.covered)
    hourly = _hours_within(wear.hours_without_unworn(hours, unworn), period.covered)
    nights = tuple(night for night in nights if _holds(period.covered, night.wake_date))

    sources = _sources(fetched, scores, biomarkers, archetypes)
    assessed = quality.Assessed(
        window=period.window,
        history=period.history,
        as_of=as_of,
        series=daily,
        worn=wear.worn_days(daily, nights),
        newest=sources[Part.BIOMARKERS].newest,
        received=(scores, biomarkers, archetypes),
        withheld=withheld,
    )
    return UserHealthContext(
        user_id=profile.user_id,
        as_of=as_of,
        analysis_type=period.analysis_type,
        profile=profile,
        window=period.window,
        history=period.history,
        scores=_within(rated, period.covered),
        biomarkers=daily,
        hourly=hourly,
        nights=nights,
        archetypes=_newest_archetypes(archetypes.kept),
        **_remembered(fetched.memory, fetched.feedback, period.window.end, withheld),
        sources=sources,
        quality=quality.with_days_awaited(quality.assess(assessed), asked.window, period.window),
    )


def as_asked(
    read: UserHealthContext, profile: Profile, own: Own, period: Period, as_of: datetime, use: CacheUse
) -> UserHealthContext:
    """The context at ``as_of`` from one that the cache gave, or somebody else read, of the same days.

    What follows from the instant is made anew, and what is the product's own is put in its place.
    """
    kept = {"source": Source.CACHE} if use in {CacheUse.FRESH, CacheUse.STALE} else {}
    sources = {part: report.model_copy(update={**kept, "cache": use}) for part, report in read.sources.items()}
    withheld = profile.privacy.withheld_categories
    return read.model_copy(
        update={
            "user_id": profile.user_id,
            "as_of": as_of,
            "analysis_type": period.analysis_type,
            "profile": profile,
            **_remembered(own.memory, own.feedback, read.window.end, withheld),
            "sources": sources | {Part.MEMORY: _memory_report(own.memory, own.origin)},
            "quality": quality.as_seen(read.quality, read.sources[Part.BIOMARKERS].newest, as_of),
        }
    )


class _Remembered(TypedDict):
    memory: Memory
    feedback: tuple[Answer, ...]
    of_the_past: bool


def _remembered(memory: Memory, answers: tuple[Answer, ...], last_day: date, withheld: Collection[str]) -> _Remembered:
    """What may be known of earlier analyses: where one of later days is among them, nothing.

    Memory keeps what is last known of everything, so that what was known then cannot be told apart.
    """
    if memory.last_window is not None and memory.last_window.end > last_day:
        return {"memory": Memory(), "feedback": (), "of_the_past": True}
    known = privacy.shared_memory(memory.as_of(last_day), withheld)
    return {"memory": known, "feedback": privacy.shared_answers(answers, known, withheld), "of_the_past": False}


def has_usable_days(context: UserHealthContext) -> bool:
    """Whether there is any day value in the window: without one there is nothing to analyse."""
    days = _days_with_values((*context.biomarkers.values(), *context.scores.values()), context.nights)
    return any(_holds(context.window, day) for day in days)


def _days_with_values(series: Iterable[DailySeries], nights: Iterable[Night]) -> Iterator[date]:
    for one in series:
        yield from one.values
    for night in nights:
        yield night.wake_date


def days_with_values(context: UserHealthContext) -> int:
    """On how many days anything was measured, in the window or the history."""
    return len(set(_days_with_values((*context.biomarkers.values(), *context.scores.values()), context.nights)))


def _holds(span: DateSpan, day: date) -> bool:
    return span.start <= day <= span.end


def _within(series: Mapping[str, DailySeries], span: DateSpan) -> dict[str, DailySeries]:
    """The parts of the series in ``span``; a series without any value there is left out."""
    return {type_: part for type_, one in series.items() if (part := one.within(span)).values}


def _hours_within(series: Mapping[str, HourlySeries], span: DateSpan) -> dict[str, HourlySeries]:
    parts = {type_: {at: v for at, v in one.values.items() if _holds(span, at.date())} for type_, one in series.items()}
    return {type_: series[type_].model_copy(update={"values": part}) for type_, part in parts.items() if part}


def _newest_archetypes(records: tuple[ArchetypeRecord, ...]) -> tuple[MeasuredArchetype, ...]:
    """The newest of each name and periodicity."""
    newest: dict[tuple[str, str], ArchetypeRecord] = {}
    # The value is the tie-breaker only so that the order in which records came does not matter.
    for record in sorted(records, key=lambda one: (one.end, one.start, one.value, one.id)):
        newest[record.name, record.periodicity] = record
    return tuple(
        MeasuredArchetype(
            name=record.name,
            value=record.value,
            ordinality=record.ordinality,
            periodicity=record.periodicity,
            start=record.start,
            end=record.end,
        )
        for _, record in sorted(newest.items())
    )


def _sources(
    fetched: Fetched,
    scores: Records[Score],
    biomarkers: Records[Biomarker],
    archetypes: Records[ArchetypeRecord],
) -> dict[Part, PartReport]:
    parts: dict[Part, tuple[Records[Any], Iterable[datetime]]] = {
        Part.SCORES: (scores, (score.at for score in scores.kept)),
        Part.BIOMARKERS: (biomarkers, (record.end for record in biomarkers.kept)),
        Part.ARCHETYPES: (archetypes, (record.end for record in archetypes.kept)),
    }
    reports = {
        part: PartReport(
            source=fetched.origins[part].source,
            fetched_at=fetched.origins[part].fetched_at,
            newest=max(times, default=None),
            kept=len(records.kept),
            dropped=sum(records.dropped.values()),
        )
        for part, (records, times) in parts.items()
    }
    reports[Part.MEMORY] = _memory_report(fetched.memory, fetched.origins[Part.MEMORY])
    return reports


def _memory_report(memory: Memory, origin: Origin) -> PartReport:
    return PartReport(source=origin.source, fetched_at=origin.fetched_at, kept=memory.analyses, dropped=0)
