"""Simulates a persona day by day.

Levels come from the persona, noise and gaps from its ``Noise``. Heart rate and HRV share two hidden
states of recovery, a slow one that the resting heart rate shows and one of the night, so that they go
together as in real persons: sleeping heart rate and log HRV at -.85, resting heart rate and log HRV
at -.5.

Each kind of noise has its own random stream, drawn whether it is used or not: one seed gives the same
person with and without a planted truth.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from local.people.fitbit import MINUTES_OF_A_DAY
from local.people.persona import Noise, Persona
from local.people.rhythm import share_steps

_SATURDAY = 5
_SLEEP_HR_ON_SLOW, _SLEEP_HR_ON_FAST, _SLEEP_HR_OWN = 0.67, 0.59, 0.45
_ASLEEP_SHARE, _ASLEEP_SHARE_SD = 0.88, 0.02
_BASE_ACTIVE, _ACTIVE_PER_STEP, _ACTIVE_SD = 100.0, 0.0193, 40.0
_BASE_ENERGY, _ENERGY_PER_STEP, _ENERGY_SD = 1826.0, 0.072, 130.0
_MODERATE, _VIGOROUS = 18.0, 20.0
_SHORTEST_NIGHT = 150.0


@dataclass(frozen=True, slots=True)
class Night:
    """A main sleep; ``asleep`` and ``awake`` in minutes."""

    start: datetime
    end: datetime
    asleep: float
    awake: float


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """What one day would show; None where nothing was measured."""

    day: date
    activity: dict[str, float] | None
    hours: tuple[tuple[datetime, int], ...]
    night: Night | None
    vitals: dict[str, float]
    weight: float | None
    late: bool
    """Whether the day ended with late activity: planted, and seen by no device as such."""


def simulate(persona: Persona, seed: int, last_day: date, days: int) -> list[SimulatedDay]:
    """``days`` consecutive days up to ``last_day``; the first and the last are always worn."""
    streams = {name: Random(f"{seed}/{name}") for name in ("wear", "steps", "hours", "sleep", "vitals", "weight")}  # noqa: S311
    worn = _worn(persona, streams["wear"], days)
    nights = _nights(persona, streams["sleep"], last_day, days)
    steps, late = _steps(persona, streams["steps"], days)
    vitals = _vitals(persona, streams["vitals"], late, days)
    weights = list(_weights(persona, streams["weight"], days))
    zone = ZoneInfo(persona.timezone)
    simulated = []
    for index in range(days):
        day = last_day - timedelta(days=days - 1 - index)
        night, has_hrv = nights[index]
        hours = share_steps(streams["hours"], day, zone, steps[index], night.start, night.end, late=late[index])
        activity = _activity(streams["steps"], steps[index], persona.steps)
        measured_night = night if worn[index] and has_hrv is not None else None
        if measured_night:
            in_bed = measured_night.asleep + measured_night.awake
            activity["activity_sedentary_duration"] = max(0, MINUTES_OF_A_DAY - in_bed - activity["active_duration"])
        simulated.append(
            SimulatedDay(
                day=day,
                activity=activity if worn[index] else None,
                hours=hours if worn[index] else (),
                night=measured_night,
                vitals=_measured(vitals[index], worn=worn[index], hrv=bool(measured_night and has_hrv)),
                weight=weights[index],
                late=late[index],
            )
        )
    return simulated


def _noise(random: Random, lag1: float) -> Iterator[float]:
    """Standard normal values, each correlated with the one before by ``lag1``."""
    value = random.gauss(0, 1)
    while True:
        yield value
        value = lag1 * value + math.sqrt(1 - lag1**2) * random.gauss(0, 1)


def _worn(persona: Persona, random: Random, days: int) -> list[bool]:
    worn, unworn_before = [], False
    for _ in range(days):
        chance = persona.noise.unworn_stay if unworn_before else persona.noise.unworn_start
        unworn_before = random.random() < chance
        drawer = random.random() < persona.unworn_share
        worn.append(not (unworn_before or drawer))
    worn[0] = worn[-1] = True
    return worn


def _nights(persona: Persona, random: Random, last_day: date, days: int) -> list[tuple[Night, bool | None]]:
    """The night before each day, and whether it had HRV; None for a night that was not recorded."""
    noise, zone = persona.noise, ZoneInfo(persona.timezone)
    usual = _noise(random, noise.bedtime_lag1)
    rest_sd = _rest_of_sleep_sd(noise)
    nights: list[tuple[Night, bool | None]] = []
    for index in range(days):
        to_go = days - 1 - index
        day = last_day - timedelta(days=to_go)
        late = random.expovariate(1 / noise.late_night_delay) * (random.random() < noise.late_night_share)
        by_chance = noise.bedtime_usual_sd * next(usual) + late - noise.late_night_share * noise.late_night_delay
        irregular = persona.irregular_sleep_minutes * random.gauss(0, 1)
        bedtime = persona.bedtime + by_chance
        recent = 0 <= to_go - persona.recent_ended_days_ago < persona.recent_days
        if recent:
            bedtime += persona.later_nights_minutes + irregular
        if day.weekday() >= _SATURDAY:
            bedtime += persona.weekend_bedtime_minutes
        asleep = persona.sleep_minutes + noise.sleep_per_bedtime * by_chance + rest_sd * random.gauss(0, 1)
        if recent:
            asleep -= persona.sleep_debt_minutes
        asleep = max(_SHORTEST_NIGHT, asleep)
        awake = asleep / (_ASLEEP_SHARE + _ASLEEP_SHARE_SD * max(-3, min(3, random.gauss(0, 1)))) - asleep
        start = (datetime.combine(day, time(), zone) + timedelta(minutes=round(bedtime))).astimezone(UTC)
        end = start + timedelta(minutes=round(asleep) + round(awake))
        night = Night(start.astimezone(zone), end.astimezone(zone), round(asleep), round(awake))
        recorded = random.random() >= noise.night_missing or to_go == 0
        has_hrv = random.random() >= noise.hrv_missing
        nights.append((night, has_hrv if recorded else None))
    return nights


def _rest_of_sleep_sd(noise: Noise) -> float:
    """What remains of the spread of sleep once the time of going to bed is known."""
    share, delay = noise.late_night_share, noise.late_night_delay
    bedtime_variance = noise.bedtime_usual_sd**2 + delay**2 * (2 * share - share**2)
    return math.sqrt(noise.sleep_sd**2 - noise.sleep_per_bedtime**2 * bedtime_variance)


def _steps(persona: Persona, random: Random, days: int) -> tuple[list[int], list[bool]]:
    """Steps of each day, and whether it ended with late activity."""
    cv = persona.noise.steps_root_cv
    chance = _noise(random, persona.noise.steps_lag1)
    steps, late = [], []
    for index in range(days):
        grown = min(index, days - 1 - persona.steps_growth_ended_days_ago)
        mean = max(500.0, persona.steps + persona.steps_per_week * grown / 7)
        root = math.sqrt(mean / (1 + cv**2)) * (1 + cv * next(chance))
        counted = max(0.0, root) ** 2
        changed = persona.device_change_days_ago
        if changed is not None and days - 1 - index < changed:
            counted *= persona.device_change_factor
        steps.append(max(50, round(counted)))
        late.append(random.random() < persona.late_activity_share)
    return steps, late


def _activity(random: Random, steps: int, usual_steps: float) -> dict[str, float]:
    effort = steps / usual_steps
    moderate = round(random.expovariate(1 / _MODERATE) * effort)
    vigorous = round(random.expovariate(1 / _VIGOROUS) * effort)
    active = round(max(20, _BASE_ACTIVE + _ACTIVE_PER_STEP * steps + _ACTIVE_SD * random.gauss(0, 1)))
    light = max(0, active - moderate - vigorous)
    return {
        "steps": steps,
        "active_duration": light + moderate + vigorous,
        "activity_low_intensity_duration": light,
        "activity_medium_intensity_duration": moderate,
        "activity_high_intensity_duration": vigorous,
        "total_energy_burned": _BASE_ENERGY + _ENERGY_PER_STEP * steps + _ENERGY_SD * random.gauss(0, 1),
    }


def _vitals(persona: Persona, random: Random, late: list[bool], days: int) -> list[dict[str, float]]:
    noise = persona.noise
    slow = _noise(random, noise.resting_hr_lag1)
    fast = _noise(random, noise.hrv_night_lag1)
    breath, temperature = (_noise(random, lag) for lag in (noise.respiration_lag1, noise.temperature_lag1))
    fast_share = math.sqrt(1 - noise.hrv_with_resting_hr**2)
    vitals = []
    for index in range(days):
        strain, tonight = next(slow), next(fast)
        days_ago = days - 1 - index - persona.illness_ended_days_ago
        ill = persona.illness_sd if 0 <= days_ago < persona.illness_days else 0.0
        tired = persona.late_activity_hrv_sd if index and late[index - 1] else 0.0
        hrv = noise.hrv_with_resting_hr * strain - fast_share * tonight - ill - tired
        sleep_hr = _SLEEP_HR_ON_SLOW * strain + _SLEEP_HR_ON_FAST * tonight + _SLEEP_HR_OWN * random.gauss(0, 1)
        vitals.append(
            {
                "heart_rate_resting": persona.resting_hr + noise.resting_hr_sd * (strain + ill),
                "heart_rate_sleep": persona.resting_hr - 2 + noise.sleep_hr_sd * (sleep_hr + ill),
                "heart_rate_variability_rmssd": persona.hrv * math.exp(noise.log_hrv_sd * hrv),
                "respiratory_rate_sleep": 14.5 + noise.respiration_sd * next(breath),
                "oxygen_saturation_sleep": min(1.0, 0.96 + noise.oxygen_sd * random.gauss(0, 1)),
                "skin_temperature_sleep": 34.0 + noise.temperature_sd * next(temperature),
            }
        )
    return vitals


def _measured(vitals: dict[str, float], *, worn: bool, hrv: bool) -> dict[str, float]:
    """Resting heart rate comes from the whole day, the rest from a recorded night."""
    if not worn:
        return {}
    return vitals if hrv else {"heart_rate_resting": vitals["heart_rate_resting"]}


def _weights(persona: Persona, random: Random, days: int) -> Iterator[float | None]:
    chance = _noise(random, persona.noise.weight_lag1)
    for index in range(days):
        weight = persona.weight + persona.weight_per_week * index / 7 + persona.noise.weight_sd * next(chance)
        yield weight if random.random() < persona.weighed_share else None
