"""Records in the wire format of the upstream health API.

Shapes, units and spans are those of real payloads: values are strings, a day runs to 23:59:59 local
time, a sleep day from 18:00 to 17:59:59 and is named after the date of waking, ids are UUIDv5.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from local.people.records import Record

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://holisticos.local/records")
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
SLEEP_DAY_STARTS: Final = time(18)


@dataclass(frozen=True, slots=True)
class Measure:
    """How the upstream writes one type of biomarker."""

    category: str
    unit: str
    aggregation: str
    value_type: str


def _measures(category: str, **types: tuple[str, str, str]) -> dict[str, Measure]:
    return {type_: Measure(category, *shape) for type_, shape in types.items()}


_MINUTES = ("minute", "total", "integer")
MEASURES: Final = {
    **_measures(
        "activity",
        steps=("count", "total", "integer"),
        active_duration=_MINUTES,
        activity_low_intensity_duration=_MINUTES,
        activity_medium_intensity_duration=_MINUTES,
        activity_high_intensity_duration=_MINUTES,
        activity_sedentary_duration=_MINUTES,
        exercise_duration=_MINUTES,
        floors_climbed=("count", "total", "integer"),
        active_energy_burned=("kcal", "total", "double"),
        total_energy_burned=("kcal", "total", "double"),
    ),
    **_measures(
        "body",
        weight=("kg", "none", "double"),
        height=("m", "none", "double"),
        body_mass_index=("kg/m2", "none", "double"),
        body_fat=("percentage", "none", "double"),
        lean_mass=("kg", "none", "double"),
        waist_circumference=("cm", "none", "double"),
        resting_energy_burned=("kcal", "total", "double"),
    ),
    **_measures(
        "sleep",
        sleep_start_time=("datetime", "none", "datetime"),
        sleep_end_time=("datetime", "none", "datetime"),
        sleep_duration=_MINUTES,
        sleep_in_bed_duration=_MINUTES,
        sleep_awake_duration=_MINUTES,
        sleep_light_duration=_MINUTES,
        sleep_deep_duration=_MINUTES,
        sleep_rem_duration=_MINUTES,
        sleep_regularity=("percentage", "average", "double"),
        sleep_debt=("hour", "total", "double"),
    ),
    **_measures(
        "vitals",
        heart_rate=("bpm", "average", "double"),
        heart_rate_resting=("bpm", "average", "double"),
        heart_rate_sleep=("bpm", "average", "double"),
        heart_rate_variability_rmssd=("millisecond", "average", "double"),
        heart_rate_variability_sdnn=("millisecond", "average", "double"),
        respiratory_rate=("count/minute", "average", "double"),
        respiratory_rate_sleep=("count/minute", "average", "double"),
        oxygen_saturation=("percentage", "average", "double"),
        oxygen_saturation_sleep=("percentage", "average", "double"),
        skin_temperature_sleep=("celsius", "average", "double"),
        body_temperature_basal=("celsius", "average", "double"),
        vo2_max=("ml/kg/min", "average", "double"),
        blood_glucose=("mg/dl", "average", "double"),
        blood_pressure_systolic=("mmhg", "average", "double"),
        blood_pressure_diastolic=("mmhg", "average", "double"),
    ),
}
"""The types the importers and the generator write. A percentage is 0..1, as the upstream has it."""

NIGHTLY: Final = frozenset(
    type_ for type_, measure in MEASURES.items() if measure.category == "sleep" or type_.endswith(("_sleep", "_rmssd"))
)
"""Types measured during sleep: their records span the sleep day, not the calendar day."""


def sleep_day(start: datetime, end: datetime) -> date:
    """The sleep day of a sleep: the date on which the 18:00-to-18:00 day holding its middle ends."""
    middle = start + (end - start) / 2
    return middle.date() + (_DAY if middle.time() >= SLEEP_DAY_STARTS else timedelta(0))


class BiomarkerWriter:
    """Writes one person's biomarkers; times are local to ``timezone``."""

    def __init__(self, person_id: str, timezone: str) -> None:
        self._person_id = person_id
        self._zone = ZoneInfo(timezone)

    def daily(self, type_: str, day: date, value: float | datetime, periodicity: str = "daily") -> Record:
        """One value of a day, or of the night that ends on it."""
        if type_ in NIGHTLY:
            start, end = (datetime.combine(at, SLEEP_DAY_STARTS, self._zone) for at in (day - _DAY, day))
        else:
            start, end = (datetime.combine(at, time(), self._zone) for at in (day, day + _DAY))
        return self._record(type_, value, periodicity, start, end)

    def weekly(self, type_: str, last: date, value: float) -> Record:
        """A figure over the seven sleep days that end on ``last``."""
        start, end = (datetime.combine(at, SLEEP_DAY_STARTS, self._zone) for at in (last - 7 * _DAY, last))
        return self._record(type_, value, "weekly", start, end)

    def hourly(self, type_: str, hour: datetime, value: float) -> Record:
        """A total of one clock hour; ``hour`` is its naive local start, or the start in the offset it was lived in."""
        zone = hour.tzinfo or self._zone
        start = hour.replace(tzinfo=zone).astimezone(UTC)
        end = start + timedelta(hours=1)
        return self._record(type_, value, "hourly", start.astimezone(zone), end.astimezone(zone))

    def _record(self, type_: str, value: float | datetime, periodicity: str, start: datetime, end: datetime) -> Record:
        measure = MEASURES[type_]
        # Through UTC: subtracting from a local time would forget which of two repeated hours it is in.
        last_second = (end.astimezone(UTC) - _SECOND).astimezone(end.tzinfo)
        first, last = start.isoformat(), last_second.isoformat()
        return {
            "id": record_id(self._person_id, type_, periodicity, first, last),
            "category": measure.category,
            "type": type_,
            "periodicity": periodicity,
            "aggregation": measure.aggregation,
            "value": self._text(value, measure.value_type),
            "unit": measure.unit,
            "valueType": measure.value_type,
            "startDateTime": first,
            "endDateTime": last,
        }

    def _text(self, value: float | datetime, value_type: str) -> str:
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=self._zone)
            # The upstream writes clock times without seconds.
            return aware.isoformat(timespec="minutes")
        return str(round(value)) if value_type == "integer" else str(round(float(value), 3))


def record_id(*parts: str) -> str:
    """A stable id: the same person, type and span give the same record in every import."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))
