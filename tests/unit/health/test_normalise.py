from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.normalisation.__main__ import daily_records
from holisticos.health.catalogue import SLEEP_TIMES
from holisticos.health.normalise import daily_series, dated, hourly_series, main_sleeps, score_series, sleeps
from holisticos.health.parsing import parse_biomarkers, parse_scores
from holisticos.health.series import DailySeries, HourlySeries, Night
from local.people.wire import MEASURES
from tests.wire import AUCKLAND, BERLIN, Record, biomarker, daily, hourly, night, nightly, score

DAY = date(2025, 7, 11)
ONE_DAY = timedelta(days=1)
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def normalised(
    items: Iterable[Record], zone: ZoneInfo = BERLIN
) -> tuple[dict[str, DailySeries], dict[str, HourlySeries], tuple[Night, ...]]:
    received = list(items)
    parsed = parse_biomarkers(received, zone=zone, as_of=AS_OF)
    assert not parsed.dropped
    records = dated(parsed.kept, zone)
    series = daily_series(records)
    return series, hourly_series(records, zone), main_sleeps(sleeps(records), series, zone)


def values(items: Iterable[Record], type_: str, zone: ZoneInfo = BERLIN) -> Mapping[date, float]:
    series = normalised(items, zone)[0]
    return series[type_].values if type_ in series else {}


def test_one_value_a_local_day_in_order() -> None:
    items = [daily("steps", DAY + n * ONE_DAY, 100 + n) for n in (2, 0, 1)]
    found = values(items, "steps")
    assert list(found.items()) == [(DAY, 100.0), (DAY + ONE_DAY, 101.0), (DAY + 2 * ONE_DAY, 102.0)]


def test_daily_goes_before_intraday_of_the_same_day() -> None:
    items = [daily("steps", DAY, 900, periodicity="intraday"), daily("steps", DAY, 800)]
    assert values(items, "steps") == {DAY: 800.0}


@pytest.mark.parametrize("type_", ["steps", "sleep_duration", "sleep_efficiency", "novel_total"])
def test_a_day_in_progress_has_no_total(type_: str) -> None:
    """A sleep of 242 minutes so far is no short night."""
    item = daily(type_, DAY, "0.5" if type_ == "sleep_efficiency" else "242", unit=None, periodicity="intraday")
    assert values([item], type_) == {}


def test_a_sample_of_a_day_in_progress_is_a_value() -> None:
    item = daily("heart_rate_resting", DAY, 61, unit="bpm", category="vitals", periodicity="intraday")
    assert values([item], "heart_rate_resting") == {DAY: 61.0}


def test_overlapping_devices_do_not_add_up() -> None:
    phone = daily("steps", DAY, 4000, id="phone", startDateTime="2025-07-11T00:00:01+02:00")
    assert values([phone, daily("steps", DAY, 7000, id="watch")], "steps") == {DAY: 7000.0}


def test_of_samples_those_of_the_preferred_device_count_where_all_name_theirs() -> None:
    vitals: dict[str, Any] = {"category": "vitals", "unit": "bpm", "periodicity": "intraday"}
    watch, phone, unnamed = (
        biomarker("heart_rate", bpm, datetime(2025, 7, 11, hour, tzinfo=BERLIN), **vitals, deviceType=kind)
        for bpm, hour, kind in ((60, 8, "smartwatch"), (90, 9, "phone"), (75, 10, None))
    )
    assert values([phone, watch], "heart_rate") == {DAY: 60.0}
    assert values([phone, watch, unnamed], "heart_rate") == {DAY: 75.0}


def test_of_an_hour_the_watch_counts_and_not_the_phone() -> None:
    nine = datetime(2025, 7, 11, 9, tzinfo=BERLIN)
    phone, watch = hourly("steps", nine, 900, deviceType="phone"), hourly("steps", nine, 800, deviceType="watch")
    for items in ([phone, watch], [watch, phone]):
        assert normalised(items)[1]["steps"].values == {nine: 800.0}


def test_a_day_is_that_of_the_device_that_counted_most() -> None:
    """A watch that was worn half the day counted less than its owner walked."""
    items = [daily("steps", DAY, 4000, deviceType="watch"), daily("steps", DAY, 7000, deviceType="phone")]
    assert values(items, "steps") == {DAY: 7000.0}


def test_resting_energy_so_far_is_no_value_of_a_day() -> None:
    item = daily("resting_energy_burned", DAY, 800, unit="kcal", category="body", periodicity="intraday")
    assert values([item], "resting_energy_burned") == {}


def test_the_records_of_the_benchmark_become_a_value_a_day_of_every_type() -> None:
    """The small version of ``benchmarks.normalisation``."""
    records = daily_records(10)
    series, hours, nights = normalised(records)
    assert all(len(one.values) == 10 for one in series.values())
    assert len(series) + len(SLEEP_TIMES) - 1 == len(MEASURES)
    assert (len(hours["steps"].values), len(nights)) == (160, 10)


def test_samples_are_averaged_and_states_are_the_last() -> None:
    morning, evening = (datetime(2025, 7, 11, hour, tzinfo=BERLIN) for hour in (7, 21))
    vitals: dict[str, Any] = {"category": "vitals", "unit": "bpm", "periodicity": "intraday"}
    body: dict[str, Any] = {"category": "body", "unit": "kg", "periodicity": "intraday"}
    items = [
        biomarker("heart_rate_resting", 60, evening, **vitals),
        biomarker("heart_rate_resting", 50, morning, **vitals),
        biomarker("weight", 70.4, evening, **body),
        biomarker("weight", 70.0, morning, **body),
    ]
    assert values(items, "heart_rate_resting") == {DAY: 55.0}
    assert values(items, "weight") == {DAY: 70.4}


def test_the_newest_version_of_a_record_counts() -> None:
    old = daily("steps", DAY, 9000, createdAt="2025-07-12T01:00:00Z")
    new = daily("steps", DAY, 8000, createdAt="2025-07-12T02:00:00Z")
    assert values([new, old], "steps") == values([old, new], "steps") == {DAY: 8000.0}


def test_a_night_belongs_to_the_date_of_waking() -> None:
    start, end = datetime(2025, 7, 10, 22, 40, tzinfo=BERLIN), datetime(2025, 7, 11, 6, 30, tzinfo=BERLIN)
    items = [*night(DAY, start, end), nightly("sleep_duration", DAY, 420), nightly("sleep_awake_duration", DAY, 30)]
    series, _, nights = normalised(items)
    assert series["sleep_duration"].values == {DAY: 420.0}
    assert nights == (Night(wake_date=DAY, start=start, end=end, asleep_minutes=420, awake_minutes=30),)
    assert nights[0].start.isoformat() == "2025-07-10T22:40:00+02:00"


def test_a_night_filed_under_its_first_day_is_moved_to_its_wake_date_with_its_durations() -> None:
    start, end = datetime(2025, 7, 10, 22, 40, tzinfo=BERLIN), datetime(2025, 7, 11, 6, 30, tzinfo=BERLIN)
    before = DAY - ONE_DAY
    items = [
        daily("sleep_start_time", before, start.isoformat(), category="sleep", unit="datetime"),
        daily("sleep_end_time", before, end.isoformat(), category="sleep", unit="datetime"),
        daily("sleep_duration", before, 420, category="sleep", unit="minute"),
    ]
    series, _, nights = normalised(items)
    assert series["sleep_duration"].values == {DAY: 420.0}
    assert [one.wake_date for one in nights] == [DAY]


def test_of_nested_nights_the_outer_one_is_the_night() -> None:
    inner = night(DAY, datetime(2025, 7, 11, 1, tzinfo=BERLIN), datetime(2025, 7, 11, 5, tzinfo=BERLIN), id="inner")
    start, end = datetime(2025, 7, 10, 23, tzinfo=BERLIN), datetime(2025, 7, 11, 7, tzinfo=BERLIN)
    session: dict[str, Any] = {"startDateTime": start.isoformat(), "endDateTime": end.isoformat()}
    outer = night(DAY, start, end, **session)
    _, _, nights = normalised([*inner, *outer])
    assert [(one.start, one.end) for one in nights] == [(start, end)]
    _, _, same_span = normalised([*inner, *night(DAY, start, end)])
    assert [(one.start, one.end) for one in same_span] == [(start, end)]


def test_a_night_in_progress_is_none() -> None:
    start, end = datetime(2025, 7, 10, 23, tzinfo=BERLIN), datetime(2025, 7, 11, 3, tzinfo=BERLIN)
    assert normalised(night(DAY, start, end, periodicity="intraday"))[2] == ()


def test_a_bedtime_alone_or_a_night_that_ends_before_it_starts_is_no_night() -> None:
    start, end = datetime(2025, 7, 10, 23, tzinfo=BERLIN), datetime(2025, 7, 11, 7, tzinfo=BERLIN)
    assert normalised(night(DAY, start, end)[:1])[2] == ()
    assert normalised(night(DAY, end, start))[2] == ()


def test_durations_that_do_not_fit_a_night_are_not_told_of_it() -> None:
    start, end = datetime(2025, 7, 10, 23, tzinfo=BERLIN), datetime(2025, 7, 11, 3, tzinfo=BERLIN)
    (one,) = normalised([*night(DAY, start, end), nightly("sleep_duration", DAY, 420)])[2]
    assert one.asleep_minutes is None


def test_a_change_of_zone_in_the_middle_of_a_night() -> None:
    start = datetime.fromisoformat("2025-07-10T23:00+02:00")
    end = datetime.fromisoformat("2025-07-11T05:00-04:00")
    (one,) = normalised(night(DAY, start, end))[2]
    assert one.wake_date == DAY
    assert (one.start.hour, one.end.hour) == (23, 5)
    assert one.end - one.start == timedelta(hours=12)


def test_sleep_debt_is_a_total_of_its_week() -> None:
    week: dict[str, Any] = {"startDateTime": "2025-07-04T18:00:00+02:00", "periodicity": "weekly", "unit": "hour"}
    averaged = nightly("sleep_debt", DAY, "1.5", aggregation="average", **week)
    summed = nightly("sleep_debt", DAY, "10.5", aggregation="total", **week)
    assert values([averaged], "sleep_debt") == values([summed], "sleep_debt") == {DAY: 10.5}


def test_a_week_of_steps_is_no_day() -> None:
    item = daily("steps", DAY, 70_000, periodicity="weekly", startDateTime="2025-07-05T00:00:00+02:00")
    assert values([item], "steps") == {}


def test_units_of_regularity_are_one_series() -> None:
    items = [
        nightly("sleep_regularity", DAY, "0.8", unit="index"),
        nightly("sleep_regularity", DAY + ONE_DAY, "0.9", unit="percentage"),
    ]
    series = normalised(items)[0]["sleep_regularity"]
    assert (series.unit, series.values) == ("index", {DAY: 0.8, DAY + ONE_DAY: 0.9})


def test_of_an_unknown_type_in_two_units_the_commoner_is_kept() -> None:
    items = [daily("novel", DAY + n * ONE_DAY, n, unit="cup" if n else "bowl") for n in range(3)]
    series = normalised(items)[0]["novel"]
    assert (series.unit, list(series.values.values())) == ("cup", [1.0, 2.0])


def test_hours_of_a_day_of_25_are_all_there() -> None:
    first = datetime(2025, 10, 25, 22, tzinfo=UTC)
    items = [hourly("steps", (first + timedelta(hours=n)).astimezone(BERLIN), n) for n in range(25)]
    found = normalised(items)[1]["steps"].values
    assert list(found.values()) == [float(n) for n in range(25)]
    assert [at.hour for at in found][1:5] == [1, 2, 2, 3]
    assert {at.date() for at in found} == {date(2025, 10, 26)}


def test_hours_make_no_daily_total() -> None:
    assert values([hourly("steps", datetime(2025, 7, 11, 9, tzinfo=BERLIN), 500)], "steps") == {}


def test_scores_are_dated_in_the_users_zone_and_the_newest_counts() -> None:
    items = [
        score("sleep", DAY, 0.4, AUCKLAND, createdAt="2025-07-12T00:00:00Z"),
        score("sleep", DAY, 0.6, AUCKLAND, createdAt="2025-07-13T00:00:00Z"),
        score("activity", DAY, 0.5, AUCKLAND),
    ]
    found = score_series(parse_scores(items, zone=AUCKLAND, as_of=AS_OF).kept, AUCKLAND)
    assert found["sleep"].values == {DAY: 0.6}
    assert list(found) == ["activity", "sleep"]


def _life(zone: ZoneInfo, days: int = 5) -> list[Record]:
    """Some days over the end of summer time, with all that complicates them."""
    random = Random(days)  # noqa: S311 - a test needs the same days each time
    items: list[Record] = []
    for n in range(days):
        day = date(2025, 10, 24) + n * ONE_DAY
        bed = datetime(day.year, day.month, day.day, tzinfo=zone) - timedelta(minutes=random.randint(5, 120))
        items += night(day, bed, bed + timedelta(minutes=random.randint(300, 560)), zone)
        items.append(nightly("sleep_duration", day, random.randint(200, 300), zone))
        items.append(nightly("heart_rate_resting", day, random.randint(50, 60), zone, category="vitals", unit="bpm"))
        items.append(daily("steps", day, random.randint(0, 20_000), zone))
        items.append(daily("steps", day, random.randint(0, 20_000), zone, periodicity="intraday"))
        items += [
            hourly("steps", datetime(2025, 10, 24 + n, h, tzinfo=zone), random.randint(0, 900), deviceType=device)
            for h in (3, 9)
            for device in ("watch", "phone")
        ]
    return items


LIFE = {zone.key: _life(zone) for zone in (BERLIN, AUCKLAND, ZoneInfo("America/St_Johns"), ZoneInfo("UTC"))}
offsets = st.integers(-11 * 4, 12 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def _rewritten(item: Record, zone: timezone) -> Record:
    """The same record with its times in another offset."""

    def moved(text: Any) -> str:
        return datetime.fromisoformat(text).astimezone(zone).isoformat()

    names = ["startDateTime", "endDateTime", *(["value"] if item["valueType"] == "datetime" else [])]
    return {**item, **{name: moved(item[name]) for name in names}}


@pytest.mark.parametrize("zone_name", LIFE)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_order_copies_pages_and_offsets_make_no_difference(zone_name: str, data: st.DataObject) -> None:
    zone = ZoneInfo(zone_name)
    items = LIFE[zone_name]
    copies = data.draw(st.lists(st.sampled_from(items), max_size=20))
    shuffled = data.draw(st.permutations([*items, *copies]))
    written = data.draw(offsets)
    border = data.draw(st.integers(0, len(shuffled)))
    pages = [shuffled[:border], [_rewritten(item, written) for item in shuffled[border:]]]
    assert normalised((item for page in pages for item in page), zone) == normalised(items, zone)


@pytest.mark.parametrize(("hours", "kept"), [(15, True), (17, False), (24, False)])
def test_a_night_that_nobody_sleeps_is_none(hours: int, *, kept: bool) -> None:
    start = datetime(2025, 7, 10, 18, tzinfo=BERLIN)
    assert bool(normalised(night(DAY, start, start + timedelta(hours=hours)))[2]) is kept
