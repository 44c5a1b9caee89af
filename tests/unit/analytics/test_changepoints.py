from datetime import timedelta

import pytest

from holisticos.analytics.changepoints import changepoint
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import LAST, daily, noise, spans

WINDOW, HISTORY = spans()


def test_a_lasting_change_is_found_with_its_first_day() -> None:
    values = noise(30, 1, 0.2, 8000, 1000) + noise(26, 2, 0.2, 5000, 1000)
    evidence = changepoint(daily(values), WINDOW, HISTORY)
    assert evidence.id == "steps.changepoint.56d"
    assert abs((evidence.window.start - (LAST - timedelta(days=25))).days) <= 1
    assert evidence.window.end == LAST
    assert evidence.direction is Direction.DOWN
    assert evidence.value == pytest.approx(5000, abs=600)
    assert evidence.baseline is not None
    assert evidence.baseline.value == pytest.approx(8000, abs=600)
    assert evidence.p_value is not None
    assert evidence.p_value < 0.001


def test_noise_has_a_best_place_too_but_no_change() -> None:
    p_values = [
        evidence.p_value
        for seed in range(40)
        if (evidence := changepoint(daily(noise(56, seed, 0.2)), WINDOW, HISTORY)).p_value is not None
    ]
    assert len(p_values) == 40
    assert sum(p <= 0.05 for p in p_values) <= 5


@pytest.mark.parametrize(
    ("values", "reason"),
    [([1.0, 2.0] * 10, "have 20 valid days, need 21"), ([3.0] * 40, "all values are equal")],
)
def test_what_is_missing_is_named(values: list[float], reason: str) -> None:
    assert changepoint(daily(values), WINDOW, HISTORY).unavailable_because == reason


def test_a_step_between_two_constant_levels_is_told_without_a_p() -> None:
    evidence = changepoint(daily([1.0] * 20 + [2.0] * 20), WINDOW, HISTORY)
    assert (evidence.value, evidence.direction, evidence.p_value) == (2, Direction.UP, None)
    assert evidence.window.start == LAST - timedelta(days=19)
