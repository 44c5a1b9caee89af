"""Apple Health: the ``export.zip`` that the Health app writes, or the ``export.xml`` in it.

The file is one long list of ``Record`` and ``Workout`` elements, up to several gigabytes, and is read in a
stream. Every time carries an offset: that of the phone's time zone at the export, with the summer time of
the date. Apple describes the types in "HealthKit: Data types"; what the file adds to that:

- The phone and the watch each write what they counted, side by side.
- A blood pressure is told twice, within its ``Correlation`` and outside of it.
- The document type declaration of some iOS versions is itself malformed, and control characters occur in
  names. The declaration is left out unread, and with it goes every way of declaring entities.
- Oxygen saturation and body fat are fractions under the unit ``%``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Final
from xml.parsers import expat

from holisticos.health.devices import DeviceType
from local.people.archive import Archive, plain_file
from local.people.daily_log import DailyLog
from local.people.errors import NoDataError, UnreadableFileError
from local.people.records import PersonRecords, PersonSummary, Reading, in_silence, summary_of
from local.people.samples import SampleLog, Source, number
from local.people.sleeps import SleepLog, Stage
from local.people.tables import checked_person_id
from local.people.zones import OffsetLog

ROOT: Final = b"<HealthData"
_PERSON: Final = "apple-health"
_CHUNK: Final = 1 << 18
_LARGEST_PROLOG: Final = 1 << 20
_LARGEST_ELEMENT: Final = 16 << 20
_DEEPEST: Final = 64
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r")
_EARLIEST_YEAR: Final = 2000

_QUANTITIES: Final = {
    "StepCount": "steps",
    "FlightsClimbed": "floors_climbed",
    "ActiveEnergyBurned": "active_energy_burned",
    "BasalEnergyBurned": "resting_energy_burned",
    "AppleExerciseTime": "active_duration",
    "HeartRate": "heart_rate",
    "RestingHeartRate": "heart_rate_resting",
    "HeartRateVariabilitySDNN": "heart_rate_variability_sdnn",
    "RespiratoryRate": "respiratory_rate",
    "OxygenSaturation": "oxygen_saturation",
    "VO2Max": "vo2_max",
    "BodyMass": "weight",
    "BodyMassIndex": "body_mass_index",
    "BodyFatPercentage": "body_fat",
    "LeanBodyMass": "lean_mass",
    "Height": "height",
    "WaistCircumference": "waist_circumference",
    "BloodGlucose": "blood_glucose",
    "BloodPressureSystolic": "blood_pressure_systolic",
    "BloodPressureDiastolic": "blood_pressure_diastolic",
    "BasalBodyTemperature": "body_temperature_basal",
}
_TYPES: Final = {f"HKQuantityTypeIdentifier{name}": type_ for name, type_ in _QUANTITIES.items()}
_SLEEP: Final = "HKCategoryTypeIdentifierSleepAnalysis"
_STAGES: Final = {
    f"HKCategoryValueSleepAnalysis{name}": stage
    for name, stage in {
        "InBed": Stage.IN_BED,
        "Awake": Stage.AWAKE,
        "Asleep": Stage.ASLEEP,
        "AsleepUnspecified": Stage.ASLEEP,
        "AsleepCore": Stage.LIGHT,
        "AsleepDeep": Stage.DEEP,
        "AsleepREM": Stage.REM,
    }.items()
}
_KINDS: Final = (
    ("watch", DeviceType.WATCH),
    ("iphone", DeviceType.PHONE),
    ("oura", DeviceType.RING),
    ("ring", DeviceType.RING),
    ("fitbit", DeviceType.BAND),
    ("garmin", DeviceType.WATCH),
    ("whoop", DeviceType.BAND),
    ("band", DeviceType.BAND),
    ("scale", DeviceType.SCALE),
    ("withings", DeviceType.SCALE),
)
"""What the names of devices and of the programs that write for them say."""


def export_file(archive: Archive) -> PurePosixPath | None:
    """The export in a folder or zip file; its name follows the phone's language."""
    for name in archive.names(".xml"):
        if len(name.parts) <= 2 and not name.stem.endswith("_cda"):
            with archive.open(name) as stream:
                if is_export(stream):
                    return name
    return None


def is_export(stream: IO[bytes]) -> bool:
    """Whether a file begins as an export does."""
    return ROOT in stream.read(_LARGEST_PROLOG)


class AppleHealthReader:
    """Reads one export, which holds one person and does not name them: any id may be given to them."""

    name = "Apple Health"

    def __init__(self, path: Path, timezone: str | None = None, reading: Reading = in_silence) -> None:
        self._path = path
        self._timezone = timezone
        self._reading = reading
        self._read: _Export | None = None

    def persons(self) -> list[PersonSummary]:
        return [summary_of(self.records(_PERSON))]

    def records(self, person_id: str) -> PersonRecords:
        export = self._export()
        zone, known = (self._timezone, f"{self._timezone} is taken as the time zone") if self._timezone else export.zone
        log = DailyLog(checked_person_id(person_id), self.name, zone, (known,), in_progress_on=export.made_on)
        log.left_out.update(export.left_out)
        log.add_samples(export.samples, export.sleeps)
        if (records := log.records()) is None:
            raise NoDataError(f"{self._path}: the export holds no measured day")
        return records

    def _export(self) -> "_Export":
        """The file, read once."""
        if self._read is None:
            if Archive.is_one(self._path):
                archive = Archive(self._path)
                if (name := export_file(archive)) is None:
                    raise NoDataError(f"{self._path}: there is no export in it")
                with archive.open(name) as stream:
                    self._read = _parsed(stream, archive.file(name), archive.sizes[str(name)], self._reading)
            else:
                with plain_file(self._path) as stream:
                    self._read = _parsed(stream, self._path, self._path.stat().st_size, self._reading)
        return self._read


def _parsed(stream: IO[bytes], path: Path, size: int, reading: Reading) -> "_Export":
    export = _Export()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler = export.start
    parser.EndElementHandler = export.end
    fed = 0
    try:
        for chunk in _chunks(stream, path):
            parser.Parse(chunk)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LARGEST_ELEMENT:
                raise UnreadableFileError(path, "one element is larger than 16 MB", parser.CurrentLineNumber)
            reading(min(size, fed), size)
        parser.Parse(b"", True)  # noqa: FBT003 - "this is the end"; the parser takes it by position
    except expat.ExpatError as error:
        said = expat.errors.messages[error.code]
        raise UnreadableFileError(path, f"cut off or damaged ({said})", error.lineno) from error
    except _DepthError as error:
        raise UnreadableFileError(path, "nested too deeply", parser.CurrentLineNumber) from error
    reading(size, size)
    return export


def _chunks(stream: IO[bytes], path: Path) -> Iterable[bytes]:
    """The document without its prolog, which must be harmless; lines are kept, so that errors name the right one."""
    head = b""
    while ROOT not in head and len(head) < _LARGEST_PROLOG and (more := stream.read(_CHUNK)):
        head += more
    prolog, root, rest = head.partition(ROOT)
    if not root:
        raise UnreadableFileError(path, "not an Apple Health export in UTF-8")
    if b"<!ENTITY" in prolog.upper():
        raise UnreadableFileError(path, "the file declares entities, which no export does; it is not read")
    yield b"\n" * prolog.count(b"\n") + root + rest.translate(None, _CONTROLS)
    while chunk := stream.read(_CHUNK):
        yield chunk.translate(None, _CONTROLS)


class _DepthError(Exception):
    pass


class _Export:
    """What is kept of a file while it is read."""

    def __init__(self) -> None:
        self.samples = SampleLog()
        self.sleeps = SleepLog()
        self.left_out: Counter[str] = Counter()
        self._offsets = OffsetLog()
        self._made_at: datetime | None = None
        self._latest = datetime.now(UTC) + timedelta(days=1)
        self._newest: datetime | None = None
        self._before: dict[tuple[str, str], tuple[str, str, str]] = {}
        self._depth = self._correlations = 0

    @property
    def zone(self) -> tuple[str, str]:
        return self._offsets.zone()

    @property
    def made_on(self) -> date | None:
        """The day the export was made on, which is not over in it."""
        at = self._made_at or self._newest
        return at.date() if at else None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if name == "Record":
            if not self._correlations:
                self._record(attributes)
        elif name == "MetadataEntry":
            if attributes.get("key") == "HKTimeZone":
                self._offsets.name(attributes.get("value", ""))
        elif name == "Workout":
            self._workout(attributes)
        elif name == "ExportDate":
            self._made_at = _moment(attributes.get("value", ""))
            if self._made_at:
                self._latest = min(self._latest, self._made_at + timedelta(days=1))
        elif name == "Correlation":
            self._correlations += 1
        if self._depth > _DEEPEST:
            raise _DepthError

    def end(self, name: str) -> None:
        self._depth -= 1
        if name == "Correlation":
            self._correlations -= 1

    def _record(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "")
        type_ = _TYPES.get(kind)
        if type_ is None and kind != _SLEEP:
            self.left_out["record of a kind that is not used"] += 1
            return
        span = self._span(attributes)
        if span is None:
            return
        source = attributes.get("sourceName", "")
        said = attributes["startDate"], attributes["endDate"], attributes.get("value", "")
        if self._before.get((kind, source)) == said:
            self.left_out["repeated record"] += 1
            return
        self._before[kind, source] = said
        device = _device(source, attributes.get("device", ""))
        if type_ is None:
            stage = _STAGES.get(said[2])
            if stage is None:
                self.left_out["stretch of sleep of an unknown kind"] += 1
            else:
                self.sleeps.add(*device, *span, stage)
        elif (value := number(said[2])) is None:
            self.left_out["record without a number"] += 1
        else:
            self.samples.add(type_, device, *span, value, _unit(attributes.get("unit", "")))

    def _workout(self, attributes: Mapping[str, str]) -> None:
        minutes = number(attributes.get("duration"))
        if (span := self._span(attributes)) and minutes is not None:
            device = _device(attributes.get("sourceName", ""), attributes.get("device", ""))
            self.samples.add("exercise_duration", device, *span, minutes, attributes.get("durationUnit", "min"))

    def _span(self, attributes: Mapping[str, str]) -> tuple[datetime, datetime] | None:
        start = _moment(attributes.get("startDate", ""))
        end = _moment(attributes.get("endDate", ""))
        if start is None or end is None:
            self.left_out["record without a readable time"] += 1
            return None
        if start.year < _EARLIEST_YEAR or end > self._latest:
            self.left_out["record from before 2000 or after the export"] += 1
            return None
        self._offsets.add(start)
        if self._newest is None or end > self._newest:
            self._newest = end
        return start, end


@lru_cache(maxsize=64)
def _moment(text: str) -> datetime | None:
    """``2024-01-31 08:15:00 +0100``; neighbouring records share times, so the last ones are remembered."""
    try:
        at = datetime.fromisoformat(text[:19] + text[20:])
    except ValueError:
        return None
    return at if at.tzinfo else None


@lru_cache(maxsize=1024)
def _kind(words: str) -> DeviceType:
    return next((kind for word, kind in _KINDS if word in words), DeviceType.OTHER)


def _device(source: str, device: str) -> Source:
    """By the device where one is named, else by the name of the source: a watch is "Anna's Apple Watch"."""
    # The description begins with an address that changes from record to record.
    described = device.partition("name:")[2].partition(">")[0]
    return _kind((described or source).lower()), source


def _unit(text: str) -> str:
    """Units as Apple writes them, by names the catalogue knows: ``Cal`` is a kilocalorie, ``mL/min·kg``."""
    return "kcal" if text == "Cal" else text
