"""LifeSnaps: Fitbit Sense data of volunteers, as a folder of tables.

Yfantidou et al., "LifeSnaps, a 4-month multi-modal dataset capturing unobtrusive snapshots of our
lives in the wild", Scientific Data 9:663, 2022, doi 10.1038/s41597-022-01764-x.

``daily.csv`` is needed; ``sleep_sessions.csv`` (clock times of the main sleep) and
``hourly_steps.csv`` are used where they are there. Dates are naive local. What the columns hold was
checked on the published tables (36 persons, 3,844 days):

- Sleep and what is measured in it (HRV, sleeping heart rate, breathing, SpO2, skin temperature) stand
  on the date of waking: nights with sleep on a day but not on the next have HRV in 55 %, the other way
  round in 2 %.
- ``spo2`` (92.4 to 100, median 96 %) and ``full_sleep_breathing_rate`` (median 14.8 a minute) are what
  they say, per person too: columns are not shifted. Zeros of breathing (43), ``nremhr`` (17) and
  ``rmssd`` (4) mean that the algorithm gave no result.
- ``sleep_efficiency`` is not time asleep over time in bed (mean 93.4 against 87.8 %, r = .21), and
  ``minutesToFallAsleep`` is above zero on 14 of 1,765 nights: neither is imported. The
  ``sleep_*_ratio`` columns are ratios to the person's usual, not shares of the night.
- 29 sessions end after 18:00. In 18 the middle lies after it too: there an evening nap was filed as the
  main sleep of the day, and is left out, because it would read as a very short night.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from local.people.daily_log import DailyLog
from local.people.errors import UnknownPersonError
from local.people.fitbit import FitbitDay
from local.people.records import PersonCount, PersonRecords, PersonSummary
from local.people.tables import Row, read_optional, read_rows
from local.people.wire import sleep_day

DAILY: Final = "daily.csv"
SESSIONS: Final = "sleep_sessions.csv"
HOURLY: Final = "hourly_steps.csv"

_ACTIVITY: Final = (
    "steps",
    "lightly_active_minutes",
    "moderately_active_minutes",
    "very_active_minutes",
    "sedentary_minutes",
    "calories",
)
_SLEEP: Final = {
    "sleep_duration": ("minutesAsleep", 1.0),
    "sleep_in_bed_duration": ("sleep_duration", 1 / 60_000),
    "sleep_awake_duration": ("minutesAwake", 1.0),
}
"""Column and factor of each biomarker; the time in bed is written in milliseconds."""
_VITALS: Final = {
    "heart_rate_resting": ("resting_hr", 1.0),
    "heart_rate_sleep": ("nremhr", 1.0),
    "heart_rate_variability_rmssd": ("rmssd", 1.0),
    "respiratory_rate_sleep": ("full_sleep_breathing_rate", 1.0),
    "oxygen_saturation_sleep": ("spo2", 0.01),
    "skin_temperature_sleep": ("nightly_temperature", 1.0),
}
_DAILY_COLUMNS: Final = ("id", "date", *_ACTIVITY, *(column for column, _ in {**_SLEEP, **_VITALS}.values()))
_SESSION_COLUMNS: Final = ("id", "date", "startTime", "endTime")
_HOURLY_COLUMNS: Final = ("id", "hour", "steps")


class LifeSnapsReader:
    """Reads a LifeSnaps folder; the tables name no time zone, so days and hours are taken as in ``timezone``."""

    name = "LifeSnaps"

    def __init__(self, folder: Path, timezone: str = "UTC") -> None:
        self._folder = folder
        self._timezone = timezone

    def persons(self) -> list[PersonSummary]:
        count, naps = PersonCount(), set()
        for id_, day, start, end in self._sessions():
            if sleep_day(start, end) > day:
                naps.add((id_, day))
            elif start < end:
                count.add(id_, day, night=True)
        for row in self._daily():
            id_, day = row.person_id("id"), row.day("date")
            measured = _measured(row, nap=(id_, day) in naps)
            if measured or _day_of(row).worn:
                count.add(id_, day, night="sleep_duration" in measured)
        return count.summaries(str(self._folder / DAILY))

    def records(self, person_id: str) -> PersonRecords:
        notes = (f"the tables name no time zone; {self._timezone} is taken",)
        log = DailyLog(person_id, self.name, self._timezone, notes)
        naps = set()
        for _, day, start, end in self._sessions(person_id):
            if sleep_day(start, end) > day:
                naps.add(day)
                log.left_out["evening nap filed as the main sleep"] += 1
            else:
                log.add_night(day, start, end)
        for row in self._daily(person_id):
            day = row.day("date")
            log.add_fitbit_day(day, _day_of(row))
            log.add_values(day, _measured(row, nap=day in naps))
        for row in read_optional(self._folder / HOURLY, _HOURLY_COLUMNS, only=("id", person_id)):
            if (steps := row.number("steps")) is not None:
                log.add_hour(row.moment("hour"), steps)
        if (records := log.records()) is None:
            raise UnknownPersonError(person_id, [person.person_id for person in self.persons()])
        return records

    def _daily(self, person_id: str | None = None) -> Iterator[Row]:
        return read_rows(self._folder / DAILY, _DAILY_COLUMNS, only=_whose(person_id))

    def _sessions(self, person_id: str | None = None) -> Iterator[tuple[str, date, datetime, datetime]]:
        for row in read_optional(self._folder / SESSIONS, _SESSION_COLUMNS, only=_whose(person_id)):
            yield row.person_id("id"), row.day("date"), row.moment("startTime"), row.moment("endTime")


def _whose(person_id: str | None) -> tuple[str, str] | None:
    return ("id", person_id) if person_id else None


def _day_of(row: Row) -> FitbitDay:
    return FitbitDay(*(row.number(column) for column in _ACTIVITY))


def _measured(row: Row, *, nap: bool) -> dict[str, float]:
    """Sleep and vitals of a row; a zero is the absence of a result, never a measurement."""
    columns = _VITALS if nap else {**_SLEEP, **_VITALS}
    values = {type_: (row.number(column), factor) for type_, (column, factor) in columns.items()}
    kept = {type_: value * factor for type_, (value, factor) in values.items() if value}
    if "sleep_duration" not in kept:
        return {type_: value for type_, value in kept.items() if type_ not in _SLEEP}
    return kept
