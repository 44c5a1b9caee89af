"""The rules on real data, against figures that were published or computed by others."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import fmean, median
from zoneinfo import ZoneInfo

import pytest

from holisticos.health.normalise import daily_series, dated, main_sleeps, sleeps
from holisticos.health.parsing import parse_biomarkers
from holisticos.health.series import DailySeries
from holisticos.health.wear import unworn_days, without_unworn
from tests.wire import Record, daily, nightly

SHARED = Path(os.environ.get("HOLISTICOS_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
UTC_ZONE = ZoneInfo("UTC")
ONE_DAY = timedelta(days=1)

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real data are not on this machine (../shared/data or HOLISTICOS_SHARED_DATA)"
)


def rows(file: str) -> Iterator[dict[str, str]]:
    with (SHARED / file).open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def us_date(text: str) -> date:
    return datetime.strptime(text.split(" ", maxsplit=1)[0], "%m/%d/%Y").replace(tzinfo=UTC).date()


def normalised(items: dict[str, list[Record]]) -> dict[str, dict[str, DailySeries]]:
    found = {}
    for person, records in items.items():
        parsed = parse_biomarkers(records, zone=UTC_ZONE, as_of=datetime(2026, 1, 1, tzinfo=UTC))
        assert parsed.dropped == {}
        found[person] = daily_series(dated(parsed.kept, UTC_ZONE))
    return found


@pytest.fixture(scope="module")
def fitabase() -> dict[str, dict[str, DailySeries]]:
    columns = {
        "TotalSteps": ("steps", "count"),
        "SedentaryMinutes": ("activity_sedentary_duration", "minute"),
        "LightlyActiveMinutes": ("activity_low_intensity_duration", "minute"),
        "FairlyActiveMinutes": ("activity_medium_intensity_duration", "minute"),
        "VeryActiveMinutes": ("activity_high_intensity_duration", "minute"),
        "Calories": ("total_energy_burned", "kcal"),
    }
    items: defaultdict[str, list[Record]] = defaultdict(list)
    for row in rows("fitabase/dailyActivity_merged.csv"):
        day = us_date(row["ActivityDate"])
        items[row["Id"]] += [
            daily(type_, day, row[column], UTC_ZONE, unit=unit) for column, (type_, unit) in columns.items()
        ]
    for row in rows("fitabase/sleepDay_merged.csv"):
        day = us_date(row["SleepDay"])
        items[row["Id"]].append(nightly("sleep_duration", day, row["TotalMinutesAsleep"], UTC_ZONE))
        items[row["Id"]].append(nightly("sleep_in_bed_duration", day, row["TotalTimeInBed"], UTC_ZONE))
    return normalised(items)


def values(people: dict[str, dict[str, DailySeries]], type_: str) -> list[float]:
    return [value for series in people.values() if type_ in series for value in series[type_].values.values()]


def test_every_day_of_every_person_is_there_once(fitabase: dict[str, dict[str, DailySeries]]) -> None:
    steps = values(fitabase, "steps")
    assert (len(fitabase), len(steps)) == (33, 940)
    assert fmean(steps) == pytest.approx(7637.9, abs=0.05)
    assert median(steps) == pytest.approx(7405.5)
    assert fmean(values(fitabase, "total_energy_burned")) == pytest.approx(2303.6, abs=0.05)
    assert fmean(values(fitabase, "activity_sedentary_duration")) == pytest.approx(991.2, abs=0.05)


def test_the_three_copied_nights_count_once(fitabase: dict[str, dict[str, DailySeries]]) -> None:
    asleep = values(fitabase, "sleep_duration")
    assert len(asleep) == 410
    assert fmean(asleep) == pytest.approx(419.17, abs=0.005)


def test_days_on_which_nothing_was_worn_are_found_and_no_others(fitabase: dict[str, dict[str, DailySeries]]) -> None:
    no_steps = still = left = 0
    for series in fitabase.values():
        steps, sedentary = series["steps"].values, series["activity_sedentary_duration"].values
        unmoved = {day for day, value in steps.items() if value == 0}
        unmoving = {day for day, value in sedentary.items() if value == 1440}
        found = unworn_days(series, ())
        assert found == unmoved | unmoving
        no_steps, still = no_steps + len(unmoved), still + len(unmoving)
        left += len(without_unworn(series, found)["steps"].values)
    assert (no_steps, still, left) == (77, 79, 940 - 84)


def test_lifesnaps_nights_have_the_wake_date_of_their_authors() -> None:
    items: defaultdict[str, list[Record]] = defaultdict(list)
    theirs: dict[tuple[str, date], tuple[datetime, datetime]] = {}
    for row in rows("lifesnaps/sleep_sessions.csv"):
        start, end = (datetime.fromisoformat(row[name]).replace(tzinfo=UTC_ZONE) for name in ("startTime", "endTime"))
        if end.time() >= time(18):
            continue  # an evening nap, which belongs to the next sleep day
        theirs[row["id"], date.fromisoformat(row["date"])] = start, end
        span = {"startDateTime": start.isoformat(), "endDateTime": end.isoformat(), "category": "sleep"}
        for type_, moment in (("sleep_start_time", start), ("sleep_end_time", end)):
            items[row["id"]].append(
                {**nightly(type_, end.date(), moment.isoformat(), UTC_ZONE, unit="datetime"), **span}
            )
    ours: dict[tuple[str, date], tuple[datetime, datetime]] = {}
    for person, records in items.items():
        parsed = parse_biomarkers(records, zone=UTC_ZONE, as_of=datetime(2026, 1, 1, tzinfo=UTC))
        nights = main_sleeps(sleeps(dated(parsed.kept, UTC_ZONE)), {}, UTC_ZONE)
        ours |= {(person, night.wake_date): (night.start, night.end) for night in nights}
    agreed = [key for key, night in ours.items() if theirs.get(key) == night]
    assert len(agreed) / len(theirs) > 0.99
