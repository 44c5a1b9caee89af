from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from holisticos.health.series import DailySeries, HourlySeries, Night
from holisticos.health.wear import hours_without_unworn, unfinished_day, unworn_days, without_unworn, worn_days

DAY = date(2025, 7, 11)
NEXT = DAY + timedelta(days=1)


def series(**values: float) -> dict[str, DailySeries]:
    return {type_: DailySeries(metric=type_, unit="x", values={DAY: value}) for type_, value in values.items()}


def night(wake_date: date) -> Night:
    start = datetime(wake_date.year, wake_date.month, wake_date.day, tzinfo=ZoneInfo("UTC"))
    return Night(wake_date=wake_date, start=start, end=start + timedelta(hours=7))


def test_a_day_without_a_step_or_anything_else_was_not_worn() -> None:
    assert unworn_days(series(steps=0, total_energy_burned=1500, weight=70), ()) == {DAY}


def test_a_day_in_bed_with_a_heart_rate_was_worn() -> None:
    assert unworn_days(series(steps=0, heart_rate_resting=60), ()) == frozenset()
    assert unworn_days(series(steps=0), (night(DAY),)) == frozenset()


def test_active_minutes_without_a_step_were_typed_in() -> None:
    assert unworn_days(series(steps=0, activity_high_intensity_duration=33), ()) == {DAY}


def test_a_day_of_1440_still_minutes_was_not_worn_whatever_else_it_says() -> None:
    assert unworn_days(series(steps=12, activity_sedentary_duration=1440), ()) == {DAY}
    assert unworn_days(series(steps=12, activity_sedentary_duration=1439), ()) == frozenset()


def test_a_day_without_steps_records_is_not_called_unworn() -> None:
    assert unworn_days(series(sleep_duration=400), ()) == frozenset()


def test_only_the_activity_of_unworn_days_goes() -> None:
    found = without_unworn(series(steps=0, total_energy_burned=1500, weight=70), {DAY})
    assert found["steps"].values == {}
    assert found["total_energy_burned"].values == {}
    assert found["weight"].values == {DAY: 70}
    hour = datetime(2025, 7, 11, 9, tzinfo=ZoneInfo("UTC"))
    hours = HourlySeries(metric="steps", unit="count", values={hour: 0, hour + timedelta(days=1): 5})
    assert hours_without_unworn({"steps": hours}, {DAY})["steps"].values == {hour + timedelta(days=1): 5}


def test_worn_days_are_those_with_a_sign_of_it() -> None:
    assert worn_days(series(steps=0), (night(NEXT),)) == {DAY, NEXT}
    assert worn_days(series(active_duration=30), ()) == {DAY}
    assert worn_days(series(active_duration=0), ()) == frozenset()
    assert worn_days(series(weight=70, blood_glucose=90), ()) == frozenset()


def recorded(last_hours: list[int]) -> tuple[dict[str, DailySeries], dict[str, HourlySeries]]:
    """Steps of days in a row up to ``DAY``, each with hours from 8 to the one given; -1 for a day without hours."""
    days = [DAY - timedelta(days=back) for back in reversed(range(len(last_hours)))]
    hours = {
        datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("UTC")): 400.0
        for day, last in zip(days, last_hours, strict=True)
        for hour in range(8, last + 1)
    }
    steps = DailySeries(metric="steps", unit="count", values=dict.fromkeys(days, 4000.0))
    return {"steps": steps}, {"steps": HourlySeries(metric="steps", unit="count", values=hours)}


@pytest.mark.parametrize("last", [9, 16])
def test_a_day_whose_hours_end_by_day_is_not_finished(last: int) -> None:
    assert unfinished_day(*recorded([22, 23, 21, 22, 20, last])) == {DAY}


@pytest.mark.parametrize(
    "last_hours",
    [
        [22, 23, 21, 22, 20, 17],
        [22, 23, 21, 22, 20, -1],
        [22, 23, 21, 22, 9],
        [15, 14, 16, 15, 14, 13],
        [22, 23, 9, 22, 20, 21],
        [-1] * 8,
    ],
)
def test_all_other_days_are_whole(last_hours: list[int]) -> None:
    """No hours then, too few days to compare with, days that always end so, a day in the middle, no hours at all."""
    assert unfinished_day(*recorded(last_hours)) == frozenset()


def test_without_hours_nothing_is_known_of_a_day() -> None:
    assert unfinished_day(series(steps=300), {}) == frozenset()
    assert unfinished_day({}, {}) == frozenset()
