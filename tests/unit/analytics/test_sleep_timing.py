import statistics
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from holisticos.analytics import sleep_timing
from holisticos.contracts.names import Direction
from holisticos.health.series import Night
from tests.unit.analytics.series import LAST, daily, night, nights, noise, spans

WINDOW, HISTORY = spans()


def test_times_around_midnight_are_neighbours() -> None:
    series = sleep_timing.bedtimes(nights([-10, 10, -30]))
    assert list(series.values.values()) == pytest.approx([-10, 10, -30])
    assert (series.metric, series.unit) == ("bedtime", "clock")
    assert list(sleep_timing.wake_times(nights([-10, 10])).values.values()) == pytest.approx([440, 460])
    assert list(sleep_timing.mid_sleeps(nights([-10, 10])).values.values()) == pytest.approx([215, 235])


def test_a_night_worker_whose_waking_crosses_midnight_has_one_bedtime() -> None:
    before_midnight = night(LAST - timedelta(days=1), 950, 480)  # 15:50 to 23:50
    after_midnight = night(LAST, -470, 480)  # 16:10 to 00:10
    first, second = sleep_timing.bedtimes([before_midnight, after_midnight]).values.values()
    assert second - first == pytest.approx(20)


def test_the_longest_night_of_a_date_counts() -> None:
    nap = night(LAST, 300, 60)
    main = night(LAST, -60, 420)
    for order in ([nap, main], [main, nap]):
        assert list(sleep_timing.bedtimes(order).values.values()) == pytest.approx([-60])


def test_a_change_of_clocks_leaves_wall_clock_times() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = Night(
        wake_date=date(2026, 3, 29),
        start=datetime(2026, 3, 28, 23, 0, tzinfo=berlin),
        end=datetime(2026, 3, 29, 7, 0, tzinfo=berlin),
    )
    assert list(sleep_timing.bedtimes([spring]).values.values()) == pytest.approx([-60])
    assert list(sleep_timing.wake_times([spring]).values.values()) == pytest.approx([420])


@pytest.mark.parametrize(("wake_date", "expected"), [(date(2026, 3, 29), 210), (date(2026, 10, 25), 150)])
@pytest.mark.parametrize("stored", [False, True])
def test_mid_sleep_has_as_much_sleep_before_as_after_it(wake_date: date, expected: float, *, stored: bool) -> None:
    """23:00 to 07:00 are seven hours when clocks go forward and nine when they go back."""
    berlin = ZoneInfo("Europe/Berlin")
    one = Night(
        wake_date=wake_date,
        start=datetime.combine(wake_date - timedelta(days=1), time(23), berlin),
        end=datetime.combine(wake_date, time(7), berlin),
    )
    if stored:
        one = Night.model_validate_json(one.model_dump_json())
    assert list(sleep_timing.mid_sleeps([one]).values.values()) == pytest.approx([expected])


def test_the_usual_time_is_a_time_of_day() -> None:
    times = sleep_timing.bedtimes(nights([*noise(28, 1, 0.1, -30, 20), *[60.0] * 7]))
    evidence = sleep_timing.clock_level(times, WINDOW, HISTORY)
    assert evidence.id == "bedtime.usual.window"
    assert evidence.value == pytest.approx(60)
    assert evidence.baseline is not None
    assert evidence.baseline.value == pytest.approx(1410, abs=15)
    assert evidence.direction is Direction.UP
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01


def test_a_time_without_a_past_stands_alone() -> None:
    evidence = sleep_timing.clock_level(sleep_timing.bedtimes(nights([-30.0] * 10)), WINDOW, HISTORY)
    assert evidence.value == pytest.approx(1410)
    assert "have 3 nights before the window, need 8" in evidence.method
    few = sleep_timing.clock_level(daily([1, 2, 3], "bedtime", "clock"), WINDOW, HISTORY)
    assert few.unavailable_because == "have 3 nights, need 4"


def test_variability_is_the_standard_deviation_in_minutes() -> None:
    wild = [-90.0, 60, -80, 70, -100, 90, -60]
    evidence = sleep_timing.clock_variability(
        sleep_timing.bedtimes(nights([*noise(28, 2, 0.1, -30, 15), *wild])), WINDOW, HISTORY
    )
    assert evidence.id == "bedtime.variability.window"
    assert evidence.value == pytest.approx(statistics.stdev(wild))
    assert evidence.direction is Direction.UP
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01


def test_variability_needs_nights() -> None:
    few = sleep_timing.clock_variability(daily([1, 2, 3], "bedtime", "clock"), WINDOW, HISTORY)
    assert few.unavailable_because == "have 3 nights, need 4"
    alone = sleep_timing.clock_variability(daily([1.0, 2, 3, 4], "bedtime", "clock"), WINDOW, HISTORY)
    assert alone.value is not None
    assert alone.baseline is None


def test_social_jetlag_is_later_mid_sleep_on_free_days() -> None:
    week = [-60.0] * 5 + [60.0, 60.0]  # Monday to Sunday
    jitter = noise(28, 3, sd=15)
    evidence = sleep_timing.social_jetlag(
        nights([a + b for a, b in zip(week * 4, jitter, strict=True)]), WINDOW, HISTORY
    )
    assert (evidence.id, evidence.unit, evidence.n) == ("mid_sleep.social_jetlag.42d", "minute", 28)
    assert evidence.value == pytest.approx(120, abs=12)
    assert evidence.direction is Direction.UP
    assert evidence.p_value is not None
    assert evidence.p_value < 1e-4


def test_social_jetlag_needs_both_kinds_of_nights() -> None:
    week = sleep_timing.social_jetlag(nights([-60.0] * 7), WINDOW, HISTORY)
    assert week.unavailable_because == "have 2 nights before free days, need 3"
    weekends = [None if day % 7 < 5 else 10.0 for day in range(28)]
    free_only = sleep_timing.social_jetlag(nights(weekends), WINDOW, HISTORY)
    assert free_only.unavailable_because == "have 0 nights before work days, need 5"
