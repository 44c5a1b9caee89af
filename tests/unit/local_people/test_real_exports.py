"""The importers against the real data and the figures published of them."""

import csv
import math
import statistics as st
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from holisticos.health.parsing import parse_biomarkers
from local.people import fitabase as fitabase_format
from local.people.formats import open_input
from local.people.records import PersonRecords, default_person
from local.people.tables import read_rows
from tests.unit.local_people.exports import everybody


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(persons: tuple[PersonRecords, ...], type_: str) -> dict[tuple[str, str], float]:
    """Values by person and local date, finished or not."""
    return {
        (person.person_id, record["endDateTime"][:10]): float(record["value"])
        for person in persons
        for record in person.biomarkers
        if record["type"] == type_ and record["periodicity"] != "hourly"
    }


def us_day(text: str) -> str:
    month, day, year = text.split(maxsplit=1)[0].split("/")
    return f"{year}-{int(month):02}-{int(day):02}"


def test_fitabase_rows_reproduce_the_published_figures(fitabase: Path) -> None:
    columns = ("Id", "ActivityDate", "TotalSteps", "SedentaryMinutes", "Calories")
    rows = list(read_rows(fitabase / fitabase_format.DAILY, columns))
    steps, sitting, energy = ([row.number(column) or 0.0 for row in rows] for column in columns[2:])
    assert len(rows) == 940
    assert st.mean(steps) == pytest.approx(7637.9, abs=0.05)
    assert st.median(steps) == pytest.approx(7405.5)
    assert st.mean(energy) == pytest.approx(2303.6, abs=0.05)
    assert st.mean(sitting) == pytest.approx(991.2, abs=0.05)
    assert st.correlation(steps, energy) == pytest.approx(0.592, abs=5e-4)
    sleeps = list(
        read_rows(fitabase / fitabase_format.SLEEP, ("Id", "SleepDay", "TotalMinutesAsleep", "TotalTimeInBed"))
    )
    asleep, in_bed = (
        [row.number(column) or 0.0 for row in sleeps] for column in ("TotalMinutesAsleep", "TotalTimeInBed")
    )
    assert st.mean(asleep) == pytest.approx(419.47, abs=5e-3)
    assert st.mean(in_bed) == pytest.approx(458.64, abs=5e-3)
    assert st.correlation(asleep, in_bed) == pytest.approx(0.930, abs=5e-4)


def test_fitabase_records_reproduce_the_published_figures_of_sleep(fitabase: Path) -> None:
    persons = everybody(fitabase)
    asleep = values(persons, "sleep_duration")
    assert len(asleep) == 410
    assert st.mean(asleep.values()) == pytest.approx(419.17, abs=5e-3)
    assert sum(person.left_out.get("repeated day of sleep or vitals", 0) for person in persons) == 3
    # All rows of steps, worn or not, as the published correlation has them; each distinct sleep once.
    rows = table(fitabase / fitabase_format.DAILY)
    steps = {(row["Id"], us_day(row["ActivityDate"])): float(row["TotalSteps"]) for row in rows}
    assert st.correlation([steps[key] for key in asleep], list(asleep.values())) == pytest.approx(-0.19, abs=2e-3)


def test_fitabase_days_are_those_the_device_was_worn(fitabase: Path) -> None:
    persons = everybody(fitabase)
    rows = table(fitabase / fitabase_format.DAILY)
    unworn = [row for row in rows if row["TotalSteps"] == "0" or row["SedentaryMinutes"] == "1440"]
    worn = {(r["Id"], us_day(r["ActivityDate"])): float(r["TotalSteps"]) for r in rows if r not in unworn}
    assert values(persons, "steps") == worn
    assert len(worn) == 856
    assert sum(person.left_out.get("day on which the device was not worn", 0) for person in persons) == 84
    assert st.mean(worn.values()) > 8_000


def test_fitabase_persons_and_their_days(fitabase: Path) -> None:
    persons = open_input(fitabase).persons()
    assert len(persons) == 33
    assert sum(person.nights > 0 for person in persons) == 24
    assert default_person(persons).days == 31
    assert {p.person_id: p.days for p in persons} == day_counts(everybody(fitabase))


def test_lifesnaps_persons_and_their_days(lifesnaps: Path) -> None:
    persons = open_input(lifesnaps).persons()
    assert len(persons) == 36
    assert {p.person_id: p.days for p in persons} == day_counts(everybody(lifesnaps))
    assert default_person(persons).person_id == "621e367e67b776a24087d75d"


def day_counts(persons: tuple[PersonRecords, ...]) -> dict[str, int]:
    return {person.person_id: len({r["endDateTime"][:10] for r in person.biomarkers}) for person in persons}


def test_lifesnaps_records_hold_what_the_rows_hold(lifesnaps: Path) -> None:
    persons = everybody(lifesnaps)
    rows = table(lifesnaps / "daily.csv")
    steps = {
        (row["id"], row["date"]): float(row["steps"])
        for row in rows
        if row["steps"] and float(row["steps"]) > 0 and row["sedentary_minutes"] != "1440"
    }
    hrv = {(row["id"], row["date"]): round(float(row["rmssd"]), 3) for row in rows if float(row["rmssd"] or 0) > 0}
    assert values(persons, "steps") == steps
    assert values(persons, "heart_rate_variability_rmssd") == hrv
    asleep = values(persons, "sleep_duration")
    naps = sum(person.left_out.get("evening nap filed as the main sleep", 0) for person in persons)
    assert len(asleep) + naps == sum(float(row["minutesAsleep"] or 0) > 0 for row in rows)
    assert naps == 18


def test_lifesnaps_hours_add_up_to_their_day(lifesnaps: Path) -> None:
    for person in everybody(lifesnaps):
        days: defaultdict[str, float] = defaultdict(float)
        for record in person.biomarkers:
            if record["periodicity"] == "hourly":
                days[record["startDateTime"][:10]] += float(record["value"])
        whole = values((person,), "steps")
        assert all(whole[person.person_id, day] == total for day, total in days.items())


@pytest.mark.parametrize(("column", "low", "high"), [("spo2", 90, 100), ("full_sleep_breathing_rate", 8, 30)])
def test_lifesnaps_columns_are_not_shifted(lifesnaps: Path, column: str, low: float, high: float) -> None:
    found = [float(row[column]) for row in table(lifesnaps / "daily.csv") if float(row[column] or 0) > 0]
    assert found
    assert all(low <= value <= high for value in found)


def test_lifesnaps_efficiency_is_not_asleep_over_in_bed(lifesnaps: Path) -> None:
    rows = [row for row in table(lifesnaps / "daily.csv") if row["sleep_duration"]]
    said = [float(row["sleep_efficiency"]) for row in rows]
    true = [100 * float(row["minutesAsleep"]) / (float(row["sleep_duration"]) / 60_000) for row in rows]
    assert st.correlation(said, true) < 0.3
    assert st.mean(said) - st.mean(true) > 5
    assert sum(float(row["minutesToFallAsleep"]) > 0 for row in rows) / len(rows) < 0.01


@pytest.mark.parametrize("name", ["lifesnaps", "fitabase"])
def test_no_record_leaves_its_local_day(name: str, request: pytest.FixtureRequest) -> None:
    for person in everybody(request.getfixturevalue(name)):
        assert person.first_day <= person.last_day
        ids = [record["id"] for record in person.biomarkers]
        assert len(set(ids)) == len(ids)
        for record in person.biomarkers:
            start, end = (datetime.fromisoformat(record[field]) for field in ("startDateTime", "endDateTime"))
            nightly = (start.hour, end.hour) == (18, 17) and record["periodicity"] == "daily"
            assert end.date() - start.date() == timedelta(days=nightly)
            assert person.first_day <= end.date() <= person.last_day
            assert end <= person.as_of
            if record["valueType"] != "datetime":
                assert math.isfinite(float(record["value"]))


@pytest.mark.parametrize("name", ["lifesnaps", "fitabase"])
def test_the_product_accepts_every_record(name: str, request: pytest.FixtureRequest) -> None:
    for person in everybody(request.getfixturevalue(name)):
        after = person.as_of + timedelta(seconds=1)
        parsed = parse_biomarkers(person.biomarkers, zone=ZoneInfo(person.timezone), as_of=after)
        assert parsed.dropped == {}
        assert len(parsed.kept) == len(person.biomarkers)
