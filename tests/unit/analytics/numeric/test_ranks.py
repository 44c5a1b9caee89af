import pytest
from scipy import stats

from benchmarks.oracles.samples import samples
from holisticos.analytics.numeric import ranks


def test_midranks_agree_with_scipy() -> None:
    for values in samples(2000, least=0):
        assert ranks.midranks(values) == (stats.rankdata(values).tolist() if values else [])


def test_normal_scores_are_normal_quantiles_of_the_ranks() -> None:
    for values in samples(300):
        expected = stats.norm.ppf((stats.rankdata(values) - 0.375) / (len(values) + 0.25))
        assert ranks.normal_scores(values) == pytest.approx(expected.tolist(), abs=1e-9)


def test_spearman_and_its_p_agree_with_scipy() -> None:
    compared = 0
    for x in samples(2000, least=4):
        y = [a * 0.3 + b for a, b in zip(x, reversed(x), strict=True)]
        rho = ranks.spearman(x, y)
        if rho is None or abs(rho) > 1 - 1e-9:
            continue
        expected = stats.spearmanr(x, y)
        assert rho == pytest.approx(float(expected.statistic), abs=1e-9)
        assert ranks.correlation_p_value(rho, len(x)) == pytest.approx(float(expected.pvalue), abs=1e-9)
        compared += 1
    assert compared > 1200


@pytest.mark.parametrize(("x", "y"), [([], []), ([1.0], [2.0]), ([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [0, 0, 0])])
def test_a_side_without_order_has_no_correlation(x: list[float], y: list[float]) -> None:
    assert ranks.spearman(x, y) is None


def test_a_perfect_order_is_certain_and_two_pairs_say_nothing() -> None:
    assert ranks.spearman([1, 2, 3, 4], [10, 20, 30, 99]) == 1
    assert ranks.correlation_p_value(-1.0, 10) == 0.0
    assert ranks.correlation_p_value(1.0, 2) == 1.0


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values cannot be paired with 1"):
        ranks.spearman([1, 2], [1])
