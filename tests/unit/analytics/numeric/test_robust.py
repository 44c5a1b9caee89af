import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.oracles.samples import samples
from holisticos.analytics.numeric import robust


def test_centre_and_scatter_agree_with_independent_implementations() -> None:
    for values in samples(3000):
        array = np.array(values)
        mad = float(np.median(np.abs(array - np.median(array))))
        assert robust.mean(values) == pytest.approx(float(array.mean()), rel=1e-9, abs=1e-18)
        assert robust.median(values) == float(np.median(array))
        assert robust.mad(values) == pytest.approx(mad, rel=1e-12)
        assert robust.standard_deviation(values) == pytest.approx(float(array.std(ddof=1)), rel=1e-9, abs=1e-12)
        if mad > 0:
            assert robust.spread(values) == pytest.approx(mad / float(stats.norm.ppf(0.75)), rel=1e-9)


def test_a_spread_of_mostly_equal_values_is_told_by_the_others() -> None:
    assert robust.mad([5, 5, 5, 5, 9]) == 0
    assert robust.spread([5, 5, 5, 5, 9]) == pytest.approx(0.8 * math.sqrt(math.pi / 2))


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0], [0.0] * 30])
def test_equal_values_have_no_spread(values: list[float]) -> None:
    assert robust.spread(values) == 0
    assert robust.mad(values) == 0


@pytest.mark.parametrize("function", [robust.mean, robust.median, robust.mad, robust.spread])
def test_nothing_has_no_centre(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="of no values"):
        function([])


def test_one_value_has_no_standard_deviation() -> None:
    with pytest.raises(ValueError, match="two values"):
        robust.standard_deviation([1.0])
