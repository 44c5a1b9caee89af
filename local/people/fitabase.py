"""Fitabase: Fitbit data as the Fitabase platform exports them, a folder of ``*_merged.csv`` tables.

``dailyActivity_merged.csv`` is needed; ``sleepDay_merged.csv`` and ``hourlySteps_merged.csv`` are used
where they are there. Dates are naive local, months first. What the tables hold was checked on the
public set "FitBit Fitness Tracker Data" (Furberg et al., 2016; 33 persons, 940 days):

- A sleep has no clock times. It stands on the date of waking: the longest quiet spell of the night that
  ends on the day goes with the time in bed (r = .21 within persons), that of the night after does not
  (r = -.04). A row is the day's total over ``TotalSleepRecords`` sleeps; exact repetitions occur.
- On 7 of the 79 days with 1,440 sedentary minutes the day's total shows steps, and no hour of the day
  does: nothing was measured, so they count as not worn like the rest.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from local.people.daily_log import DailyLog
from local.people.errors import UnknownPersonError
from local.people.fitbit import FitbitDay
from local.people.records import PersonCount, PersonRecords, PersonSummary
from local.people.tables import Row, read_optional, read_rows

DAILY: Final = "dailyActivity_merged.csv"
HOURLY: Final = "hourlySteps_merged.csv"
SLEEP: Final = "sleepDay_merged.csv"

_ACTIVITY: Final = (
    "TotalSteps",
    "LightlyActiveMinutes",
    "FairlyActiveMinutes",
    "VeryActiveMinutes",
    "SedentaryMinutes",
    "Calories",
)
_DAILY_COLUMNS: Final = ("Id", "ActivityDate", *_ACTIVITY)
_SLEEP_COLUMNS: Final = ("Id", "SleepDay", "TotalMinutesAsleep", "TotalTimeInBed")
_HOURLY_COLUMNS: Final = ("Id", "ActivityHour", "StepTotal")
_TIMES: Final = ("%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M")
"""The platform writes twelve-hour times; programs that save the table again write others."""


class FitabaseReader:
    """Reads a Fitabase folder; the tables name no time zone, so days and hours are taken as in ``timezone``."""

    name = "Fitabase"

    def __init__(self, folder: Path, timezone: str = "UTC") -> None:
        self._folder = folder
        self._timezone = timezone

    def persons(self) -> list[PersonSummary]:
        count = PersonCount()
        for row in self._daily():
            if _day_of(row).worn:
                count.add(row.person_id("Id"), row.day("ActivityDate", *_TIMES))
        for row in self._sleep():
            if _sleep_of(row):
                count.add(row.person_id("Id"), row.day("SleepDay", *_TIMES), night=True)
        return count.summaries(str(self._folder / DAILY))

    def records(self, person_id: str) -> PersonRecords:
        notes = (
            f"the tables name no time zone; {self._timezone} is taken",
            "the tables hold no clock times of sleep",
        )
        log = DailyLog(person_id, self.name, self._timezone, notes)
        for row in self._daily(person_id):
            log.add_fitbit_day(row.day("ActivityDate", *_TIMES), _day_of(row))
        for row in self._sleep(person_id):
            log.add_values(row.day("SleepDay", *_TIMES), _sleep_of(row))
        for row in read_optional(self._folder / HOURLY, _HOURLY_COLUMNS, only=("Id", person_id)):
            if (steps := row.number("StepTotal")) is not None:
                log.add_hour(row.moment("ActivityHour", *_TIMES), steps)
        if (records := log.records()) is None:
            raise UnknownPersonError(person_id, [person.person_id for person in self.persons()])
        return records

    def _daily(self, person_id: str | None = None) -> Iterator[Row]:
        return read_rows(self._folder / DAILY, _DAILY_COLUMNS, only=_whose(person_id))

    def _sleep(self, person_id: str | None = None) -> Iterator[Row]:
        return read_optional(self._folder / SLEEP, _SLEEP_COLUMNS, only=_whose(person_id))


def _whose(person_id: str | None) -> tuple[str, str] | None:
    return ("Id", person_id) if person_id else None


def _day_of(row: Row) -> FitbitDay:
    return FitbitDay(*(row.number(column) for column in _ACTIVITY))


def _sleep_of(row: Row) -> dict[str, float]:
    asleep, in_bed = row.number("TotalMinutesAsleep"), row.number("TotalTimeInBed")
    if not asleep:
        return {}
    return {"sleep_duration": asleep} | ({"sleep_in_bed_duration": in_bed} if in_bed else {})
