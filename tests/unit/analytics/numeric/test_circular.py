import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holisticos.analytics.numeric.circular import circular_mean, difference, time_of_day, unwrapped

MINUTES = st.lists(st.floats(-3000, 3000), min_size=1, max_size=40)


@given(MINUTES)
def test_the_mean_agrees_with_scipy(minutes: list[float]) -> None:
    found = circular_mean(minutes)
    if found is None:
        return
    resultant = math.hypot(
        sum(math.cos(m * math.tau / 1440) for m in minutes), sum(math.sin(m * math.tau / 1440) for m in minutes)
    )
    if resultant < 1e-3:
        return
    expected = float(stats.circmean(minutes, high=1440, low=0))
    assert math.cos((found - expected) * math.tau / 1440) == pytest.approx(1, abs=1e-9)
    assert -720 <= found <= 720


@given(MINUTES)
def test_unwrapping_keeps_the_time_of_day_and_stays_within_half_a_day(minutes: list[float]) -> None:
    found = unwrapped(minutes)
    for before, after in zip(minutes, found, strict=True):
        assert math.cos((before - after) * math.tau / 1440) == pytest.approx(1, abs=1e-6)
    if (centre := circular_mean(minutes)) is not None:
        assert all(abs(value - centre) <= 720 + 1e-6 for value in found)


def test_midnight_is_no_jump() -> None:
    assert unwrapped([23 * 60 + 50, 10]) == pytest.approx([-10, 10])
    assert circular_mean([23 * 60 + 50, 10]) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("minutes", [[], [0, 720], [0, 480, 960]])
def test_times_that_cancel_out_have_no_mean(minutes: list[float]) -> None:
    assert circular_mean(minutes) is None
    assert unwrapped(minutes) == minutes


@given(st.floats(-1e6, 1e6))
def test_a_time_of_day_is_below_1440(minutes: float) -> None:
    assert 0 <= time_of_day(minutes) < 1440


def test_a_time_of_day_a_hair_before_midnight_is_midnight() -> None:
    assert time_of_day(-1e-14) == 0


@given(st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_a_difference_is_the_short_way_round(minutes: float, other: float) -> None:
    way = difference(minutes, other)
    assert -720 <= way <= 720
    assert math.cos((other + way - minutes) * math.tau / 1440) == pytest.approx(1, abs=1e-9)


def test_past_midnight_is_later_than_before_it() -> None:
    assert difference(10, 1430) == 20
    assert difference(1430, 10) == -20
