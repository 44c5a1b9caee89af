"""The test of scatter; that of levels is tested where levels are."""

import pytest
from scipy import stats

from holisticos.analytics.comparison import scatter_p_value
from holisticos.analytics.question import Days
from tests.unit.analytics.series import noise, seeded


def apart(values: list[float], since: int = 0) -> Days:
    """Days so far from each other that they do not hang together."""
    return Days([100 * (since + place) for place in range(len(values))], values)


def test_the_scatter_of_independent_days_is_tested_as_brown_and_forsythe_do() -> None:
    random = seeded(1)
    for _ in range(50):
        # No value is so far off that it would be held.
        before, after = ([random.uniform(-reach, reach) for _ in range(40)] for reach in (1, 1.3))
        expected = float(stats.levene(before, after, center="median").pvalue)
        assert scatter_p_value("mid_sleep", [apart(before)], apart(after, 40)) == pytest.approx(expected, abs=1e-5)


def test_a_week_scattered_three_times_as_much_is_mostly_found() -> None:
    found = 0
    for seed in range(100):
        values = [*noise(28, seed), *noise(7, seed + 1000, sd=3)]
        before, after = Days(list(range(28)), values[:28]), Days(list(range(28, 35)), values[28:])
        p = scatter_p_value("mid_sleep", [before], after)
        assert p is not None
        found += p <= 0.02
    assert found >= 75


def test_values_that_are_all_equal_have_no_scatter_to_compare() -> None:
    assert scatter_p_value("steps", [apart([1.0] * 10)], apart([1.0] * 8, 10)) is None
