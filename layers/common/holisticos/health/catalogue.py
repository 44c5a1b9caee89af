"""What is known about each type of biomarker: unit, plausible range, and how values of a day combine.

A range says what cannot be a measurement, not what is healthy: a value outside it is dropped and
counted. Sources are given where there is one; the rest is plain physics or a known extreme.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from holisticos.health.local_days import DayRule


class Kind(StrEnum):
    """What a value is."""

    NUMBER = "number"
    INSTANT = "instant"
    WORD = "word"


class Combine(StrEnum):
    """What several records of one day and type become.

    ``MAX`` is for totals: devices that overlap counted the same steps, and the one that was worn longest
    counted most of them. ``MEAN`` is for what is sampled, ``LAST`` for what holds until it is measured
    again.
    """

    MAX = "max"
    MEAN = "mean"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Metric:
    """One type of biomarker; ``low`` and ``high`` are the plausible range, in ``unit``, of one record."""

    type: str
    category: str
    unit: str
    low: float = 0.0
    high: float = 0.0
    source: str = ""
    combine: Combine = Combine.MAX
    kind: Kind = Kind.NUMBER

    @property
    def holds_in_part(self) -> bool:
        """Whether a value of an unfinished day is a value of the day: a heart rate is, a step count is not."""
        return self.category in {"vitals", "body", "characteristic"} and self.combine is not Combine.MAX


_DAY: Final = 25 * 60
_DAY_SOURCE: Final = "the longest local day, that on which summer time ends, has 25 hours"
_ISO_OXIMETER: Final = "ISO 80601-2-61: oximeters are validated from 70 to 100 %; below 50 % none is"
_NUNAN: Final = "Nunan et al. 2010 (doi 10.1111/j.1540-8159.2010.02841.x): norms up to 75 ms rMSSD, 93 ms SDNN"
_HEART: Final = "lowest in resting athletes about 26 bpm; highest age-predicted maximum about 220 bpm"
_BREATHS: Final = "NEWS2 scores 8 and 25 breaths a minute as emergencies; limits are half and more than twice that"
_EXPENDITURE: Final = "Westerterp 1998 (Tour de France): sustained maxima near 8,500 kcal a day"
_SUM: Final = "part of the whole: 0 to 100 %"


def _activity() -> tuple[Metric, ...]:
    minutes = (
        "active_duration",
        "activity_low_intensity_duration",
        "activity_medium_intensity_duration",
        "activity_high_intensity_duration",
        "activity_sedentary_duration",
        "exercise_duration",
    )
    return (
        Metric("steps", "activity", "count", 0, 150_000, "a marathon is about 45,000 steps; a 24-hour race 150,000"),
        Metric("floors_climbed", "activity", "count", 0, 2_000, "24-hour stair climbing records are near 2,000 floors"),
        Metric("active_hours", "activity", "hour", 0, 25, _DAY_SOURCE),
        *(Metric(type_, "activity", "minute", 0, _DAY, _DAY_SOURCE) for type_ in minutes),
        Metric("active_energy_burned", "activity", "kcal", 0, 15_000, _EXPENDITURE),
        Metric("total_energy_burned", "activity", "kcal", 0, 20_000, _EXPENDITURE),
    )


def _body() -> tuple[Metric, ...]:
    last = Combine.LAST
    return (
        Metric("height", "body", "m", 0.4, 2.8, "tallest recorded 2.72 m", last),
        Metric("weight", "body", "kg", 2, 650, "heaviest recorded 635 kg", last),
        Metric("body_mass_index", "body", "kg/m2", 6, 210, "lowest and highest recorded about 7 and 204", last),
        Metric("body_fat", "body", "percent", 1.6, 80, "essential fat is about 3 %", last),
        Metric("fat_mass", "body", "kg", 0.5, 400, "follows from weight and body fat", last),
        Metric("lean_mass", "body", "kg", 1, 250, "follows from weight and body fat", last),
        Metric("waist_circumference", "body", "cm", 20, 320, "largest recorded about 302 cm", last),
        Metric("resting_energy_burned", "body", "kcal", 0, 6_000, _EXPENDITURE),
    )


def _characteristic() -> tuple[Metric, ...]:
    return (
        Metric("age", "characteristic", "year", 0, 125, "oldest verified age 122 years", Combine.LAST),
        Metric("biological_sex", "characteristic", "word", kind=Kind.WORD),
        Metric("date_of_birth", "characteristic", "instant", kind=Kind.INSTANT),
    )


def _sleep() -> tuple[Metric, ...]:
    minutes = (
        "sleep_duration",
        "sleep_in_bed_duration",
        "sleep_awake_duration",
        "sleep_light_duration",
        "sleep_rem_duration",
        "sleep_deep_duration",
        "sleep_latency",
    )
    mean = Combine.MEAN
    return (
        *(Metric(type_, "sleep", "instant", kind=Kind.INSTANT) for type_ in sorted(SLEEP_TIMES)),
        *(Metric(type_, "sleep", "minute", 0, _DAY, _DAY_SOURCE) for type_ in minutes),
        Metric("sleep_debt", "sleep", "hour", 0, 7 * 24, "a week has 168 hours", mean),
        Metric("sleep_interruptions", "sleep", "count", 0, 300, "severe apnoea arouses some 30 times an hour"),
        Metric("sleep_regularity", "sleep", "index", 0, 1, _SUM, mean),
        Metric("sleep_efficiency", "sleep", "ratio", 0, 1, _SUM, mean),
    )


def _vitals() -> tuple[Metric, ...]:
    mean = Combine.MEAN
    return (
        Metric("heart_rate", "vitals", "bpm", 20, 250, _HEART, mean),
        Metric("heart_rate_resting", "vitals", "bpm", 20, 180, _HEART, mean),
        Metric("heart_rate_sleep", "vitals", "bpm", 20, 180, _HEART, mean),
        Metric("heart_rate_variability_sdnn", "vitals", "ms", 1, 400, _NUNAN, mean),
        Metric("heart_rate_variability_rmssd", "vitals", "ms", 1, 400, _NUNAN, mean),
        Metric("respiratory_rate", "vitals", "breaths_per_minute", 4, 60, _BREATHS, mean),
        Metric("respiratory_rate_sleep", "vitals", "breaths_per_minute", 4, 60, _BREATHS, mean),
        Metric("oxygen_saturation", "vitals", "percent", 50, 100, _ISO_OXIMETER, mean),
        Metric("oxygen_saturation_sleep", "vitals", "percent", 50, 100, _ISO_OXIMETER, mean),
        Metric("vo2_max", "vitals", "ml/kg/min", 5, 100, "highest reported about 97 ml/kg/min", mean),
        Metric("blood_glucose", "vitals", "mg/dl", 10, 1_500, "meters read 20 to 600; beyond lies coma", mean),
        Metric("blood_pressure_systolic", "vitals", "mmhg", 40, 300, "range of automated cuffs, ISO 81060-2", mean),
        Metric("blood_pressure_diastolic", "vitals", "mmhg", 20, 220, "range of automated cuffs, ISO 81060-2", mean),
        Metric("body_temperature_basal", "vitals", "celsius", 30, 44, "lethal on both sides", mean),
        Metric("skin_temperature_sleep", "vitals", "celsius", 15, 44, "below is the room, above is lethal", mean),
    )


SLEEP_TIMES: Final = frozenset({"sleep_start_time", "sleep_end_time", "sleep_mid_time"})
OVER_PERIODS: Final = frozenset({"sleep_debt", "sleep_regularity"})
"""Types that sources tell of a week or month; they hold at its last date."""

CATALOGUE: Final = {
    metric.type: metric for metric in (*_activity(), *_body(), *_characteristic(), *_sleep(), *_vitals())
}

_ALIASES: Final = {
    # Sources changed the word and mean the same.
    "activity_mid_intensity_duration": "activity_medium_intensity_duration",
}
STATE_ALIASES: Final = {"mid": "medium"}

CORE: Final = ("steps", "sleep_duration", "heart_rate_resting", "heart_rate_variability_rmssd")
"""What the product's advice rests on most: their absence is named in every result."""


def canonical_type(type_: str) -> str:
    """One name for a type; unknown ones stay as they are."""
    return _ALIASES.get(type_, type_)


def day_rule(type_: str, category: str) -> DayRule:
    """How records of the type are spread over days."""
    if category == "sleep" or type_.endswith("_sleep"):
        return DayRule.NIGHT
    return DayRule.CALENDAR if category == "activity" else DayRule.EITHER
