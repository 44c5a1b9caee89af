from itertools import permutations

import pytest

from holisticos.analytics.numeric.permutation import permutation_p_value
from tests.unit.analytics.series import seeded


def test_many_draws_approach_the_exact_distribution() -> None:
    random = seeded(3)
    for _ in range(20):
        values = [random.gauss(0, 1) for _ in range(7)]
        weights = [0.25] * 4 + [-1 / 3] * 3
        observed = abs(sum(a * b for a, b in zip(values, weights, strict=True)))
        orders = [abs(sum(a * b for a, b in zip(order, weights, strict=True))) for order in permutations(values)]
        exact = sum(other >= observed - 1e-12 for other in orders) / len(orders)
        found = permutation_p_value(values, weights, seed=9, most_draws=4000, enough_exceedances=4000)
        assert found == pytest.approx(exact, abs=0.04)


def test_the_same_seed_gives_the_same_p() -> None:
    values, weights = [1.0, 5, 2, 8, 9, 7], [1.0, 1, 1, -1, -1, -1]
    assert permutation_p_value(values, weights, seed=1) == permutation_p_value(values, weights, seed=1)
    assert {permutation_p_value(values, weights, seed=seed) for seed in range(20)} != {
        permutation_p_value(values, weights, seed=1)
    }


def test_a_clear_difference_has_the_smallest_p_there_is() -> None:
    values = [0.0] * 15 + [9.0] * 15
    assert permutation_p_value(values, [1.0] * 15 + [-1.0] * 15, seed=1, most_draws=199) == 1 / 200


def test_no_difference_stops_early_and_constant_values_are_no_evidence() -> None:
    assert permutation_p_value([3.0] * 10, [1.0] * 5 + [-1.0] * 5, seed=1) == 1.0


def test_p_is_valid_under_the_null_hypothesis() -> None:
    random = seeded(4)
    weights = [1.0] * 6 + [-1.0] * 6
    p_values = [permutation_p_value([random.gauss(0, 1) for _ in weights], weights, seed=n) for n in range(800)]
    for level in (0.05, 0.2, 0.5):
        assert sum(p <= level for p in p_values) / len(p_values) == pytest.approx(level, abs=0.05)
