"""Scores and archetypes of a synthetic person: what the upstream would make of the simulated days.

The upstream's formulas are not public. These are plain ones (shares of the upstream's own goals), good
enough to exercise everything that reads scores; nothing claims that they are the real ones.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import fmean
from typing import NamedTuple
from zoneinfo import ZoneInfo

from local.people.records import Record
from local.people.simulation import SimulatedDay
from local.people.wire import record_id

_DAY = timedelta(days=1)
_GOALS = {
    "steps": (10000, "count"),
    "intense_activity_duration": (30, "minute"),
    "extended_inactivity": (480, "minute"),
    "sleep_duration": (480, "minute"),
    "sleep_continuity": (10, "minute"),
    "physical_recovery": (90, "minute"),
    "mental_recovery": (120, "minute"),
}
_LOW, _HIGH = 0.5, 0.8
_ENOUGH_DAYS = 4
"""Measured days that a week or month needs to get an archetype."""


Factors = Mapping[str, tuple[float | None, float | None]]
"""How far each goal was reached, 0..1, and the value; ``None`` where it is not known."""


class Judgement(NamedTuple):
    """One daily score, 0..1."""

    day: date
    type: str
    score: float
    factors: Factors
    sources: tuple[str, ...]


def scores(person_id: str, days: Sequence[SimulatedDay], timezone: str) -> list[Record]:
    """Daily scores 0..1 of activity, sleep, readiness, wellbeing and mental wellbeing, where there are data."""
    zone = ZoneInfo(timezone)
    return [_record(person_id, judgement, zone) for judgement in judgements(days)]


def judgements(days: Sequence[SimulatedDay]) -> Iterator[Judgement]:
    """The same before they are put into the upstream's words."""
    for day in days:
        yield from _judgements_of(day)


def _judgements_of(day: SimulatedDay) -> Iterator[Judgement]:
    factors: dict[str, tuple[float | None, float | None]] = {}
    if day.activity:
        steps, vigorous = day.activity["steps"], day.activity["activity_high_intensity_duration"]
        factors["steps"] = _reached("steps", steps), steps
        # The upstream sends nulls where it saw no intense activity, rather than a zero.
        factors["intense_activity_duration"] = (
            (_reached("intense_activity_duration", vigorous), vigorous) if vigorous else (None, None)
        )
        sitting = day.activity.get("activity_sedentary_duration")
        factors["extended_inactivity"] = (_kept_below("extended_inactivity", sitting), sitting)
    if day.night:
        factors["sleep_duration"] = _reached("sleep_duration", day.night.asleep), day.night.asleep
        factors["sleep_continuity"] = _kept_below("sleep_continuity", day.night.awake), day.night.awake
        factors["physical_recovery"] = factors["mental_recovery"] = (None, None)
    activity = ("steps", "intense_activity_duration", "extended_inactivity")
    sleep = ("sleep_duration", "sleep_continuity")
    composition = {
        "activity": (activity, ("activity",)),
        "sleep": (sleep, ("sleep",)),
        "readiness": ((*sleep, "physical_recovery", "mental_recovery"), ("sleep",)),
        "wellbeing": ((*activity, *sleep), ("activity", "sleep")),
        "mental_wellbeing": (("steps", "sleep_duration"), ("activity", "sleep")),
    }
    for type_, (names, sources) in composition.items():
        used = {name: factors[name] for name in names if name in factors}
        known = [score for score, _ in used.values() if score is not None]
        if len(known) < len(sources):
            continue
        yield Judgement(day.day, type_, round(fmean(known), 3), used, sources)


def _record(person_id: str, judgement: Judgement, zone: ZoneInfo) -> Record:
    at = datetime.combine(judgement.day, time(), zone)
    id_ = record_id(person_id, "score", judgement.type, at.isoformat())
    return {
        "id": id_,
        "profileId": record_id(person_id, "profile"),
        "accountId": record_id("account"),
        "externalId": person_id,
        "type": judgement.type,
        "score": judgement.score,
        "state": _state(judgement.score),
        "factors": [
            {
                "goal": _GOALS[name][0],
                "id": record_id(id_, name),
                "name": name,
                "score": reached,
                "state": None if reached is None else _state(reached),
                "unit": _GOALS[name][1],
                "value": value,
            }
            for name, (reached, value) in judgement.factors.items()
        ],
        "dataSources": list(judgement.sources),
        "scoreDateTime": at.isoformat(),
        "createdAtUtc": f"{judgement.day + _DAY}T00:10:07.440Z",
        "version": 1.0,
    }


def _reached(name: str, value: float) -> float:
    return round(min(1.0, value / _GOALS[name][0]), 3)


def _kept_below(name: str, value: float | None) -> float | None:
    return None if value is None else round(min(1.0, _GOALS[name][0] / max(value, 1.0)), 3)


def _state(score: float) -> str:
    return "low" if score < _LOW else "medium" if score < _HIGH else "high"


def archetypes(person_id: str, days: Sequence[SimulatedDay], timezone: str) -> list[Record]:
    """Weekly and monthly archetypes of each week (Monday to Sunday) and month that lies wholly in ``days``."""
    records = []
    for periodicity, span_of in (("weekly", _week_of), ("monthly", _month_of)):
        groups: dict[tuple[date, date], list[SimulatedDay]] = defaultdict(list)
        for day in days:
            groups[span_of(day.day)].append(day)
        for (first, last), members in groups.items():
            if (members[0].day, members[-1].day) != (first, last):
                continue
            for kind in _KINDS:
                values = [value for day in members if (value := kind.value(day)) is not None]
                if len(values) >= _ENOUGH_DAYS:
                    place = bisect(kind.limits, fmean(values))
                    span = _Span(periodicity, first, last, ZoneInfo(timezone))
                    records.append(_archetype(person_id, kind, place, span))
    return records


@dataclass(frozen=True, slots=True)
class _Kind:
    """An ordinal archetype: the mean of ``value`` over the days falls between two of ``limits``."""

    name: str
    value: Callable[[SimulatedDay], float | None]
    limits: tuple[float, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    periodicity: str
    first: date
    last: date
    zone: ZoneInfo


def _hours_after_noon(at: datetime) -> float:
    return (at.hour + at.minute / 60 - 12) % 24


_KINDS = (
    _Kind(
        "activity_level",
        lambda day: day.activity["steps"] if day.activity else None,
        (5000, 7500, 10000),
        ("sedentary", "lightly_active", "moderately_active", "highly_active"),
    ),
    _Kind(
        "sleep_duration",
        lambda day: day.night.asleep if day.night else None,
        (360, 420, 540),
        ("very_short_sleeper", "short_sleeper", "average_sleeper", "long_sleeper"),
    ),
    _Kind(
        "bed_schedule",
        lambda day: _hours_after_noon(day.night.start) if day.night else None,
        (9.5, 11, 13),
        ("very_early_sleeper", "early_sleeper", "late_sleeper", "very_late_sleeper"),
    ),
    _Kind(
        "wake_schedule",
        lambda day: _hours_after_noon(day.night.end) if day.night else None,
        (17.5, 19.5, 21.5),
        ("very_early_riser", "early_riser", "late_riser", "very_late_riser"),
    ),
)


def _archetype(person_id: str, kind: _Kind, place: int, span: _Span) -> Record:
    # The upstream dates an archetype from the midnight of its first day to that of its last.
    start, end = (datetime.combine(day, time(), span.zone).isoformat() for day in (span.first, span.last))
    return {
        "id": record_id(person_id, "archetype", kind.name, span.periodicity, start),
        "name": kind.name,
        "value": kind.names[place],
        "dataType": "ordinal",
        "ordinality": place,
        "periodicity": span.periodicity,
        "startDateTime": start,
        "endDateTime": end,
        "version": 1,
    }


def _week_of(day: date) -> tuple[date, date]:
    monday = day - day.weekday() * _DAY
    return monday, monday + 6 * _DAY


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1) - _DAY
