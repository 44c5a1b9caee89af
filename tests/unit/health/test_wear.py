from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from holisticos.health.series import DailySeries, HourlySeries, Night
from holisticos.health.wear import hours_without_unworn, unworn_days, without_unworn, worn_days

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
