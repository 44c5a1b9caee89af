"""Our own format, for data from anywhere: one measurement a line (CSV) or an object (JSON).

``docs/import-formats.md`` describes it, and a test reads the examples there. It is strict: an unknown type
or unit is a mistake of whoever wrote the file, and is told with its place, not left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from holisticos.health.catalogue import CATALOGUE, OVER_PERIODS, SLEEP_TIMES, canonical_type
from holisticos.health.devices import device_type
from holisticos.health.parsing import parse_time
from holisticos.health.units import conversion
from local.people.archive import plain_file
from local.people.daily_log import EVERY_DAY_IS_WHOLE, DailyLog
from local.people.documents import read_document
from local.people.errors import UnknownPersonError, UnreadableFileError
from local.people.records import PersonCount, PersonRecords, PersonSummary, Reading
from local.people.samples import SampleLog, number
from local.people.sleeps import SleepLog, Stage
from local.people.tables import checked_person_id, rows_in
from local.people.wire import MEASURES, sleep_day
from local.people.zones import is_zone

COLUMNS: Final = ("type", "value", "start")
OPTIONAL: Final = ("end", "unit", "device", "person")
FORMAT: Final = "holisticos-measurements"
_STAGE: Final = "sleep_stage"
_STAGES: Final = {stage.name.lower(): stage for stage in Stage}
_NOBODY: Final = "me"
_A_DATE: Final = len("2025-03-10")
_TYPES: Final = sorted({*MEASURES, _STAGE} - OVER_PERIODS)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement as it was written; ``place`` says where, for errors."""

    path: Path
    place: str
    line: int | None
    person: str
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        return "" if value is None else str(value).strip()

    def error(self, problem: str) -> UnreadableFileError:
        return UnreadableFileError(self.path, f"{self.place}{problem}", self.line)


class MeasurementsReader:
    """Reads a table or document of ours."""

    name = "HolisticOS measurements"

    def __init__(self, path: Path, timezone: str | None, reading: Reading) -> None:
        self._path = path
        self._timezone = timezone
        self._reading = reading

    def persons(self) -> list[PersonSummary]:
        zone, measurements = self._open()
        count = PersonCount()
        for one in measurements:
            day, night = _day_of(one, zone)
            count.add(one.person, day, night=night)
        return count.summaries(str(self._path))

    def records(self, person_id: str) -> PersonRecords:
        zone, measurements = self._open()
        known = f"times without an offset are taken as in {zone.key}"
        log = DailyLog(person_id, self.name, zone.key, (known,), in_progress_on=EVERY_DAY_IS_WHOLE)
        samples, sleeps, nights = SampleLog(), SleepLog(), dict[date, dict[str, datetime]]()
        for one in measurements:
            if one.person == person_id:
                _take(one, zone, samples, sleeps, nights)
        log.add_samples(samples, sleeps)
        for day, times in sorted(nights.items()):
            if len(times) == 2:
                log.add_night(day, times["sleep_start_time"], times["sleep_end_time"])
            else:
                log.left_out["bedtime or waking without the other"] += 1
        if (records := log.records()) is None:
            raise UnknownPersonError(person_id, [person.person_id for person in self.persons()])
        return records

    def _open(self) -> tuple[ZoneInfo, Iterator[Measurement]]:
        if self._path.suffix.lower() == ".csv":
            return ZoneInfo(self._timezone or "UTC"), self._lines()
        with plain_file(self._path) as stream:
            document = read_document(stream, self._path)
        return ZoneInfo(self._timezone or _zone_of(document, self._path)), _objects(document, self._path)

    def _lines(self) -> Iterator[Measurement]:
        size = self._path.stat().st_size
        with plain_file(self._path) as stream:
            for row in rows_in(stream, self._path, COLUMNS, optional=OPTIONAL):
                if row.line % 1000 == 0:
                    self._reading(min(size, stream.tell()), size)
                person = row.person_id("person") if row.cells["person"].strip() else _NOBODY
                yield Measurement(self._path, "", row.line, person, row.cells)


def is_table(header: str) -> bool:
    """Whether the first line of a file is that of our table."""
    return set(COLUMNS) <= {name.strip() for name in header.split(",")}


def _zone_of(document: Any, path: Path) -> str:
    zone = document.get("timezone", "UTC")
    if not isinstance(zone, str) or not is_zone(zone):
        raise UnreadableFileError(
            path, f"timezone is {zone!r}, which is no time zone; zones are named like Europe/Berlin"
        )
    return zone


def _objects(document: Any, path: Path) -> Iterator[Measurement]:
    if document.get("version") != 1:
        raise UnreadableFileError(path, f"version is {document.get('version')!r}; the known one is 1")
    persons = document.get("persons")
    if not isinstance(persons, list):
        raise UnreadableFileError(path, "there is no list 'persons'")
    for person in persons:
        if not isinstance(person, dict) or not isinstance(person.get("measurements"), list):
            raise UnreadableFileError(path, "a person is an object with 'id' and a list 'measurements'")
        id_ = checked_person_id(str(person.get("id", _NOBODY)))
        for place, fields in enumerate(person["measurements"], start=1):
            where = f"measurement {place} of {id_}: "
            if not isinstance(fields, dict):
                raise UnreadableFileError(path, f"{where}not an object")
            yield Measurement(path, where, None, id_, fields)


def _day_of(one: Measurement, zone: ZoneInfo) -> tuple[date, bool]:
    """The day a measurement belongs to, and whether it is of a night."""
    type_, when = _type_of(one), _when(one, zone)
    if not isinstance(when, tuple):
        return when, type_.startswith("sleep_")
    return (sleep_day(*when), True) if type_ == _STAGE else (when[0].date(), False)


def _take(
    one: Measurement, zone: ZoneInfo, samples: SampleLog, sleeps: SleepLog, nights: dict[date, dict[str, datetime]]
) -> None:
    type_, when = _type_of(one), _when(one, zone)
    source = device_type({"deviceType": one.text("device")}), one.text("device")
    if type_ == _STAGE:
        stage = _STAGES.get(one.text("value").lower())
        if stage is None:
            raise one.error(f"value is {one.text('value')!r}; a stage is one of {', '.join(_STAGES)}")
        if not isinstance(when, tuple):
            raise one.error("a stage of sleep needs a start and an end, both with a time")
        sleeps.add(*source, *when, stage)
    elif type_ in SLEEP_TIMES:
        at = parse_time(one.text("value"), zone)
        if at is None or isinstance(when, tuple):
            raise one.error(f"{type_} is a time, and its start is the date of waking")
        nights.setdefault(when, {})[type_] = at
    else:
        value, unit = _quantity(one, type_)
        if not isinstance(when, tuple):
            samples.add_day(type_, when, value, unit)
        elif CATALOGUE[type_].category == "sleep":
            raise one.error(f"{type_} is told of a night: its start is the date of waking")
        else:
            samples.add(type_, source, *when, value, unit)


def _quantity(one: Measurement, type_: str) -> tuple[float, str]:
    value, unit = number(one.text("value")), one.text("unit")
    if value is None:
        raise one.error(f"value is {one.text('value')!r}, which is not a number")
    if conversion(unit, CATALOGUE[type_].unit) is None:
        raise one.error(f"unit is {unit!r}, in which no {type_} is measured; its unit is {CATALOGUE[type_].unit}")
    return value, unit


def _type_of(one: Measurement) -> str:
    type_ = canonical_type(one.text("type"))
    if type_ not in _TYPES:
        raise one.error(f"type is {type_!r}, which is not known; known are {', '.join(_TYPES)}")
    return type_


def _when(one: Measurement, zone: ZoneInfo) -> date | tuple[datetime, datetime]:
    """A date where the start is one, else two times with their offsets; without an end both are the start."""
    start = one.text("start")
    if len(start) == _A_DATE:
        try:
            return date.fromisoformat(start)
        except ValueError:
            raise one.error(f"start is {start!r}, which is no date") from None
    times = []
    for name, text in (("start", start), ("end", one.text("end") or start)):
        at = parse_time(text, zone)
        if at is None:
            raise one.error(f"{name} is {text!r}, which is no time as in 2025-03-10T08:00:00+01:00")
        times.append(at)
    return times[0], times[1]
