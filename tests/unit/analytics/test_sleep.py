import pytest

from holisticos.analytics import sleep
from holisticos.contracts.names import Direction
from holisticos.health.series import DailySeries
from tests.unit.analytics.series import daily, noise, spans

WINDOW, HISTORY = spans()


def minutes(values: list[float | None]) -> DailySeries:
    return daily(values, "sleep_duration", "minute")


def test_debt_counts_recorded_nights_only_and_long_ones_pay_back() -> None:
    assert sleep.debt(minutes([360, 480, 360, 360, None, None, None]), WINDOW).value == 120
    assert sleep.debt(minutes([500.0] * 7), WINDOW).value == 0


def test_habit_is_tested_not_assumed() -> None:
    short = sleep.habitual_need(minutes([*noise(28, 1, 0.1, 360, 40)]), WINDOW, HISTORY)
    assert short.id == "sleep_duration.habitual_need.28d"
    assert short.value == pytest.approx(-60, abs=25)
    assert short.direction is Direction.DOWN
    assert short.p_value is not None
    assert short.p_value < 1e-4
    enough = sleep.habitual_need(minutes([*noise(28, 2, 0.1, 424, 60)]), WINDOW, HISTORY)
    assert enough.p_value is not None
    assert enough.p_value > 0.05
    assert enough.direction is Direction.STABLE


def test_nights_that_are_all_alike_cannot_be_tested() -> None:
    evidence = sleep.habitual_need(minutes([400.0] * 28), WINDOW, HISTORY)
    assert (evidence.value, evidence.direction, evidence.p_value) == (-20, Direction.DOWN, None)


def test_what_is_missing_is_named() -> None:
    few = minutes([400, 410, 420])
    assert sleep.debt(few, WINDOW).unavailable_because == "have 3 nights, need 4"
    assert sleep.habitual_need(few, WINDOW, HISTORY).unavailable_because == "have 3 nights, need 8"
