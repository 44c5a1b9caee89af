import math

import pytest

from holisticos.analytics.heart import resting_heart_rate, weekly_hrv
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import daily, noise, spans

WINDOW, HISTORY = spans()
RMSSD = "heart_rate_variability_rmssd"


def test_hrv_is_judged_on_the_logarithm_against_half_a_standard_deviation() -> None:
    before = [30.0, 60.0] * 14
    centre, sd = (math.log(30) + math.log(60)) / 2, math.log(2) / 2 * math.sqrt(28 / 27)
    for factor, direction in ((0.4, Direction.STABLE), (0.6, Direction.UP), (-0.6, Direction.DOWN)):
        now = math.exp(centre + factor * sd)
        evidence = weekly_hrv(daily(before + [now] * 7, RMSSD, "ms"), WINDOW, HISTORY)
        assert (evidence.id, evidence.unit) == (f"{RMSSD}.ln_mean.7d", "ln_ms")
        assert evidence.value == pytest.approx(math.log(now))
        assert evidence.strength == pytest.approx(factor, abs=1e-9)
        assert evidence.direction is direction
        assert evidence.baseline is not None
        assert evidence.baseline.value == pytest.approx(centre)
        assert evidence.baseline.spread == pytest.approx(sd)


def test_hrv_looks_at_seven_days_even_if_the_window_is_one() -> None:
    window, history = spans(window=1, history=96)
    evidence = weekly_hrv(daily([40.0, 44.0] * 20, RMSSD, "ms"), window, history)
    assert evidence.n == 7
    assert evidence.window.days == 7


def test_hrv_needs_three_nights_and_a_baseline() -> None:
    few = weekly_hrv(daily([40.0] * 20 + [None] * 5 + [41, 42], RMSSD, "ms"), WINDOW, HISTORY)
    assert few.unavailable_because == "have 2 nights in 7 days, need 3"
    alone = weekly_hrv(daily([40.0] * 10, RMSSD, "ms"), WINDOW, HISTORY)
    assert alone.value == pytest.approx(math.log(40))
    assert alone.direction is None
    assert "have 3 nights before the week, need 8" in alone.method


def test_a_night_without_a_logarithm_counts_as_missing() -> None:
    assert weekly_hrv(daily([40.0] * 28 + [0.0] * 5 + [40, 40], RMSSD, "ms"), WINDOW, HISTORY).n == 2


def test_resting_heart_rate_is_told_as_its_difference() -> None:
    evidence = resting_heart_rate(
        daily(noise(28, 3, 0.5, 60, 1.5) + noise(7, 4, 0.5, 70, 1.5), "heart_rate_resting", "bpm"), WINDOW, HISTORY
    )
    assert evidence.id == "heart_rate_resting.deviation.window"
    assert evidence.value == pytest.approx(10, abs=2)
    assert evidence.direction is Direction.UP
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01


def test_resting_heart_rate_needs_a_baseline() -> None:
    evidence = resting_heart_rate(daily([60.0] * 12, "heart_rate_resting", "bpm"), WINDOW, HISTORY)
    assert evidence.unavailable_because == "have 5 valid days before the window, need 8"
    evidence = resting_heart_rate(daily([60.0] * 28 + [None] * 7, "heart_rate_resting", "bpm"), WINDOW, HISTORY)
    assert evidence.unavailable_because == "have 0 valid days, need 4"
