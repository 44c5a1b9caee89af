"""What each metric is called, what it says about a person, and on which side one would rather see it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from holisticos.contracts.names import Direction

STEPS: Final = "steps"
ACTIVE_MINUTES: Final = "active_duration"
MODERATE_MINUTES: Final = "activity_medium_intensity_duration"
VIGOROUS_MINUTES: Final = "activity_high_intensity_duration"
SEDENTARY_MINUTES: Final = "activity_sedentary_duration"
ACTIVE_ENERGY: Final = "active_energy_burned"
TOTAL_ENERGY: Final = "total_energy_burned"
WEIGHT: Final = "weight"
GLUCOSE: Final = "blood_glucose"
SLEEP_MINUTES: Final = "sleep_duration"
SLEEP_EFFICIENCY: Final = "sleep_efficiency"
RESTING_HEART_RATE: Final = "heart_rate_resting"
HRV: Final = "heart_rate_variability_rmssd"
BREATHING_ASLEEP: Final = "respiratory_rate_sleep"
OXYGEN_ASLEEP: Final = "oxygen_saturation_sleep"
OXYGEN: Final = "oxygen_saturation"
SKIN_TEMPERATURE: Final = "skin_temperature_sleep"
AGE: Final = "age"
BEDTIME: Final = "bedtime"
WAKE_TIME: Final = "wake_time"
WAKE_TIME_OFF: Final = "wake_time_off_target"
MID_SLEEP: Final = "mid_sleep"
LATE_STEPS: Final = "late_steps"
LATE_FROM: Final = 21
"""Local hour from which on steps count as late: less than three hours before most people sleep."""
LATE: Final = f"{LATE_FROM}:00"


class Role(StrEnum):
    """What a metric stands for when agents disagree."""

    LOAD = "load"
    """What the body is asked for."""
    RECOVERY = "recovery"
    """How it copes."""
    SLEEP = "sleep"
    BODY = "body"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """``welcome`` is the direction most people aim at; ``None`` where neither side is better as such."""

    name: str
    role: Role = Role.OTHER
    welcome: Direction | None = None
    plural: bool = False
    nightly: bool = False
    amount: str | None = None
    """What there is more or less of, where that is not the name."""

    @property
    def more(self) -> str:
        return f"more {self.amount or self.name}"

    @property
    def title(self) -> str:
        return self.name[:1].upper() + self.name[1:]

    @property
    def is_(self) -> str:
        return "are" if self.plural else "is"

    @property
    def was(self) -> str:
        return "were" if self.plural else "was"

    @property
    def has(self) -> str:
        return "have" if self.plural else "has"


_UP, _DOWN = Direction.UP, Direction.DOWN

MEASURES: Final[dict[str, Measure]] = {
    STEPS: Measure("step count", Role.LOAD, _UP, amount="steps"),
    LATE_STEPS: Measure(f"share of steps after {LATE}", amount=f"of your steps after {LATE}"),
    "floors_climbed": Measure("floors climbed", Role.LOAD, _UP, plural=True),
    "active_hours": Measure("active hours", Role.LOAD, _UP, plural=True),
    ACTIVE_MINUTES: Measure("active time", Role.LOAD, _UP),
    "activity_low_intensity_duration": Measure("light activity", Role.LOAD),
    MODERATE_MINUTES: Measure("moderate activity", Role.LOAD, _UP),
    VIGOROUS_MINUTES: Measure("vigorous activity", Role.LOAD, _UP),
    SEDENTARY_MINUTES: Measure("sedentary time", Role.OTHER, _DOWN),
    ACTIVE_ENERGY: Measure("active energy", Role.LOAD),
    TOTAL_ENERGY: Measure("energy use", Role.LOAD),
    "resting_energy_burned": Measure("resting energy", Role.BODY),
    WEIGHT: Measure("weight", Role.BODY),
    "energy_balance": Measure("energy balance", Role.BODY),
    "body_mass_index": Measure("body mass index", Role.BODY),
    "body_fat": Measure("body fat", Role.BODY),
    "fat_mass": Measure("fat mass", Role.BODY),
    "lean_mass": Measure("lean mass", Role.BODY),
    "waist_circumference": Measure("waist circumference", Role.BODY),
    GLUCOSE: Measure("blood glucose", Role.BODY),
    "blood_pressure_systolic": Measure("systolic blood pressure", Role.BODY),
    "blood_pressure_diastolic": Measure("diastolic blood pressure", Role.BODY),
    "vo2_max": Measure("VO2 max", Role.BODY, _UP),
    RESTING_HEART_RATE: Measure("resting heart rate", Role.RECOVERY, _DOWN),
    "heart_rate_sleep": Measure("heart rate asleep", Role.RECOVERY, _DOWN, nightly=True),
    HRV: Measure("heart rate variability", Role.RECOVERY, _UP, nightly=True),
    "heart_rate_variability_sdnn": Measure("heart rate variability (SDNN)", Role.RECOVERY, _UP),
    "respiratory_rate": Measure("breathing rate", Role.RECOVERY, _DOWN),
    BREATHING_ASLEEP: Measure("breathing rate asleep", Role.RECOVERY, _DOWN, nightly=True),
    OXYGEN: Measure("oxygen saturation", Role.RECOVERY, _UP),
    OXYGEN_ASLEEP: Measure("oxygen saturation asleep", Role.RECOVERY, _UP, nightly=True),
    "body_temperature_basal": Measure("basal body temperature", Role.RECOVERY),
    SKIN_TEMPERATURE: Measure("skin temperature asleep", Role.RECOVERY, nightly=True),
    SLEEP_MINUTES: Measure("sleep", Role.SLEEP, _UP, nightly=True),
    SLEEP_EFFICIENCY: Measure("sleep efficiency", Role.SLEEP, _UP, nightly=True),
    "sleep_debt": Measure("sleep debt", Role.SLEEP, _DOWN),
    "sleep_interruptions": Measure("sleep interruptions", Role.SLEEP, _DOWN, plural=True, nightly=True),
    "sleep_in_bed_duration": Measure("time in bed", Role.SLEEP, nightly=True),
    "sleep_awake_duration": Measure("time awake in bed", Role.SLEEP, _DOWN, nightly=True),
    "sleep_light_duration": Measure("light sleep", Role.SLEEP, nightly=True),
    "sleep_rem_duration": Measure("REM sleep", Role.SLEEP, _UP, nightly=True),
    "sleep_deep_duration": Measure("deep sleep", Role.SLEEP, _UP, nightly=True),
    "sleep_latency": Measure("time to fall asleep", Role.SLEEP, _DOWN, nightly=True),
    "sleep_regularity": Measure("sleep regularity", Role.SLEEP, _UP),
    "sleep": Measure("sleep regularity", Role.SLEEP, _UP),
    BEDTIME: Measure("bedtime", Role.SLEEP, nightly=True),
    WAKE_TIME: Measure("wake time", Role.SLEEP, nightly=True),
    WAKE_TIME_OFF: Measure("distance from that time", Role.SLEEP, _DOWN, nightly=True),
    MID_SLEEP: Measure("middle of sleep", Role.SLEEP, nightly=True),
    "activity": Measure("activity", Role.LOAD, _UP),
    "wear": Measure("days with a record", Role.OTHER, _UP, plural=True),
    "score.activity": Measure("activity score", Role.OTHER, _UP),
    "score.sleep": Measure("sleep score", Role.SLEEP, _UP),
    "score.readiness": Measure("readiness score", Role.RECOVERY, _UP),
    "score.wellbeing": Measure("wellbeing score", Role.OTHER, _UP),
    "score.mental_wellbeing": Measure("mental wellbeing score", Role.OTHER, _UP),
}


def measure(metric: str) -> Measure:
    """The words for ``metric``; an unknown one is called by its own name."""
    known = MEASURES.get(metric)
    return known or Measure(metric.removeprefix("score.").replace("_", " "))


def is_welcome(metric: str, direction: Direction | None) -> bool | None:
    """Whether a move in ``direction`` is one most people aim at; ``None`` where that cannot be said."""
    aim = measure(metric).welcome
    if aim is None or direction in {None, Direction.STABLE}:
        return None
    return direction is aim
