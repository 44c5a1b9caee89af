from datetime import timedelta

import pytest

from holisticos.analytics.anomalies import anomalies
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import LAST, daily, noise, spans

WINDOW, HISTORY = spans()
USUAL = noise(28, 5, centre=60, sd=2)


def resting(values: list[float | None]) -> list[float | None]:
    return [*USUAL, *values]


def test_a_day_far_off_is_found_with_its_date() -> None:
    first, day = anomalies(daily(resting([60, 61, 59, 90, 60, 60, 61]), "heart_rate_resting", "bpm"), WINDOW, HISTORY)
    assert (first.id, first.value, first.n) == ("heart_rate_resting.anomalies.window", 1, 7)
    assert first.rests_on == (day.id,)
    fourth = LAST - timedelta(days=3)
    assert day.id == f"heart_rate_resting.anomaly.{fourth}"
    assert day.window.start == day.window.end == fourth
    assert (day.value, day.direction) == (90, Direction.UP)
    assert day.strength is not None
    assert day.strength > 3.5
    assert first.p_value is not None
    assert first.p_value < 0.01


def test_ordinary_days_are_none_and_that_is_an_answer() -> None:
    (first,) = anomalies(daily(resting([60, 61, 59, 62, 60, 58, 61]), "heart_rate_resting", "bpm"), WINDOW, HISTORY)
    assert first.value == 0
    assert first.direction is None
    assert first.p_value == 1.0


def test_the_window_does_not_belong_to_what_it_is_compared_with() -> None:
    first, *days = anomalies(daily(resting([90.0] * 7), "heart_rate_resting", "bpm"), WINDOW, HISTORY)
    assert first.value == len(days) == 7


def test_a_quiet_weekend_of_a_person_with_quiet_weekends_is_no_anomaly() -> None:
    jitter = noise(35, 6, sd=150)
    week = [9000.0] * 5 + [2000.0] * 2  # the last day is a Sunday
    (first,) = anomalies(daily([a + b for a, b in zip(week * 5, jitter, strict=True)]), WINDOW, HISTORY)
    assert first.value == 0
    busy = [*week * 4, *[9000.0] * 4, 2000.0, 2000.0, 2000.0]
    first, friday = anomalies(daily([a + b for a, b in zip(busy, jitter, strict=True)]), WINDOW, HISTORY)
    assert friday.window.start == LAST - timedelta(days=2)


def test_a_day_beyond_the_limit_in_a_metric_with_heavy_tails_is_told_but_not_sure() -> None:
    values = [8000 + 1000 * value for value in noise(28, 7)]
    first, day = anomalies(daily([*values, *values[:6], 13000]), WINDOW, HISTORY)
    assert day.value == 13000
    assert first.p_value is not None
    assert first.p_value > 0.05


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "have 0 valid days, need 1"),
        ([60.0] * 14, "have 7 valid days before the window, need 8"),
        ([60.0] * 35, "more than half of the earlier values are equal: no scale for one day"),
        (
            [0.0] * 20 + [15.0, 30.0] * 4 + [90.0] * 7,
            "more than half of the earlier values are equal: no scale for one day",
        ),
    ],
)
def test_what_is_missing_is_named(values: list[float], reason: str) -> None:
    (first,) = anomalies(daily(values), WINDOW, HISTORY)
    assert first.unavailable_because == reason
