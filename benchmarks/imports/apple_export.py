"""Writes an export as the Health app does, of a person who does not exist, as large as asked.

The shape is that of real exports: a document type declaration, the person, then all records of a type one
after another, each source for itself; the values follow from the seed. A phone and a watch count the same
steps, a watch tells stages of sleep and a phone the time in bed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import IO, Final
from zoneinfo import ZoneInfo

PROLOG: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
  sourceName    CDATA #REQUIRED
  device        CDATA #IMPLIED
  creationDate  CDATA #IMPLIED
  startDate     CDATA #REQUIRED
  endDate       CDATA #REQUIRED
>
]>
<HealthData locale="en_US">
"""
_DEVICE: Final = (
    'sourceName="{name}" sourceVersion="{version}" device="&lt;&lt;HKDevice: 0x{{:x}}&gt;, name:{model},'
    ' manufacturer:Apple Inc., model:{model}, hardware:{hardware}, software:{version}&gt;"'
)
WATCH: Final = _DEVICE.format(name="Anna’s Apple Watch", version="10.1", model="Apple Watch", hardware="Watch6,2")
PHONE: Final = _DEVICE.format(name="iPhone", version="17.1", model="iPhone", hardware="iPhone14,5")
_MINUTE: Final = timedelta(minutes=1)
_STAGES: Final = ("AsleepCore", "AsleepDeep", "AsleepCore", "AsleepREM", "Awake")


def record(kind: str, unit: str, value: float | str, source: str, start: datetime, end: datetime) -> str:
    """One element, on a line of its own."""
    spent = f'creationDate="{stamp(end)}" startDate="{stamp(start)}" endDate="{stamp(end)}"'
    measured = f'unit="{unit}" {spent} value="{value}"' if unit else f'{spent} value="{value}"'
    return f' <Record type="HK{kind}" {source} {measured}/>\n'


def quantity(name: str, unit: str, value: float, source: str, start: datetime, end: datetime) -> str:
    return record(f"QuantityTypeIdentifier{name}", unit, value, source, start, end)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S %z")


def write_export(file: IO[str], last: date, days: int, *, zone: str = "Europe/Berlin", beats: int = 250) -> None:
    """``days`` days up to ``last``, the day of the export; ``beats`` heart rates a day set the size."""
    berlin = ZoneInfo(zone)
    made = datetime.combine(last, time(10), berlin)
    file.write(PROLOG)
    file.write(f' <ExportDate value="{stamp(made)}"/>\n <Me HKCharacteristicTypeIdentifierBiologicalSex=""/>\n')
    dates = [last - timedelta(days=back) for back in range(days, -1, -1)]
    for write in (_steps, _energy, _hearts, _vitals, _sleeps, _workouts):
        for day in dates:
            random = Random(f"{write.__name__}/{day}")  # noqa: S311 - the same export each time
            for line in write(day, berlin, made, random, beats):
                file.write(line)
    file.write("</HealthData>\n")


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    return (midnight + minute * _MINUTE).astimezone(zone)


def _steps(day: date, zone: ZoneInfo, made: datetime, random: Random, _beats: int) -> Iterator[str]:
    for source in (PHONE, WATCH):
        address = random.getrandbits(36)
        for minute in range(7 * 60, 22 * 60, 10):
            start = _at(day, minute, zone)
            if start + 10 * _MINUTE <= made and random.random() < 0.7:
                yield quantity(
                    "StepCount", "count", random.randint(1, 400), source.format(address), start, start + 10 * _MINUTE
                )


def _energy(day: date, zone: ZoneInfo, made: datetime, random: Random, _beats: int) -> Iterator[str]:
    source = WATCH.format(random.getrandbits(36))
    for minute in range(0, 24 * 60, 15):
        start, end = _at(day, minute, zone), _at(day, minute + 15, zone)
        if end <= made:
            yield quantity("ActiveEnergyBurned", "Cal", round(random.random() * 12, 3), source, start, end)
            yield quantity("BasalEnergyBurned", "Cal", round(15 + random.random() * 3, 3), source, start, end)


def _hearts(day: date, zone: ZoneInfo, made: datetime, random: Random, beats: int) -> Iterator[str]:
    source = WATCH.format(random.getrandbits(36))
    for n in range(beats):
        at = _at(day, n * 1440 // beats, zone) + timedelta(seconds=n % 60)
        if at <= made:
            yield quantity("HeartRate", "count/min", random.randint(50, 120), source, at, at)


def _vitals(day: date, zone: ZoneInfo, made: datetime, random: Random, _beats: int) -> Iterator[str]:
    source, at = WATCH.format(random.getrandbits(36)), _at(day, 6 * 60, zone)
    if at > made:
        return
    yield quantity("RestingHeartRate", "count/min", random.randint(52, 62), source, at, at)
    yield quantity("HeartRateVariabilitySDNN", "ms", round(random.uniform(30, 70), 2), source, at, at)
    yield quantity("RespiratoryRate", "count/min", round(random.uniform(13, 17), 1), source, at, at)
    yield quantity("OxygenSaturation", "%", round(random.uniform(0.94, 0.99), 2), source, at, at)
    if day.weekday() == 0:
        yield quantity("BodyMass", "kg", round(random.uniform(70, 72), 1), 'sourceName="Scale"', at, at)
        yield quantity("VO2Max", "mL/min·kg", round(random.uniform(38, 42), 1), source, at, at)


def _sleeps(day: date, zone: ZoneInfo, made: datetime, random: Random, _beats: int) -> Iterator[str]:
    watch, phone = WATCH.format(random.getrandbits(36)), PHONE.format(random.getrandbits(36))
    begin = _at(day, -random.randint(10, 80), zone)
    at = begin
    for n in range(20):
        end = (at.astimezone(UTC) + random.randint(15, 30) * _MINUTE).astimezone(zone)
        if end > made:
            break
        stage = f"CategoryValueSleepAnalysis{_STAGES[n % len(_STAGES)]}"
        yield record("CategoryTypeIdentifierSleepAnalysis", "", f"HK{stage}", watch, at, end)
        at = end
    if at > begin:
        bed = "HKCategoryValueSleepAnalysisInBed"
        yield record("CategoryTypeIdentifierSleepAnalysis", "", bed, phone, begin - 10 * _MINUTE, at)


def _workouts(day: date, zone: ZoneInfo, made: datetime, random: Random, _beats: int) -> Iterator[str]:
    start = _at(day, 18 * 60, zone)
    if day.weekday() % 3 == 0 and start + 40 * _MINUTE <= made:
        minutes = random.randint(20, 40)
        spent = f'startDate="{stamp(start)}" endDate="{stamp(start + minutes * _MINUTE)}"'
        yield (
            f' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="{minutes}" durationUnit="min"'
            f" {WATCH.format(random.getrandbits(36))} {spent}>\n"
            f'  <MetadataEntry key="HKTimeZone" value="{zone.key}"/>\n </Workout>\n'
        )
