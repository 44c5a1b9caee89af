"""Synthetic people as the agents get them.

The days of a persona become a context without the detour over the wire format, which takes three times as
long as the agents themselves. A test holds both ways together.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.analysis import analyses, result
from functions.aggregate.memory import remember
from holisticos.contracts.analysis import DataQuality
from holisticos.contracts.names import Archetype
from holisticos.health import wear, windows
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.health.series import DailySeries, HourlySeries, Night
from local.people.judgements import judgements
from local.people.persona import Persona
from local.people.simulation import SimulatedDay, simulate

FIRST_LAST_DAY: Final = date(2026, 1, 5)
FOLLOW_UP_DAYS: Final = 12
_DAY: Final = timedelta(days=1)

_UNITS: Final = {
    "steps": "count",
    "total_energy_burned": "kcal",
    "heart_rate_resting": "bpm",
    "heart_rate_sleep": "bpm",
    "heart_rate_variability_rmssd": "ms",
    "respiratory_rate_sleep": "breaths_per_minute",
    "oxygen_saturation_sleep": "percent",
    "skin_temperature_sleep": "celsius",
    "weight": "kg",
}
_WHOLE: Final = "minute"


@dataclass(frozen=True, slots=True)
class Simulated:
    """A person's days up to ``last_day``; the same persona, seed and number of days give the same ones."""

    persona: Persona
    seed: int
    days: int

    @property
    def last_day(self) -> date:
        """Another season each time: months and weekdays vary with the seed."""
        return FIRST_LAST_DAY + (self.seed * 37 % 365) * _DAY

    def simulate(self) -> list[SimulatedDay]:
        return simulate(self.persona, self.seed, self.last_day, self.days)


def context_of(person: Simulated, days: Sequence[SimulatedDay], *, memory: Memory | None = None) -> UserHealthContext:
    """The input of the agents as of the end of the last of ``days``: those of ``person``, or the first of them."""
    zone = ZoneInfo(person.persona.timezone)
    memory = memory or Memory()
    as_of = datetime.combine(days[-1].day, time(23, 59, 59), zone)
    period = windows.period(as_of, person.persona.timezone, last_window=memory.last_window)
    daily = _daily(days)
    nights = tuple(_night(day) for day in days if day.night)
    worn = wear.worn_days(daily, nights)
    return UserHealthContext(
        user_id="synthetic",
        as_of=as_of.astimezone(UTC),
        analysis_type=period.analysis_type,
        profile=Profile(user_id="synthetic", timezone=person.persona.timezone, archetype=Archetype.FOUNDATION_BUILDER),
        window=period.window,
        history=period.history,
        scores=_scores(days),
        biomarkers=daily,
        hourly=_hourly(days),
        nights=nights,
        memory=memory,
        quality=DataQuality(score=0.9, wear_days=sum(period.window.start <= day <= period.window.end for day in worn)),
    )


def follow_up(person: Simulated, days: Sequence[SimulatedDay]) -> UserHealthContext:
    """The same person at a second analysis, which remembers one of some days before."""
    first = context_of(person, days[:-FOLLOW_UP_DAYS])
    known = result(first, analyses(first))
    return context_of(person, days, memory=remember(Memory(), known, days[-FOLLOW_UP_DAYS - 1].day))


def _daily(days: Sequence[SimulatedDay]) -> dict[str, DailySeries]:
    values: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for day in days:
        for type_, value in _measured(day).items():
            values[type_][day.day] = value
    return {
        type_: DailySeries(metric=type_, unit=_UNITS.get(type_, _WHOLE), values=values[type_])
        for type_ in sorted(values)
    }


def _scores(days: Sequence[SimulatedDay]) -> dict[str, DailySeries]:
    values: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for judgement in judgements(days):
        values[judgement.type][judgement.day] = judgement.score
    return {type_: DailySeries(metric=type_, unit="index", values=by_day) for type_, by_day in sorted(values.items())}


def _measured(day: SimulatedDay) -> dict[str, float]:
    found = {**(day.activity or {}), **day.vitals}
    if day.night:
        found["sleep_duration"], found["sleep_awake_duration"] = day.night.asleep, day.night.awake
        found["sleep_in_bed_duration"] = day.night.asleep + day.night.awake
    if day.weight is not None:
        found["weight"] = day.weight
    return {type_: _as_sent(type_, value) for type_, value in found.items()}


def _as_sent(type_: str, value: float) -> float:
    """Whole minutes and counts, else three decimals; a saturation is sent as a share and kept in percent."""
    unit = _UNITS.get(type_, _WHOLE)
    if unit in {_WHOLE, "count"}:
        return float(round(value))
    return 100 * round(value, 3) if unit == "percent" else round(value, 3)


def _night(day: SimulatedDay) -> Night:
    assert day.night is not None
    return Night(
        wake_date=day.day,
        start=day.night.start,
        end=day.night.end,
        asleep_minutes=day.night.asleep,
        awake_minutes=day.night.awake,
    )


def _hourly(days: Sequence[SimulatedDay]) -> dict[str, HourlySeries]:
    values = {hour: float(steps) for day in days for hour, steps in day.hours}
    return {"steps": HourlySeries(metric="steps", unit="count", values=values)} if values else {}
