"""The Apple Health reader, on exports written as the Health app writes them."""

import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.imports.apple_export import PHONE, PROLOG, WATCH, quantity, record, write_export
from local.people.apple_health import AppleHealthReader
from local.people.errors import NoDataError, PersonDataError, UnknownFormatError
from local.people.formats import open_input
from local.people.records import PersonRecords

OTHER = 'sourceName="Some App"'
MADE = ' <ExportDate value="2025-03-12 10:00:00 +0100"/>\n'


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if text[-6] in "+-" else f"{text}+01:00")


def sample(name: str, unit: str, value: float, start: str, end: str | None = None, source: str = WATCH) -> str:
    return quantity(name, unit, value, source, at(start), at(end or start))


def steps(value: int, start: str, end: str, source: str = WATCH) -> str:
    return sample("StepCount", "count", value, start, end, source)


def sleep(stage: str, start: str, end: str, source: str = WATCH) -> str:
    value = f"HKCategoryValueSleepAnalysis{stage}"
    return record("CategoryTypeIdentifierSleepAnalysis", "", value, source, at(start), at(end))


def write(path: Path, *elements: str, made: str = MADE, prolog: str = PROLOG) -> Path:
    file = path / "export.xml"
    file.write_text(f"{prolog}{made}{''.join(elements)}</HealthData>\n", encoding="utf-8")
    return file


def read(path: Path, *elements: str, **said: str) -> PersonRecords:
    return open_input(write(path, *elements, **said)).records("anna")


def values(person: PersonRecords, type_: str, periodicity: str = "daily") -> dict[str, Any]:
    """By the date at which the span of a record ends."""
    found = (one for one in person.biomarkers if one["type"] == type_ and one["periodicity"] == periodicity)
    return {one["endDateTime"][:10]: one["value"] for one in found}


def test_of_each_hour_the_watch_speaks_and_the_phone_where_there_is_no_watch(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        steps(900, "2025-03-10T08:05:00", "2025-03-10T08:20:00", PHONE),
        steps(800, "2025-03-10T08:05:00", "2025-03-10T08:20:00", WATCH),
        steps(300, "2025-03-10T12:00:00", "2025-03-10T12:10:00", PHONE),
    )
    assert values(person, "steps") == {"2025-03-10": "1100"}
    hours = [(one["startDateTime"], one["value"]) for one in person.biomarkers if one["periodicity"] == "hourly"]
    assert hours == [("2025-03-10T08:00:00+01:00", "800"), ("2025-03-10T12:00:00+01:00", "300")]


def test_a_sample_over_hours_and_midnight_is_shared_among_them(tmp_path: Path) -> None:
    person = read(tmp_path, steps(300, "2025-03-10T23:30:00", "2025-03-11T01:00:00"))
    assert values(person, "steps") == {"2025-03-10": "100", "2025-03-11": "200"}


def test_times_keep_the_offset_they_were_written_in(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        steps(100, "2025-03-08T08:00:00+01:00", "2025-03-08T08:10:00+01:00"),
        steps(100, "2025-03-09T23:00:00-04:00", "2025-03-09T23:10:00-04:00"),
        steps(100, "2025-03-10T08:00:00+01:00", "2025-03-10T08:10:00+01:00"),
    )
    assert values(person, "steps") == {"2025-03-08": "100", "2025-03-09": "100", "2025-03-10": "100"}
    assert [one["startDateTime"][-6:] for one in person.biomarkers if one["periodicity"] == "hourly"] == [
        "+01:00",
        "-04:00",
        "+01:00",
    ]


def test_both_hours_of_the_end_of_summer_time_count(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        steps(100, "2024-10-27T02:10:00+02:00", "2024-10-27T02:20:00+02:00"),
        steps(200, "2024-10-27T02:10:00+01:00", "2024-10-27T02:20:00+01:00"),
        steps(400, "2024-07-01T12:00:00+02:00", "2024-07-01T12:10:00+02:00"),
    )
    assert values(person, "steps") == {"2024-07-01": "400", "2024-10-27": "300"}
    assert person.timezone == "Africa/Ceuta", "the first of the zones with these offsets"
    assert any("has the same ones" in note for note in person.notes)


def test_the_zone_that_the_export_names_goes_before_one_with_its_offsets(tmp_path: Path) -> None:
    workout = (
        ' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.4" durationUnit="min"'
        f' {WATCH.format(1)} startDate="2025-03-10 18:00:00 +0100" endDate="2025-03-10 18:30:24 +0100">'
        '<MetadataEntry key="HKTimeZone" value="Europe/Vienna"/></Workout>\n'
    )
    person = read(tmp_path, workout)
    assert person.timezone == "Europe/Vienna"
    assert values(person, "exercise_duration") == {"2025-03-10": "30"}
    assert open_input(tmp_path / "export.xml", "Europe/Berlin").records("anna").timezone == "Europe/Berlin"


def test_a_night_is_that_of_the_watch_with_the_time_in_bed_of_the_phone(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        sleep("InBed", "2025-03-10T22:30:00", "2025-03-11T07:00:00", PHONE),
        sleep("AsleepUnspecified", "2025-03-10T22:31:00", "2025-03-11T06:59:00", OTHER),
        sleep("AsleepCore", "2025-03-10T23:00:00", "2025-03-11T02:00:00"),
        sleep("Awake", "2025-03-11T02:00:00", "2025-03-11T02:15:00"),
        sleep("AsleepDeep", "2025-03-11T02:15:00", "2025-03-11T03:15:00"),
        sleep("AsleepREM", "2025-03-11T03:15:00", "2025-03-11T06:15:00"),
        sleep("AsleepCore", "2025-03-11T14:00:00", "2025-03-11T14:30:00"),
    )
    assert {
        one["type"]: one["value"] for one in person.biomarkers if one["endDateTime"].startswith("2025-03-11T17:59:59")
    } == {
        "sleep_start_time": "2025-03-10T23:00+01:00",
        "sleep_end_time": "2025-03-11T06:15+01:00",
        "sleep_duration": "420",
        "sleep_light_duration": "180",
        "sleep_deep_duration": "60",
        "sleep_rem_duration": "180",
        "sleep_awake_duration": "15",
        "sleep_in_bed_duration": "510",
    }
    assert person.left_out["nap"] == 1


def test_a_time_in_bed_alone_is_a_night_without_a_duration_of_sleep(tmp_path: Path) -> None:
    person = read(tmp_path, sleep("InBed", "2025-03-10T22:30:00", "2025-03-11T07:00:00", PHONE))
    assert values(person, "sleep_in_bed_duration") == {"2025-03-11": "510"}
    assert values(person, "sleep_duration") == {}


def test_copies_of_a_stretch_count_once(tmp_path: Path) -> None:
    core = sleep("AsleepCore", "2025-03-10T23:00:00", "2025-03-11T06:00:00")
    inner = sleep("AsleepCore", "2025-03-11T01:00:00", "2025-03-11T02:00:00")
    person = read(tmp_path, core, inner, core)
    assert values(person, "sleep_duration") == {"2025-03-11": "420"}


@pytest.mark.parametrize(
    ("name", "unit", "value", "type_", "expected"),
    [
        ("HeartRate", "count/min", 61, "heart_rate", "61.0"),
        ("RestingHeartRate", "count/min", 55, "heart_rate_resting", "55.0"),
        ("HeartRateVariabilitySDNN", "ms", 43.21, "heart_rate_variability_sdnn", "43.21"),
        ("OxygenSaturation", "%", 0.97, "oxygen_saturation", "0.97"),
        ("RespiratoryRate", "count/min", 14.5, "respiratory_rate", "14.5"),
        ("VO2Max", "mL/min·kg", 41.5, "vo2_max", "41.5"),
        ("BodyMass", "lb", 150, "weight", "68.039"),
        ("BodyFatPercentage", "%", 0.21, "body_fat", "0.21"),
        ("ActiveEnergyBurned", "kJ", 418.4, "active_energy_burned", "100.0"),
        ("ActiveEnergyBurned", "Cal", 100, "active_energy_burned", "100.0"),
        ("BloodGlucose", "mmol/L", 5, "blood_glucose", "90.08"),
    ],
)
def test_types_and_units(tmp_path: Path, name: str, unit: str, value: float, type_: str, expected: str) -> None:
    person = read(tmp_path, sample(name, unit, value, "2025-03-10T08:00:00"))
    assert values(person, type_) == {"2025-03-10": expected}


def test_samples_are_averaged_and_the_last_weight_holds(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        sample("HeartRate", "count/min", 50, "2025-03-10T08:00:00"),
        sample("HeartRate", "count/min", 70, "2025-03-10T09:00:00"),
        sample("HeartRate", "count/min", 200, "2025-03-10T09:00:00", source=OTHER),
        sample("BodyMass", "kg", 71, "2025-03-10T21:00:00", source=OTHER),
        sample("BodyMass", "kg", 70, "2025-03-10T07:00:00", source=OTHER),
    )
    assert values(person, "heart_rate") == {"2025-03-10": "60.0"}
    assert values(person, "weight") == {"2025-03-10": "71.0"}


def test_energy_of_both_kinds_is_the_whole(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        sample("ActiveEnergyBurned", "kcal", 400, "2025-03-10T08:00:00"),
        sample("BasalEnergyBurned", "kcal", 1600, "2025-03-10T08:00:00"),
    )
    assert values(person, "total_energy_burned") == {"2025-03-10": "2000.0"}


def test_a_blood_pressure_that_is_told_twice_counts_once(tmp_path: Path) -> None:
    pressure = sample("BloodPressureSystolic", "mmHg", 120, "2025-03-10T08:00:00", source=OTHER)
    other = sample("BloodPressureSystolic", "mmHg", 180, "2025-03-10T08:00:00", source=OTHER)
    person = read(tmp_path, pressure, f'<Correlation type="BloodPressure">{other}</Correlation>\n')
    assert values(person, "blood_pressure_systolic") == {"2025-03-10": "120.0"}


def test_the_day_of_the_export_is_in_progress_and_days_without_the_device_are_absent(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        steps(500, "2025-03-08T08:00:00", "2025-03-08T08:10:00"),
        steps(200, "2025-03-12T08:00:00", "2025-03-12T08:10:00"),
    )
    assert values(person, "steps") == {"2025-03-08": "500"}
    assert values(person, "steps", "intraday") == {"2025-03-12": "200"}
    assert person.last_day == date(2025, 3, 12)


def test_what_cannot_be_is_left_out_and_counted(tmp_path: Path) -> None:
    person = read(
        tmp_path,
        steps(500, "2025-03-08T08:00:00", "2025-03-08T08:10:00"),
        steps(500, "2025-03-08T08:00:00", "2025-03-08T08:10:00"),
        sample("HeartRate", "count/min", 999, "2025-03-08T08:00:00"),
        sample("HeartRate", "furlong", 60, "2025-03-08T08:00:00"),
        sample("HeartRate", "count/min", float("nan"), "2025-03-08T08:00:00"),
        sample("HeartRate", "count/min", 60, "2099-01-01T08:00:00"),
        sample("HeartRate", "count/min", 60, "1970-01-01T08:00:00"),
        steps(5, "2025-03-08T09:00:00", "2025-03-08T08:00:00"),
        record(
            "QuantityTypeIdentifierToothbrushing", "s", 120, WATCH, at("2025-03-08T08:00:00"), at("2025-03-08T08:00:00")
        ),
        ' <Record type="HKQuantityTypeIdentifierHeartRate" startDate="yesterday" endDate="today" value="60"/>\n',
    )
    assert values(person, "steps") == {"2025-03-08": "500"}
    assert person.last_day == date(2025, 3, 8)
    assert person.left_out == {
        "heart_rate in 'furlong', a unit it is not measured in": 1,
        "heart_rate that no body can have": 1,
        "record from before 2000 or after the export": 2,
        "record of a kind that is not used": 1,
        "record without a number": 1,
        "record without a readable time": 1,
        "repeated record": 1,
        "steps over an impossible time": 1,
    }


STEPS = steps(500, "2025-03-08T08:00:00", "2025-03-08T08:10:00")


def zipped(path: Path, members: Iterable[tuple[str, str]]) -> Path:
    file = path / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return file


def test_the_zip_is_read_as_it_is_whatever_language_its_file_is_named_in(tmp_path: Path) -> None:
    text = f"{PROLOG}{MADE}{STEPS}</HealthData>"
    members = [
        ("apple_health_export/export_cda.xml", "<ClinicalDocument/>"),
        ("apple_health_export/workout-routes/route.gpx", "<gpx/>"),
        ("apple_health_export/Exportación.xml", text),
    ]
    reader = open_input(zipped(tmp_path, members))
    assert isinstance(reader, AppleHealthReader)
    (person,) = reader.persons()
    assert (person.person_id, person.days, person.nights) == ("apple-health", 1, 0)
    assert values(reader.records("apple-health"), "steps") == {"2025-03-08": "500"}


def test_a_folder_that_was_unpacked_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "apple_health_export").mkdir()
    write(tmp_path / "apple_health_export", STEPS)
    assert values(open_input(tmp_path).records("anna"), "steps") == {"2025-03-08": "500"}


def test_a_malformed_declaration_and_control_characters_do_no_harm(tmp_path: Path) -> None:
    broken = PROLOG.replace("<!ATTLIST Record", "<!ATTLIST Record\n  startDate CDATA #REQUIRED >>\n<!BROKEN")
    odd = STEPS.replace("Apple Watch", "Apple\x0bWatch")
    assert values(read(tmp_path, odd, prolog=broken), "steps") == {"2025-03-08": "500"}


LAUGHS = '<!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n<HealthData>\n'
OUTSIDE = '<!DOCTYPE HealthData [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<HealthData>\n'


@pytest.mark.parametrize(
    ("prolog", "elements", "said"),
    [
        (LAUGHS, "<Record>&b;</Record>", "declares entities"),
        (OUTSIDE, "<Record>&a;</Record>", "declares entities"),
        (PROLOG, "<Record>&a;</Record>", r"line \d+: .*undefined entity"),
        (PROLOG, "<Record>", r"line \d+: cut off or damaged"),
        (PROLOG, f"{'<A>' * 100}", "nested too deeply"),
        (PROLOG, f'<Record type="{"x" * (17 << 20)}', "larger than 16 MB"),
        (PROLOG, "<Me/>", "holds no measured day"),
    ],
    ids=["laughs", "outside", "undefined", "unclosed", "deep", "large", "empty"],
)
def test_hostile_and_damaged_files_are_refused_in_one_line(
    tmp_path: Path, prolog: str, elements: str, said: str
) -> None:
    with pytest.raises(PersonDataError, match=said) as caught:
        read(tmp_path, elements, prolog=prolog)
    assert "\n" not in str(caught.value)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path, STEPS)
    text = file.read_text(encoding="utf-8")
    file.write_bytes(text.encode("utf-16"))
    with pytest.raises(UnknownFormatError):
        open_input(file)
    file.write_bytes(text.replace("’", "é").encode("latin-1"))
    with pytest.raises(PersonDataError, match="not well-formed"):
        open_input(file).records("anna")


def test_a_file_that_was_cut_off_is_told_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, STEPS * 50)
    file.write_bytes(file.read_bytes()[:-300])
    with pytest.raises(PersonDataError, match=r"export\.xml, line \d+: cut off or damaged"):
        open_input(file).records("anna")


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_zip_that_was_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    file = zipped(tmp_path, [("apple_health_export/export.xml", f"{PROLOG}{MADE}{STEPS * 500}</HealthData>")])
    file.write_bytes(file.read_bytes()[: int(kept * file.stat().st_size)])
    with pytest.raises(PersonDataError, match="not a whole zip file"):
        open_input(file).records("anna")


def test_a_zip_whose_bytes_were_changed_is_refused(tmp_path: Path) -> None:
    file = zipped(tmp_path, [("apple_health_export/export.xml", f"{PROLOG}{MADE}{STEPS * 500}</HealthData>")])
    content = bytearray(file.read_bytes())
    content[300:320] = bytes(20)
    file.write_bytes(content)
    with pytest.raises(PersonDataError, match="cut off or damaged"):
        open_input(file).records("anna")


def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    text = f"{PROLOG}{MADE}{STEPS}{' ' * (16 << 20)}</HealthData>"
    file = zipped(tmp_path, [("apple_health_export/export.xml", text)])
    with pytest.raises(PersonDataError, match="no export does that"):
        open_input(file).records("anna")


def test_ids_that_no_account_can_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PersonDataError, match="cannot be a person's id"):
        open_input(write(tmp_path, STEPS)).records("../anna")


def test_a_zone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PersonDataError, match="no time zone 'Mars/Base'"):
        open_input(write(tmp_path, STEPS), "Mars/Base")


def test_an_export_without_its_date_ends_with_its_last_record(tmp_path: Path) -> None:
    person = read(tmp_path, STEPS, made="")
    assert values(person, "steps", "intraday") == {"2025-03-08": "500"}


def test_nothing_at_all_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(NoDataError):
        open_input(write(tmp_path)).persons()


def test_memory_grows_with_days_and_not_with_samples(tmp_path: Path) -> None:
    """The small version of ``benchmarks.imports``."""

    def peak(beats: int) -> int:
        file = tmp_path / f"{beats}.xml"
        with file.open("w", encoding="utf-8") as out:
            write_export(out, date(2025, 3, 31), 2, beats=beats)
        tracemalloc.start()
        open_input(file).records("anna")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    assert peak(2_000) < 1.5 * peak(200)
