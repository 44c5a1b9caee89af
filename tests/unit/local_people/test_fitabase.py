"""Fitabase folders: what becomes a record, and what must not."""

from pathlib import Path

import pytest

from local.people.errors import UnreadableFileError
from local.people.formats import open_input
from tests.unit.local_people.exports import write_fitabase

WORN = ("77", "4/12/2016", "9000", "6.1", "20", "10", "200", "700", "2100")


def test_days_sleep_and_hours_become_records(tmp_path: Path) -> None:
    folder = write_fitabase(
        tmp_path,
        [WORN],
        [("77", "4/12/2016 12:00:00 AM", "2", "420", "455")],
        [("77", f"4/12/2016 {hour}:00", str(hour)) for hour in range(24)],
    )
    records = open_input(folder).records("77")
    values = {r["type"]: r["value"] for r in records.biomarkers if r["periodicity"] == "daily"}
    assert values == {
        "steps": "9000",
        "active_duration": "230",
        "activity_low_intensity_duration": "200",
        "activity_medium_intensity_duration": "10",
        "activity_high_intensity_duration": "20",
        "activity_sedentary_duration": "700",
        "total_energy_burned": "2100.0",
        "sleep_duration": "420",
        "sleep_in_bed_duration": "455",
    }
    hours = [r for r in records.biomarkers if r["periodicity"] == "hourly"]
    assert [r["value"] for r in hours] == [str(hour) for hour in range(24)]
    assert (hours[13]["startDateTime"], hours[13]["endDateTime"]) == (
        "2016-04-12T13:00:00+00:00",
        "2016-04-12T13:59:59+00:00",
    )


@pytest.mark.parametrize("written", ["4/12/2016 1:00:00 PM", "4/12/2016 13:00", "04/12/2016 13:00"])
def test_hours_are_read_as_each_program_writes_them(tmp_path: Path, written: str) -> None:
    folder = write_fitabase(tmp_path, [WORN], hours=[("77", written, "5")])
    [hour] = [r for r in open_input(folder).records("77").biomarkers if r["periodicity"] == "hourly"]
    assert hour["startDateTime"] == "2016-04-12T13:00:00+00:00"


def test_unworn_days_give_no_activity(tmp_path: Path) -> None:
    folder = write_fitabase(
        tmp_path,
        [
            WORN,
            ("77", "4/13/2016", "0", "0", "0", "0", "0", "1440", "1347"),
            ("77", "4/14/2016", "0", "0", "0", "0", "0", "966", "1383"),
            ("77", "4/15/2016", "7753", "5.2", "0", "0", "0", "1440", "2115"),
        ],
    )
    records = open_input(folder).records("77")
    assert {r["startDateTime"][:10] for r in records.biomarkers} == {"2016-04-12"}
    assert records.left_out == {"day on which the device was not worn": 3}


def test_an_exact_repetition_of_a_sleep_counts_once(tmp_path: Path) -> None:
    sleep = ("77", "4/12/2016 12:00:00 AM", "1", "471", "495")
    records = open_input(write_fitabase(tmp_path, [WORN], [sleep, sleep])).records("77")
    assert [r["value"] for r in records.biomarkers if r["type"] == "sleep_duration"] == ["471"]
    assert records.left_out == {"repeated day of sleep or vitals": 1}


def test_a_person_with_sleep_alone_is_a_person(tmp_path: Path) -> None:
    folder = write_fitabase(tmp_path, [WORN], [("88", "4/13/2016 12:00:00 AM", "1", "400", "420")])
    assert [(p.person_id, p.days, p.nights) for p in open_input(folder).persons()] == [("77", 1, 0), ("88", 1, 1)]
    assert len(open_input(folder).records("88").biomarkers) == 2


def test_months_stand_first_and_a_day_without_such_a_month_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"line 2: ActivityDate is '13/4/2016'"):
        open_input(write_fitabase(tmp_path, [("77", "13/4/2016", *WORN[2:])])).records("77")
