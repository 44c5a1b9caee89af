"""Fitbit data as Google Takeout and Fitbit's own account export give them: a zip file or its folder.

Google does not document the layout. What is read, and what is known of it from exports people describe:

- ``Global Export Data/<what>-YYYY-MM-DD.json`` (``user-site-export/`` in Fitbit's own): lists of
  ``{"dateTime", "value"}``. Minutes (``steps``, ``calories``) and heart rates are in UTC; totals of a day
  (``sedentary_minutes`` and the like, ``resting_heart_rate``) carry the local date, with midnight as the
  time. A resting heart rate of 0 means that there is none.
- ``sleep-*.json``: logs with naive local times, ``dateOfSleep`` is the date of waking.
- ``weight-*.json``: in pounds or kilograms, as the account was set, which the file does not say. The body
  mass index beside it does: in one of the two it belongs to a person of possible height.
- ``Daily Heart Rate Variability Summary``, ``Daily Respiratory Rate Summary``, ``Daily SpO2`` and ``Computed
  Temperature`` are tables, by the date of waking.
- ``Profile.csv`` names the time zone. Nothing else in it is read: it holds the person's name and address.

A file that stands in an export twice, in two folders, is read once.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zoneinfo import ZoneInfo

from holisticos.health.devices import DeviceType
from holisticos.health.local_days import as_lived
from local.people.archive import Archive
from local.people.daily_log import DailyLog
from local.people.documents import read_document
from local.people.errors import NoDataError, UnreadableFileError
from local.people.fitbit import FitbitDay
from local.people.records import PersonRecords, PersonSummary, Reading, summary_of
from local.people.samples import SampleLog, number
from local.people.sleeps import SleepLog
from local.people.tables import Row, checked_person_id, rows_in
from local.people.zones import is_zone

Entry = Mapping[str, Any]
"""One element of a document's list, which may be anything."""

_PERSON: Final = "fitbit"
_DEVICE: Final = DeviceType.BAND, "Fitbit"
_NAMED: Final = re.compile(r"^([a-z0-9_]+)-\d{4}-\d{2}-\d{2}\.json$")
_KNOWN_BY: Final = frozenset({"steps", "sleep", "resting_heart_rate", "sedentary_minutes"})
_MINUTE: Final = timedelta(minutes=1)
_TALLEST: Final = 2.1
"""Metres; whose height would be above it with the weight in kilograms has it in pounds."""
_STAGES: Final = {"light": "sleep_light_duration", "deep": "sleep_deep_duration", "rem": "sleep_rem_duration"}


class FitbitTakeoutReader:
    """Reads one export, which holds one person: any id may be given to them."""

    name = "Fitbit (Google Takeout)"

    def __init__(self, path: Path, timezone: str | None, reading: Reading) -> None:
        self._path = path
        self._timezone = timezone
        self._reading = reading
        self._read: PersonRecords | None = None

    def persons(self) -> list[PersonSummary]:
        self._read = self.records(_PERSON)
        return [summary_of(self._read)]

    def records(self, person_id: str) -> PersonRecords:
        if self._read is not None and self._read.person_id == person_id:
            return self._read
        archive = Archive(self._path)
        files = list(export_files(archive))
        profile = _profile_zone(archive)
        zone = self._timezone or profile or "UTC"
        how = "" if self._timezone else ", as the profile says" if profile else "; the export names none"
        log = DailyLog(checked_person_id(person_id), self.name, zone, (f"{zone} is taken as the time zone{how}",))
        export = _Export(ZoneInfo(zone), log)
        done, total = 0, sum(archive.sizes[str(name)] for _, name in files)
        for what, name in files:
            with archive.open(name) as stream:
                if what in _DOCUMENTS:
                    _read_document(
                        export, _DOCUMENTS[what], read_document(stream, archive.file(name)), archive.file(name)
                    )
                else:
                    for row in rows_in(stream, archive.file(name), _columns(what)):
                        for column in _TABLES[what]:
                            export.night(row, *column)
            done += archive.sizes[str(name)]
            self._reading(done, total)
        export.finish()
        if (records := log.records()) is None:
            raise NoDataError(f"{self._path}: the export holds no measured day")
        return records


def is_export(archive: Archive) -> bool:
    """Whether one of the files is named as only a Fitbit export names them."""
    return any(what in _KNOWN_BY for what, _ in export_files(archive))


def export_files(archive: Archive) -> Iterator[tuple[str, PurePosixPath]]:
    """What is read of an export: the kind of each file, and its name."""
    seen = set()
    for name in archive.names():
        named = _NAMED.match(name.name)
        table = next((what for what in _TABLES if name.suffix == ".csv" and name.name.startswith(what)), None)
        what = named[1] if named and named[1] in _DOCUMENTS else table
        if what and name.name not in seen:
            seen.add(name.name)
            yield what, name


def _profile_zone(archive: Archive) -> str | None:
    for name in archive.names("profile.csv"):
        with archive.open(name) as stream:
            for row in rows_in(stream, archive.file(name), (), optional=("timezone",)):
                if is_zone(zone := row.cells["timezone"].strip()):
                    return zone
    return None


def _columns(what: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for column in _TABLES[what] for name in column[:2]))


def _read_document(export: "_Export", take: "Taking", entries: object, path: Path) -> None:
    """Take every entry; one that lacks what it must have is left out and counted."""
    if not isinstance(entries, list):
        raise UnreadableFileError(path, "not a list, as the files of an export are")
    for entry in entries:
        try:
            take(export, entry)
        except (AttributeError, LookupError, TypeError, ValueError):
            export.log.left_out["entry without what it must have"] += 1


class _Export:
    """Takes the entries of all files."""

    def __init__(self, zone: ZoneInfo, log: DailyLog) -> None:
        self._zone = zone
        self.log = log
        self._samples = SampleLog()
        self._minutes: defaultdict[date, dict[str, float]] = defaultdict(dict)

    def finish(self) -> None:
        """Everything that was taken, into the log; days on which the device was not worn are left out."""
        days = self._samples.days()
        counted = {day for day, values in days.items() if values.keys() & {"steps", "total_energy_burned"}}
        for day in sorted({*self._minutes, *counted}):
            minutes, values = self._minutes.get(day, {}), days.get(day, {})
            self.log.add_fitbit_day(
                day,
                FitbitDay(
                    values.get("steps"),
                    minutes.get("light"),
                    minutes.get("moderate"),
                    minutes.get("vigorous"),
                    minutes.get("sedentary"),
                    values.get("total_energy_burned"),
                ),
            )
        self.log.add_samples(self._samples, SleepLog(), activity=False)

    def minute(self, entry: Entry, type_: str, unit: str) -> None:
        at = as_lived(_moment(entry["dateTime"]).replace(tzinfo=UTC), self._zone)
        self._samples.add(type_, _DEVICE, at, at + _MINUTE, _number(entry["value"]), unit)

    def minutes_of_day(self, entry: Entry, name: str) -> None:
        self._minutes[_moment(entry["dateTime"]).date()][name] = _number(entry["value"])

    def heart_rate(self, entry: Entry) -> None:
        at = as_lived(_moment(entry["dateTime"]).replace(tzinfo=UTC), self._zone)
        if entry["value"].get("confidence") == 0:
            self.log.left_out["heart rate without confidence"] += 1
        else:
            self._samples.add("heart_rate", _DEVICE, at, at, _number(entry["value"]["bpm"]), "bpm")

    def resting(self, entry: Entry) -> None:
        if beats := _number(entry["value"]["value"]):
            self._samples.add_day("heart_rate_resting", _moment(entry["dateTime"]).date(), beats, "bpm")

    def vo2_max(self, entry: Entry) -> None:
        value = entry["value"]
        amount = _number(value.get("filteredDemographicVO2Max") or value["demographicVO2Max"])
        self._samples.add_day("vo2_max", _moment(entry["dateTime"]).date(), amount, "ml/kg/min")

    def weight(self, entry: Entry) -> None:
        at = datetime.strptime(f"{entry['date']} {entry['time']}", "%m/%d/%y %H:%M:%S").replace(tzinfo=self._zone)
        weight, index = _number(entry["weight"]), number(entry.get("bmi"))
        pounds = not index or math.sqrt(weight / index) > _TALLEST
        self._samples.add("weight", _DEVICE, at, at, weight, "lb" if pounds else "kg")

    def sleep(self, entry: Entry) -> None:
        if not entry.get("mainSleep", True):
            self.log.left_out["nap"] += 1
            return
        day = date.fromisoformat(entry["dateOfSleep"])
        start, end = (datetime.fromisoformat(entry[name]).replace(tzinfo=None) for name in ("startTime", "endTime"))
        self.log.add_night(day, start, end)
        minutes = {
            "sleep_duration": entry["minutesAsleep"],
            "sleep_awake_duration": entry["minutesAwake"],
            "sleep_in_bed_duration": entry["timeInBed"],
        }
        if entry.get("type") == "stages":
            summary = entry["levels"]["summary"]
            minutes |= {type_: summary[stage]["minutes"] for stage, type_ in _STAGES.items() if stage in summary}
        for type_, amount in minutes.items():
            self._samples.add_day(type_, day, _number(amount), "minute")

    def night(self, row: Row, when: str, column: str, type_: str, unit: str) -> None:
        if amount := row.number(column):
            self._samples.add_day(type_, row.day(when), amount, unit)


Taking = Callable[[_Export, Entry], None]
_DOCUMENTS: Final[dict[str, Taking]] = {
    "steps": lambda export, entry: export.minute(entry, "steps", "count"),
    "calories": lambda export, entry: export.minute(entry, "total_energy_burned", "kcal"),
    "sedentary_minutes": lambda export, entry: export.minutes_of_day(entry, "sedentary"),
    "lightly_active_minutes": lambda export, entry: export.minutes_of_day(entry, "light"),
    "moderately_active_minutes": lambda export, entry: export.minutes_of_day(entry, "moderate"),
    "very_active_minutes": lambda export, entry: export.minutes_of_day(entry, "vigorous"),
    "heart_rate": _Export.heart_rate,
    "resting_heart_rate": _Export.resting,
    "demographic_vo2_max": _Export.vo2_max,
    "sleep": _Export.sleep,
    "weight": _Export.weight,
}
"""What takes an entry of a document, by the beginning of the document's name."""

_TABLES: Final = {
    "Daily Heart Rate Variability Summary": (
        ("timestamp", "rmssd", "heart_rate_variability_rmssd", "ms"),
        ("timestamp", "nremhr", "heart_rate_sleep", "bpm"),
    ),
    "Daily Respiratory Rate Summary": (
        ("timestamp", "daily_respiratory_rate", "respiratory_rate_sleep", "breaths/min"),
    ),
    "Daily SpO2": (("timestamp", "average_value", "oxygen_saturation_sleep", "%"),),
    "Computed Temperature": (("sleep_end", "nightly_temperature", "skin_temperature_sleep", "celsius"),),
}
"""Columns of date and value, type and unit, by the beginning of a table's name."""


def _number(value: object) -> float:
    amount = number(value)
    if amount is None or amount < 0:
        raise ValueError
    return amount


def _moment(text: str) -> datetime:
    """``05/24/21 00:15:00``, or the same in ISO 8601; naive."""
    if text[2:3] == "/":
        # By position: strptime takes longer than all the rest.
        month, day, year = int(text[0:2]), int(text[3:5]), 2000 + int(text[6:8])
        return datetime(year, month, day, int(text[9:11]), int(text[12:14]), int(text[15:17]))  # noqa: DTZ001
    return datetime.fromisoformat(text).replace(tzinfo=None)
