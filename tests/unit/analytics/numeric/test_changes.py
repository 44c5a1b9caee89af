import numpy as np
import pytest

from holisticos.analytics.numeric.changes import best_step
from tests.unit.analytics.numeric.errors import correlations, some_days
from tests.unit.analytics.series import noise, seeded


def explained_by_brute_force(days: list[int], values: list[float], rho: float, place: int) -> float:
    root = np.linalg.cholesky(correlations(days, rho))
    design = np.column_stack([np.ones(len(days)), np.arange(len(days)) >= place]).astype(float)
    x, y = np.linalg.solve(root, design), np.linalg.solve(root, np.array(values))
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return -float(rest @ rest)


def test_the_best_place_is_that_of_brute_force() -> None:
    random = seeded(10)
    for seed in range(150):
        n = random.randint(14, 40)
        days, values = some_days(random, n), noise(n, seed, 0.5)
        rho = random.choice((0.0, 0.2, 0.75))
        found = best_step(days, values, rho, 5)
        scores = {place: explained_by_brute_force(days, values, rho, place) for place in range(5, n - 4)}
        assert found in scores
        assert scores[found] == pytest.approx(max(scores.values()), abs=1e-9)


def test_a_plain_step_is_found_where_it_is() -> None:
    assert best_step(range(20), [0.0] * 9 + [1.0] * 11, 0.2, 5) == 9


@pytest.mark.parametrize(("n", "margin"), [(0, 5), (9, 5), (5, 0)])
def test_too_few_values_have_no_step(n: int, margin: int) -> None:
    with pytest.raises(ValueError, match="have no step"):
        best_step(range(n), [0.0] * n, 0.2, margin)
