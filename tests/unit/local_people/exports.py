"""Small exports, written as the real ones are, and whole ones, read once."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from local.people import fitabase, lifesnaps
from local.people.formats import open_input
from local.people.records import PersonRecords

LIFESNAPS_COLUMNS = (
    "id", "date", "steps", "distance", "calories", "lightly_active_minutes", "moderately_active_minutes",
    "very_active_minutes", "sedentary_minutes", "bpm", "resting_hr", "nremhr", "rmssd", "spo2",
    "full_sleep_breathing_rate", "nightly_temperature", "daily_temperature_variation", "sleep_duration",
    "minutesToFallAsleep", "minutesAsleep", "minutesAwake", "sleep_efficiency", "stress_score", "TIRED",
)  # fmt: skip
WORN = {
    "steps": "8000.0",
    "calories": "2300.5",
    "lightly_active_minutes": "150",
    "moderately_active_minutes": "20",
    "very_active_minutes": "30",
    "sedentary_minutes": "760",
    "bpm": "72.1",
    "resting_hr": "61.04321",
}
NIGHT = {
    "sleep_duration": "28800000.0",
    "minutesAsleep": "420.0",
    "minutesAwake": "60.0",
    "minutesToFallAsleep": "0.0",
    "sleep_efficiency": "96.0",
    "rmssd": "41.5",
    "nremhr": "58.2",
    "spo2": "96.0",
    "full_sleep_breathing_rate": "14.8",
    "nightly_temperature": "33.9",
    "stress_score": "78.0",
}
UNWORN = {"calories": "1612.8", "lightly_active_minutes": "0", "sedentary_minutes": "1440"}

FITABASE_COLUMNS = (
    "Id", "ActivityDate", "TotalSteps", "TotalDistance", "VeryActiveMinutes", "FairlyActiveMinutes",
    "LightlyActiveMinutes", "SedentaryMinutes", "Calories",
)  # fmt: skip


@cache
def everybody(folder: Path) -> tuple[PersonRecords, ...]:
    """All persons of a folder that does not change."""
    reader = open_input(folder)
    return tuple(reader.records(person.person_id) for person in reader.persons())


def write_lifesnaps(
    folder: Path,
    days: Sequence[Mapping[str, str]],
    sessions: Sequence[Sequence[str]] | None = None,
    hours: Sequence[Sequence[str]] | None = None,
) -> Path:
    """A folder; a day is a mapping with at least ``date``, the person is ``ana`` unless it says otherwise."""
    rows = [[{"id": "ana", **day}.get(column, "") for column in LIFESNAPS_COLUMNS] for day in days]
    _write(folder / lifesnaps.DAILY, LIFESNAPS_COLUMNS, rows)
    if sessions is not None:
        _write(folder / lifesnaps.SESSIONS, ("id", "date", "startTime", "endTime"), sessions)
    if hours is not None:
        _write(folder / lifesnaps.HOURLY, ("id", "hour", "steps"), hours)
    return folder


def write_fitabase(
    folder: Path,
    days: Sequence[Sequence[str]],
    sleeps: Sequence[Sequence[str]] | None = None,
    hours: Sequence[Sequence[str]] | None = None,
) -> Path:
    """A folder; a day is id, date, steps, distance, very, fairly, lightly active, sedentary, calories."""
    _write(folder / fitabase.DAILY, FITABASE_COLUMNS, days)
    if sleeps is not None:
        columns = ("Id", "SleepDay", "TotalSleepRecords", "TotalMinutesAsleep", "TotalTimeInBed")
        _write(folder / fitabase.SLEEP, columns, sleeps)
    if hours is not None:
        _write(folder / fitabase.HOURLY, ("Id", "ActivityHour", "StepTotal"), hours)
    return folder


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
