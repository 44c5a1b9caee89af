"""The Google Takeout reader, on small exports laid out as real ones are."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from local.people.errors import NoDataError, PersonDataError
from local.people.formats import open_input
from local.people.records import PersonRecords

GLOBAL = "Takeout/Fitbit/Global Export Data"
PROFILE = "id,full_name,timezone\nX,Anna Example,Europe/Berlin\n"
SLEEP = {
    "logId": 1,
    "dateOfSleep": "2024-05-02",
    "startTime": "2024-05-01T23:10:30.000",
    "endTime": "2024-05-02T07:00:30.000",
    "duration": 28_200_000,
    "minutesAsleep": 400,
    "minutesAwake": 70,
    "timeInBed": 470,
    "efficiency": 93,
    "type": "stages",
    "mainSleep": True,
    "levels": {
        "summary": {
            "deep": {"count": 4, "minutes": 80},
            "wake": {"count": 20, "minutes": 70},
            "light": {"count": 25, "minutes": 230},
            "rem": {"count": 8, "minutes": 90},
        },
        "data": [],
    },
}


def at(day: str, time: str, value: Any) -> dict[str, Any]:
    return {"dateTime": f"{day} {time}", "value": value}


def of_day(day: str, value: Any) -> dict[str, Any]:
    return at(day, "00:00:00", value)


def export(folder: Path, **files: Any) -> Path:
    """``steps=[...]`` becomes ``steps-2024-05-01.json``."""
    for name, content in files.items():
        write(folder, f"{GLOBAL}/{name}-2024-05-01.json", json.dumps(content))
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def values(person: PersonRecords, type_: str, periodicity: str = "daily") -> dict[str, Any]:
    found = (one for one in person.biomarkers if one["type"] == type_ and one["periodicity"] == periodicity)
    return {one["endDateTime"][:10]: one["value"] for one in found}


def test_minutes_are_in_utc_and_become_local_hours_and_days(tmp_path: Path) -> None:
    write(tmp_path, "Takeout/Fitbit/Your Profile/Profile.csv", PROFILE)
    steps = [at("05/01/24", "21:59:00", "40"), at("05/01/24", "22:00:00", "60"), at("05/02/24", "21:30:00", "5")]
    person = open_input(export(tmp_path, steps=steps)).records("anna")
    assert person.timezone == "Europe/Berlin"
    assert values(person, "steps") == {"2024-05-01": "40", "2024-05-02": "65"}
    hours = [(one["startDateTime"], one["value"]) for one in person.biomarkers if one["periodicity"] == "hourly"]
    assert hours == [
        ("2024-05-01T23:00:00+02:00", "40"),
        ("2024-05-02T00:00:00+02:00", "60"),
        ("2024-05-02T23:00:00+02:00", "5"),
    ]
    assert "Anna Example" not in repr(person)


def test_without_a_profile_the_zone_is_utc_or_the_one_given_and_it_says_so(tmp_path: Path) -> None:
    export(tmp_path, steps=[at("05/01/24", "23:59:00", "40")])
    assert values(open_input(tmp_path).records("anna"), "steps") == {"2024-05-01": "40"}
    assert "the export names none" in open_input(tmp_path).records("anna").notes[0]
    berlin = open_input(tmp_path, "Europe/Berlin").records("anna")
    assert values(berlin, "steps", "intraday") == {"2024-05-02": "40"}, "it ends at two at night"


def test_a_day_in_a_drawer_is_no_day_of_rest(tmp_path: Path) -> None:
    export(
        tmp_path,
        steps=[at("05/01/24", "12:00:00", "0"), at("05/02/24", "12:00:00", "9"), at("05/02/24", "23:00:00", "1")],
        calories=[at("05/01/24", "12:00:00", "1500"), at("05/02/24", "12:00:00", "2000.5")],
        sedentary_minutes=[of_day("05/01/24", "1440"), of_day("05/02/24", "700")],
        lightly_active_minutes=[of_day("05/01/24", "0"), of_day("05/02/24", "200")],
        moderately_active_minutes=[of_day("05/02/24", "20")],
        very_active_minutes=[of_day("05/02/24", "30")],
    )
    person = open_input(tmp_path).records("anna")
    assert {one["type"]: one["value"] for one in person.biomarkers if one["periodicity"] == "daily"} == {
        "steps": "10",
        "active_duration": "250",
        "activity_low_intensity_duration": "200",
        "activity_medium_intensity_duration": "20",
        "activity_high_intensity_duration": "30",
        "activity_sedentary_duration": "700",
        "total_energy_burned": "2000.5",
    }
    assert person.left_out["day on which the device was not worn"] == 1


def test_sleep_is_local_and_belongs_to_the_date_of_waking(tmp_path: Path) -> None:
    nap = {**SLEEP, "mainSleep": False, "startTime": "2024-05-02T14:00:00.000", "endTime": "2024-05-02T14:30:00.000"}
    person = open_input(export(tmp_path, sleep=[nap, SLEEP]), "Europe/Berlin").records("anna")
    assert {one["type"]: one["value"] for one in person.biomarkers} == {
        "sleep_start_time": "2024-05-01T23:10+02:00",
        "sleep_end_time": "2024-05-02T07:00+02:00",
        "sleep_duration": "400",
        "sleep_awake_duration": "70",
        "sleep_in_bed_duration": "470",
        "sleep_light_duration": "230",
        "sleep_deep_duration": "80",
        "sleep_rem_duration": "90",
    }
    assert person.left_out == {"nap": 1}


def test_what_is_measured_at_night_and_by_day(tmp_path: Path) -> None:
    export(
        tmp_path,
        resting_heart_rate=[
            of_day("05/01/24", {"date": None, "value": 0.0, "error": 0.0}),
            of_day("05/02/24", {"date": "05/02/24", "value": 61.25, "error": 5}),
        ],
        heart_rate=[
            at("05/02/24", "07:00:07", {"bpm": 60, "confidence": 3}),
            at("05/02/24", "07:00:12", {"bpm": 64, "confidence": 2}),
            at("05/02/24", "07:00:17", {"bpm": 190, "confidence": 0}),
        ],
        demographic_vo2_max=[of_day("05/02/24", {"demographicVO2Max": 41.2, "filteredDemographicVO2Max": 40.8})],
    )
    write(
        tmp_path,
        "Takeout/Fitbit/Heart Rate Variability/Daily Heart Rate Variability Summary - 2024-05-(1).csv",
        "timestamp,rmssd,nremhr,entropy\n2024-05-02T00:00:00,41.5,57.3,3.1\n",
    )
    write(
        tmp_path,
        "Takeout/Fitbit/Heart Rate Variability/Daily Respiratory Rate Summary - 2024-05-02.csv",
        "timestamp,daily_respiratory_rate\n2024-05-02T00:00:00,14.8\n",
    )
    write(
        tmp_path,
        "Takeout/Fitbit/Oxygen Saturation (SpO2)/Daily SpO2 - 2024-05-01-2024-05-31.csv",
        "timestamp,average_value,lower_bound,upper_bound\n2024-05-02T00:00:00Z,96.4,93.0,99.0\n",
    )
    write(
        tmp_path,
        "Takeout/Fitbit/Temperature/Computed Temperature - 2024-05-01.csv",
        "type,sleep_start,sleep_end,nightly_temperature\nSKIN,2024-05-01T23:10:30,2024-05-02T07:00:30,33.9\n",
    )
    person = open_input(tmp_path).records("anna")
    assert {one["type"]: (one["value"], one["endDateTime"][:10]) for one in person.biomarkers} == {
        type_: (value, "2024-05-02")
        for type_, value in {
            "heart_rate": "62.0",
            "heart_rate_resting": "61.25",
            "vo2_max": "40.8",
            "heart_rate_variability_rmssd": "41.5",
            "heart_rate_sleep": "57.3",
            "respiratory_rate_sleep": "14.8",
            "oxygen_saturation_sleep": "0.964",
            "skin_temperature_sleep": "33.9",
        }.items()
    }


@pytest.mark.parametrize(("weight", "bmi", "kilograms"), [(165.3, 23.5, "74.979"), (75.0, 23.5, "75.0")])
def test_the_mass_index_tells_pounds_from_kilograms(tmp_path: Path, weight: float, bmi: float, kilograms: str) -> None:
    entry = {"logId": 1, "weight": weight, "bmi": bmi, "date": "05/02/24", "time": "07:10:00", "source": "Aria"}
    person = open_input(export(tmp_path, steps=[], weight=[entry])).records("anna")
    assert values(person, "weight") == {"2024-05-02": kilograms}


def test_the_zip_is_read_as_it_is_and_a_file_in_two_folders_once(tmp_path: Path) -> None:
    steps = json.dumps([at("05/01/24", "23:30:00", "40")])
    with zipfile.ZipFile(tmp_path / "takeout-20240601.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{GLOBAL}/steps-2024-05-01.json", steps)
        archive.writestr("Takeout/Fitbit/Physical Activity/steps-2024-05-01.json", steps)
    reader = open_input(tmp_path / "takeout-20240601.zip")
    (person,) = reader.persons()
    assert (person.person_id, person.days, person.last) == ("fitbit", 1, date(2024, 5, 1))
    assert values(reader.records("anna"), "steps") == {"2024-05-01": "40"}


def test_entries_that_say_nothing_are_left_out_and_counted(tmp_path: Path) -> None:
    odd = [
        3,
        {},
        {"dateTime": "soon", "value": "1"},
        of_day("13/45/24", "1"),
        of_day("05/01/24", "-4"),
        {"dateTime": 5},
    ]
    steps = [*odd, at("05/01/24", "23:30:00", "40"), at("05/01/24", "12:00:00", "nan")]
    person = open_input(export(tmp_path, steps=steps, sleep=[{"dateOfSleep": "x"}])).records("anna")
    assert person.left_out == {"entry without what it must have": 8}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"dateTime": "05/01/24 23:30:00", "value": "4', r"steps-2024-05-01\.json, line 1: cut off or no JSON"),
        ('{"a": 1}', r"steps-2024-05-01\.json: not a list"),
    ],
)
def test_a_damaged_file_is_told_by_its_name(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, f"{GLOBAL}/steps-2024-05-01.json", text)
    with pytest.raises(PersonDataError, match=said):
        open_input(tmp_path).records("anna")


def test_an_export_without_a_measured_day_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="no measured day"):
        open_input(export(tmp_path, steps=[], sleep=[])).persons()
