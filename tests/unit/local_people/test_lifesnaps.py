"""LifeSnaps folders: what becomes a record, and what must not."""

from collections import Counter
from pathlib import Path

import pytest

from local.people.errors import NoDataError, UnknownPersonError, UnreadableFileError
from local.people.formats import open_input
from local.people.records import PersonRecords, Record
from tests.unit.local_people.exports import NIGHT, UNWORN, WORN, write_lifesnaps


def read(folder: Path, person: str = "ana", timezone: str = "UTC") -> PersonRecords:
    return open_input(folder, timezone).records(person)


def found(records: PersonRecords, type_: str, periodicity: str = "daily") -> list[Record]:
    return [r for r in records.biomarkers if r["type"] == type_ and r["periodicity"] == periodicity]


def test_a_day_becomes_records_as_the_upstream_writes_them(tmp_path: Path) -> None:
    records = read(write_lifesnaps(tmp_path, [{"date": "2021-05-24", **WORN}]))
    [steps] = found(records, "steps")
    assert steps.pop("id")
    assert steps == {
        "category": "activity",
        "type": "steps",
        "periodicity": "daily",
        "aggregation": "total",
        "value": "8000",
        "unit": "count",
        "valueType": "integer",
        "startDateTime": "2021-05-24T00:00:00+00:00",
        "endDateTime": "2021-05-24T23:59:59+00:00",
    }
    assert [r["value"] for r in found(records, "heart_rate_resting")] == ["61.043"]
    assert [r["value"] for r in found(records, "active_duration")] == ["200"]
    assert records.scores == []
    assert records.archetypes == []
    assert "no time zone" in records.notes[0]


def test_a_night_spans_the_sleep_day_of_its_wake_date(tmp_path: Path) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [{"date": "2021-05-24", **WORN, **NIGHT}],
        [("ana", "2021-05-24", "2021-05-23T23:40:30.000", "2021-05-24T07:40:30.000")],
    )
    records = read(folder, timezone="Europe/Athens")
    nightly = [r for r in records.biomarkers if r["category"] == "sleep" or r["type"].endswith(("_sleep", "_rmssd"))]
    assert {(r["startDateTime"], r["endDateTime"]) for r in nightly} == {
        ("2021-05-23T18:00:00+03:00", "2021-05-24T17:59:59+03:00")
    }
    assert {r["type"]: r["value"] for r in nightly} == {
        "sleep_start_time": "2021-05-23T23:40+03:00",
        "sleep_end_time": "2021-05-24T07:40+03:00",
        "sleep_duration": "420",
        "sleep_in_bed_duration": "480",
        "sleep_awake_duration": "60",
        "heart_rate_variability_rmssd": "41.5",
        "heart_rate_sleep": "58.2",
        "respiratory_rate_sleep": "14.8",
        "oxygen_saturation_sleep": "0.96",
        "skin_temperature_sleep": "33.9",
    }


def test_columns_that_are_not_what_they_say_are_not_imported(tmp_path: Path) -> None:
    records = read(write_lifesnaps(tmp_path, [{"date": "2021-05-24", **WORN, **NIGHT, "TIRED": "1.0"}]))
    types = {record["type"] for record in records.biomarkers}
    assert not {type_ for type_ in types if "efficiency" in type_ or "latency" in type_ or "stress" in type_}


@pytest.mark.parametrize("column", ["rmssd", "nremhr", "full_sleep_breathing_rate", "minutesAsleep", "resting_hr"])
def test_a_zero_of_a_vital_is_no_measurement(tmp_path: Path, column: str) -> None:
    records = read(write_lifesnaps(tmp_path, [{"date": "2021-05-24", **WORN, **NIGHT, column: "0.0"}]))
    assert "0.0" not in {record["value"] for record in records.biomarkers}
    if column == "minutesAsleep":
        assert not [record for record in records.biomarkers if record["category"] == "sleep"]


def test_an_unworn_day_gives_no_activity_and_is_counted(tmp_path: Path) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [
            {"date": "2021-05-24", **WORN},
            {"date": "2021-05-25", **UNWORN},
            {"date": "2021-05-26", **WORN, "steps": "0.0"},
            {"date": "2021-05-27", **WORN, "sedentary_minutes": "1440"},
            {"date": "2021-05-28", **WORN},
        ],
        hours=[("ana", f"2021-05-{day}T{hour:02}:00", "0") for day in range(24, 29) for hour in range(24)],
    )
    records = read(folder)
    days = {r["startDateTime"][:10] for r in records.biomarkers if r["category"] == "activity"}
    assert days == {"2021-05-24", "2021-05-28"}
    assert records.left_out["day on which the device was not worn"] == 3
    assert records.left_out["hour of a day on which the device was not worn"] == 72
    assert len(found(records, "steps", "hourly")) == 48


def test_what_was_measured_in_sleep_stays_on_an_unworn_day(tmp_path: Path) -> None:
    records = read(write_lifesnaps(tmp_path, [{"date": "2021-05-24", **UNWORN, **NIGHT}]))
    assert found(records, "sleep_duration")
    assert not found(records, "steps")
    assert records.last_day.isoformat() == "2021-05-24"


def test_sedentary_minutes_that_hold_the_night_are_left_out(tmp_path: Path) -> None:
    records = read(
        write_lifesnaps(
            tmp_path,
            [{"date": "2021-05-24", **WORN, "sedentary_minutes": "1240"}, {"date": "2021-05-25", **WORN, **NIGHT}],
        )
    )
    assert [r["startDateTime"][:10] for r in found(records, "activity_sedentary_duration")] == ["2021-05-25"]
    assert records.left_out == {"sedentary minutes that include the night": 1}


def test_an_evening_nap_is_not_the_main_sleep(tmp_path: Path) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [{"date": "2021-05-24", **WORN, **NIGHT, "minutesAsleep": "75"}, {"date": "2021-05-25", **NIGHT}],
        [
            ("ana", "2021-05-24", "2021-05-24T20:22:00.000", "2021-05-24T21:37:30.000"),
            ("ana", "2021-05-25", "2021-05-25T00:10:00.000", "2021-05-25T08:10:00.000"),
        ],
    )
    records = read(folder)
    assert [r["value"] for r in found(records, "sleep_duration")] == ["420"]
    assert [r["value"] for r in found(records, "sleep_start_time")] == ["2021-05-25T00:10+00:00"]
    assert records.left_out["evening nap filed as the main sleep"] == 1
    assert open_input(folder).persons()[0].nights == 1


@pytest.mark.parametrize(("last_hour", "periodicity"), [(14, "intraday"), (23, "daily")])
def test_a_last_day_that_ends_early_is_in_progress(tmp_path: Path, last_hour: int, periodicity: str) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [{"date": "2021-05-24", **WORN}, {"date": "2021-05-25", **WORN}],
        hours=[("ana", f"2021-05-24T{hour:02}:00", "9") for hour in range(24)]
        + [("ana", f"2021-05-25T{hour:02}:00", "9") for hour in range(last_hour + 1)],
    )
    records = read(folder)
    by_day = {
        r["startDateTime"][:10]: r["periodicity"]
        for r in records.biomarkers
        if r["type"] == "steps" and r["periodicity"] != "hourly"
    }
    assert by_day == {"2021-05-24": "daily", "2021-05-25": periodicity}
    assert any("in progress" in note for note in records.notes) == (periodicity == "intraday")


def test_the_instant_of_analysis_is_the_end_of_the_last_local_day(tmp_path: Path) -> None:
    folder = write_lifesnaps(tmp_path, [{"date": "2021-05-24", **WORN}, {"date": "2021-06-01", **UNWORN}])
    assert read(folder, timezone="Europe/Athens").as_of.isoformat() == "2021-05-24T23:59:59+03:00"


def test_persons_are_told_apart_even_where_their_rows_are_mixed(tmp_path: Path) -> None:
    folder = write_lifesnaps(
        tmp_path,
        [
            {"date": "2021-05-24", **WORN},
            {"id": "ben", "date": "2021-05-24", **WORN, "steps": "50.0"},
            {"date": "2021-05-25", **WORN},
            {"id": "cem", "date": "2021-05-25", **UNWORN},
        ],
    )
    persons = open_input(folder).persons()
    assert [(person.person_id, person.days) for person in persons] == [("ana", 2), ("ben", 1)]
    assert [r["value"] for r in found(read(folder, "ben"), "steps")] == ["50"]
    with pytest.raises(UnknownPersonError, match="ana, ben"):
        read(folder, "cem")


def test_repeated_rows_count_once(tmp_path: Path) -> None:
    session = ("ana", "2021-05-24", "2021-05-23T23:40:00.000", "2021-05-24T07:41:00.000")
    day = {"date": "2021-05-24", **WORN, **NIGHT}
    records = read(write_lifesnaps(tmp_path, [day, day], [session, session]))
    keys = Counter((r["type"], r["startDateTime"], r["periodicity"]) for r in records.biomarkers)
    assert set(keys.values()) == {1}
    assert records.left_out == {"repeated day": 1, "repeated day of sleep or vitals": 1, "repeated sleep": 1}


def test_the_same_folder_gives_the_same_records_and_ids_of_their_own(tmp_path: Path) -> None:
    folder = write_lifesnaps(tmp_path, [{"date": "2021-05-24", **WORN, **NIGHT}, {"date": "2021-05-25", **WORN}])
    once, again = read(folder), read(folder)
    assert once == again
    assert len({record["id"] for record in once.biomarkers}) == len(once.biomarkers)


def test_nobody_measured_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="no person has a day"):
        open_input(write_lifesnaps(tmp_path, [{"date": "2021-05-24", **UNWORN}])).persons()


def test_an_impossible_date_is_told_with_its_line(tmp_path: Path) -> None:
    folder = write_lifesnaps(tmp_path, [{"date": "2021-05-24", **WORN}, {"date": "2021-02-30", **WORN}])
    with pytest.raises(UnreadableFileError, match=r"daily\.csv, line 3: date is '2021-02-30'"):
        read(folder)
