from datetime import date, timedelta

import pytest

from holisticos.analytics.turns import turn
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import LAST, daily, noise, spans

WINDOW, HISTORY = spans()
SINCE = LAST - timedelta(days=20)


def bent(before: float, after: float, *, seed: int = 1, sd: float = 300) -> list[float]:
    """42 days that change by ``before`` a day, then 21 by ``after``."""
    line = [before * min(day, 41) + after * max(0, day - 41) for day in range(63)]
    return [8000 + value + wobble for value, wobble in zip(line, noise(63, seed, sd=sd), strict=True)]


def test_both_slopes_are_found() -> None:
    slope, difference = turn(daily(bent(-50, 30)), SINCE, WINDOW, HISTORY)
    assert (slope.id, difference.id) == (f"steps.slope.{SINCE}", f"steps.turn.{SINCE}")
    assert slope.value == pytest.approx(30, abs=15)
    assert difference.value == pytest.approx(80, abs=15)
    assert (slope.unit, slope.n, slope.window.start) == ("count_per_day", 21, SINCE - timedelta(days=42))
    assert (slope.direction, difference.direction) == (Direction.UP, Direction.UP)
    assert difference.p_value is not None
    assert difference.p_value < 1e-6


def test_a_trend_that_goes_on_does_not_turn_and_one_that_stops_has_no_slope() -> None:
    slope, difference = turn(daily(bent(-50, -50)), SINCE, WINDOW, HISTORY)
    assert slope.p_value is not None
    assert slope.p_value < 1e-4
    assert difference.p_value is not None
    assert difference.p_value > 0.05
    slope, difference = turn(daily(bent(-50, 0)), SINCE, WINDOW, HISTORY)
    assert slope.p_value is not None
    assert slope.p_value > 0.05
    assert (slope.direction, difference.direction) == (Direction.STABLE, Direction.UP)
    assert difference.p_value is not None
    assert difference.p_value < 1e-4


@pytest.mark.no_cover
@pytest.mark.parametrize(("before", "tested"), [(-30.0, 1), (0.0, 0)], ids=["goes on", "none at all"])
def test_where_nothing_turns_or_nothing_moves_it_is_seldom_said(before: float, tested: int) -> None:
    """A turn of what goes on, and a slope of what has none, in 400 series each."""
    p_values = [
        turn(daily(bent(before, before, seed=seed, sd=1000)), SINCE, WINDOW, HISTORY)[tested].p_value
        for seed in range(400)
    ]
    assert sum(p is not None and p <= 0.05 for p in p_values) <= 400 * 0.08


def test_one_freak_day_makes_no_slope() -> None:
    values = bent(0, 0)
    values[-1] = 90_000
    slope, _ = turn(daily(values), SINCE, WINDOW, HISTORY)
    assert slope.p_value is not None
    assert slope.p_value > 0.05


@pytest.mark.parametrize(
    ("values", "since", "reason"),
    [
        ([1.0, 2.0] * 30, LAST - timedelta(days=6), "have 7 valid days after, need 8"),
        ([1.0, 2.0] * 30, LAST - timedelta(days=9), "have 10 days from the first to the last value after, need 14"),
        ([1.0, 2.0] * 12, SINCE, "have 3 valid days before, need 8"),
        ([1.0] * 60, SINCE, "the values do not vary"),
        ([1.0, 2.0] * 30, LAST + timedelta(days=2), "have 0 valid days after, need 8"),
        ([], SINCE, "have 0 valid days before, need 8"),
    ],
)
def test_what_is_missing_is_named(values: list[float], since: date, reason: str) -> None:
    for evidence in turn(daily(values), since, WINDOW, HISTORY):
        assert evidence.unavailable_because == reason
