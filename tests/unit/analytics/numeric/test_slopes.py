from collections import Counter
from itertools import combinations

import pytest
from scipy import stats

from benchmarks.oracles.samples import samples
from holisticos.analytics.numeric import slopes


def mann_kendall_by_definition(values: list[float]) -> tuple[int, float]:
    s = sum((b > a) - (b < a) for a, b in combinations(values, 2))
    n = len(values)
    ties = Counter(values).values()
    return s, (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18


def test_theil_sen_agrees_with_scipy() -> None:
    for values in samples(1000):
        times = [3 * place + place % 2 for place in range(len(values))]
        expected = stats.theilslopes(values, times, method="separate")
        found = slopes.theil_sen(times, values)
        assert found.slope == pytest.approx(float(expected.slope), rel=1e-9, abs=1e-12)
        assert found.intercept == pytest.approx(float(expected.intercept), rel=1e-9, abs=1e-9)


def test_mann_kendall_agrees_with_its_definition_and_with_kendalls_tau() -> None:
    for values in samples(1200, least=3):
        found = slopes.mann_kendall(values)
        s, variance = mann_kendall_by_definition(values)
        assert found.s == s
        assert found.variance == pytest.approx(variance, abs=1e-9)
        if variance > 0:
            z = (s - (s > 0) + (s < 0)) / variance**0.5
            assert found.z == pytest.approx(z, abs=1e-9)
            assert found.p == pytest.approx(2 * float(stats.norm.sf(abs(z))), abs=1e-9)
            tau = stats.kendalltau(range(len(values)), values, method="asymptotic").statistic
            assert found.tau == pytest.approx(float(tau), abs=1e-9)


def test_an_example_counted_by_hand() -> None:
    """Three pairs rise, two fall, one is tied."""
    found = slopes.mann_kendall([1, 3, 2, 2])
    assert found.s == 1
    assert found.variance == pytest.approx((4 * 3 * 13 - 2 * 1 * 9) / 18)


def test_constant_values_have_no_trend() -> None:
    assert slopes.mann_kendall([4.0] * 9) == slopes.MannKendall(0, 0.0, 0.0, 1.0, 0.0)
    assert slopes.theil_sen(range(9), [4.0] * 9) == slopes.Slope(0.0, 4.0)


def test_one_value_has_no_trend() -> None:
    with pytest.raises(ValueError, match="two points"):
        slopes.theil_sen([1], [1.0])
    with pytest.raises(ValueError, match="two values"):
        slopes.mann_kendall([1.0])
