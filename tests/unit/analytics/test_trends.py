import pytest
from scipy import stats

from holisticos.analytics.numeric.slopes import mann_kendall
from holisticos.analytics.trends import monotonicity, trend
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import daily, noise, spans

WINDOW, HISTORY = spans()
WANDERING = 2
"""A seed of noise that drifts like a trend."""


def test_the_slope_is_that_of_theil_and_sen_per_day() -> None:
    values = [8000 - 50 * day + wobble for day, wobble in enumerate(noise(42, 1, sd=300))]
    evidence = trend(daily(values), WINDOW, HISTORY)
    assert (evidence.id, evidence.unit, evidence.n) == ("steps.trend.42d", "count_per_day", 42)
    assert evidence.value == pytest.approx(float(stats.theilslopes(values, range(42)).slope), rel=1e-9)
    assert evidence.direction is Direction.DOWN
    assert evidence.p_value is not None
    assert evidence.p_value < 1e-4
    assert evidence.strength == pytest.approx(-41 * 50 / 300, rel=0.5)


def test_absent_days_keep_their_place_in_time() -> None:
    values: list[float | None] = [float(day) for day in range(42)]
    values[5:30] = [None] * 25
    assert trend(daily(values), WINDOW, HISTORY).value == pytest.approx(1.0)


def test_only_the_asked_days_count() -> None:
    values = [9e6] * 30 + [float(day) for day in range(28)]
    evidence = trend(daily(values), WINDOW, HISTORY, days=28)
    assert evidence.id == "steps.trend.28d"
    assert (evidence.value, evidence.n, evidence.window.days) == (1, 28, 28)


def test_autocorrelation_makes_less_sure_than_mann_kendall_alone() -> None:
    values = noise(42, WANDERING, 0.8, centre=60)
    alone = mann_kendall(values).p
    assert alone < 0.01
    series = daily(values, "heart_rate_resting", "bpm")
    for evidence in (trend(series, WINDOW, HISTORY), monotonicity(series, WINDOW, HISTORY)):
        assert evidence.p_value is not None
        assert evidence.p_value > max(0.05, 5 * alone)


def test_kendalls_tau_is_told_with_its_own_test() -> None:
    values = [8000 - 50 * day + wobble for day, wobble in enumerate(noise(42, 1, sd=800))]
    evidence = monotonicity(daily(values), WINDOW, HISTORY)
    assert evidence.id == "steps.kendall_tau.42d"
    assert evidence.value == pytest.approx(float(stats.kendalltau(range(42), values).statistic), abs=1e-9)
    assert evidence.direction is Direction.DOWN
    assert evidence.p_value is not None
    assert mann_kendall(values).p <= evidence.p_value < 0.01
    flat = monotonicity(daily([7.0] * 42), WINDOW, HISTORY)
    assert (flat.value, flat.p_value, flat.direction) == (0, 1, Direction.STABLE)
    assert monotonicity(daily([7.0] * 4), WINDOW, HISTORY).unavailable_because == "have 4 valid days, need 8"


def test_one_freak_day_decides_nothing() -> None:
    values = noise(42, 12, 0.1, 8000, 500)
    freak = [*values[:-1], 90000.0]
    before, after = (trend(daily(each), WINDOW, HISTORY).p_value for each in (values, freak))
    assert before is not None
    assert after is not None
    assert after > 0.05


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1.0] * 7, "have 7 valid days, need 8"),
        ([float(day) for day in range(13)], "have 13 days from the first to the last value, need 14"),
        ([], "have 0 valid days, need 8"),
    ],
)
def test_what_is_missing_is_named(values: list[float], reason: str) -> None:
    assert trend(daily(values), WINDOW, HISTORY).unavailable_because == reason


def test_a_constant_series_has_no_trend_and_a_perfect_line_has_one() -> None:
    constant = trend(daily([7.0] * 42), WINDOW, HISTORY)
    assert (constant.value, constant.p_value, constant.direction) == (0, 1, Direction.STABLE)
    line = trend(daily([float(day) for day in range(42)]), WINDOW, HISTORY)
    assert line.direction is Direction.UP
    assert line.p_value is not None
    assert line.p_value < 0.05
