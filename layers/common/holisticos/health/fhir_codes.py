"""How our types are called in LOINC and measured in UCUM, for those who exchange data as FHIR.

A type without a LOINC term of the same meaning has only our own code; a term that says less, or something else,
would be a wrong statement about a person. LOINC is copyright Regenstrief Institute (loinc.org/license).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Ucum:
    """A unit of ours in UCUM; a value is multiplied by ``factor``."""

    code: str
    factor: float = 1.0


UCUM: Final = {
    "count": Ucum("{count}"),
    "minute": Ucum("min"),
    "hour": Ucum("h"),
    "kcal": Ucum("kcal"),
    "kg": Ucum("kg"),
    # The vital signs profile of FHIR wants centimetres.
    "m": Ucum("cm", 100),
    "cm": Ucum("cm"),
    "bpm": Ucum("/min"),
    "breaths_per_minute": Ucum("/min"),
    "ms": Ucum("ms"),
    "percent": Ucum("%"),
    "ratio": Ucum("1"),
    "index": Ucum("1"),
    "celsius": Ucum("Cel"),
    "mmhg": Ucum("mm[Hg]"),
    "mg/dl": Ucum("mg/dL"),
    "ml/kg/min": Ucum("mL/kg/min"),
    "kg/m2": Ucum("kg/m2"),
    "year": Ucum("a"),
}

_BODY_TEMPERATURE: Final = (("8310-5", "Body temperature"),)
_RESPIRATORY_RATE: Final = (("9279-1", "Respiratory rate"),)
_HEART_RATE: Final = (("8867-4", "Heart rate"),)
_OXYGEN_SATURATION: Final = (
    # The profile of FHIR asks for the first, and the second says how it was measured.
    ("2708-6", "Oxygen saturation in Arterial blood"),
    ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
)

LOINC: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "steps": (("55423-8", "Number of steps in unspecified time Pedometer"),),
    "floors_climbed": (("100304-5", "Flights climbed [#] Reporting Period"),),
    "active_energy_burned": (("93819-1", "Calories burned in unspecified time --during activity"),),
    "total_energy_burned": (("41981-2", "Calories burned"),),
    "height": (("8302-2", "Body height"),),
    "weight": (("29463-7", "Body weight"),),
    "body_mass_index": (("39156-5", "Body mass index (BMI) [Ratio]"),),
    "body_fat": (("41982-0", "Percentage of body fat Measured"),),
    "lean_mass": (("91557-9", "Lean body weight"),),
    "age": (("30525-0", "Age"),),
    "sleep_duration": (("93832-4", "Sleep duration"),),
    "sleep_light_duration": (("93830-8", "Light sleep duration"),),
    "sleep_rem_duration": (("93829-0", "REM sleep duration"),),
    "sleep_deep_duration": (("93831-6", "Deep sleep duration"),),
    "sleep_in_bed_duration": (("103213-5", "Duration in bed"),),
    "sleep_latency": (("103212-7", "Duration of falling asleep"),),
    "heart_rate": _HEART_RATE,
    "heart_rate_resting": (("40443-4", "Heart rate --resting"),),
    "heart_rate_sleep": _HEART_RATE,
    "heart_rate_variability_sdnn": (("80404-7", "R-R interval.standard deviation (Heart rate variability)"),),
    "respiratory_rate": _RESPIRATORY_RATE,
    "respiratory_rate_sleep": _RESPIRATORY_RATE,
    "oxygen_saturation": _OXYGEN_SATURATION,
    "oxygen_saturation_sleep": _OXYGEN_SATURATION,
    "vo2_max": (("94122-9", "Oxygen consumption (VO2)/Body weight [Volume Rate Content] --peak during exercise"),),
    "blood_glucose": (("2339-0", "Glucose [Mass/volume] in Blood"),),
    "blood_pressure_systolic": (("8480-6", "Systolic blood pressure"),),
    "blood_pressure_diastolic": (("8462-4", "Diastolic blood pressure"),),
    "body_temperature_basal": _BODY_TEMPERATURE,
}
"""Code and name by type; the first is the one that fits best."""

LOINC_OF_A_DAY: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "steps": (("41950-7", "Number of steps in 24 hour Measured"),),
    "total_energy_burned": (("41979-6", "Calories burned in 24 hour Calculated"),),
}
"""Where a total of a whole day has a term of its own."""

_VITAL_SIGNS: Final = frozenset({"height", "weight", "body_mass_index"})
_LABORATORY: Final = frozenset({"blood_glucose"})
_CATEGORIES: Final = {"activity": "activity", "sleep": "activity", "vitals": "vital-signs", "body": "exam"}


def category(type_: str, source_category: str) -> str | None:
    """The code of FHIR's observation category; None where none of them fits."""
    if type_ in _VITAL_SIGNS:
        return "vital-signs"
    return "laboratory" if type_ in _LABORATORY else _CATEGORIES.get(source_category)
