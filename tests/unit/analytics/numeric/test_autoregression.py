"""Against generalised least squares written with dense matrices."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from holisticos.analytics.numeric import autoregression
from holisticos.analytics.numeric.autoregression import CARRIED_OVER, PLAUSIBLE, Errors, Fit
from tests.unit.analytics.numeric.errors import Matrix, correlations, some_days
from tests.unit.analytics.series import noise, seeded


def hanging_together(days: Sequence[int], errors: Errors) -> Matrix:
    return errors.share * correlations(days, errors.rho) + (1 - errors.share) * np.eye(len(days))


def dense(days: Sequence[int], y: Sequence[float], design: Matrix, prior: Sequence[float]) -> Fit:
    degrees = len(y) - design.shape[1]
    effects, p_values, likelihoods = [], [], []
    for errors in PLAUSIBLE:
        matrix = hanging_together(days, errors)
        inverse = np.linalg.inv(matrix)
        information = design.T @ inverse @ design
        beta = np.linalg.solve(information, design.T @ inverse @ np.array(y))
        rest = np.array(y) - design @ beta
        rss = float(rest @ inverse @ rest)
        error = np.sqrt(rss / degrees * np.linalg.inv(information)[-1, -1])
        effects.append(float(beta[-1]))
        p_values.append(2 * float(stats.t.sf(abs(beta[-1] / error), degrees)))
        likelihoods.append(
            -(np.linalg.slogdet(matrix)[1] + np.linalg.slogdet(information)[1] + degrees * np.log(rss)) / 2
        )
    weights = np.array(prior) * np.exp(np.array(likelihoods) - max(likelihoods))
    weights /= weights.sum()
    return Fit(
        float(weights @ np.array(effects)),
        float(weights @ np.array(p_values)),
        float(weights @ np.array([errors.lag1 for errors in PLAUSIBLE])),
        tuple(weights.tolist()),
    )


def test_a_regressor_beside_another_agrees_with_dense_matrices() -> None:
    random = seeded(8)
    for seed in range(200):
        days = some_days(random, random.randint(5, 60))
        n = len(days)
        y = noise(n, seed, 0.5, centre=60, sd=3)
        x, beside = [random.gauss(3, 2) for _ in range(n)], [float(day) for day in days]
        usual = random.uniform(0.05, 0.95)
        prior = autoregression.prior(usual, random.choice((0.0, 0.4)))
        design = np.column_stack([np.ones(n), np.array(beside) - days[0], x])
        found = autoregression.regression_beside(days, y, x, beside, prior)
        assert found is not None
        expected = dense(days, y, design, prior)
        assert found[:3] == pytest.approx(expected[:3], rel=1e-7, abs=1e-6)
        assert found.posterior == pytest.approx(expected.posterior, rel=1e-6, abs=1e-12)


def test_two_regressors_that_are_one_tell_nothing_apart() -> None:
    days, prior = list(range(20)), autoregression.prior(0.3)
    x = [float(day) for day in days]
    y = noise(20, 1)
    assert autoregression.regression_beside(days, y, x, [2 * value for value in x], prior) is None
    assert autoregression.regression_beside(days, x, y, x, prior) is None
    assert autoregression.regression_beside(days[:3], y[:3], x[:3], [1.0, 0.0, 0.0], prior) is None


def test_regression_agrees_with_dense_matrices() -> None:
    random = seeded(6)
    for seed in range(400):
        n = random.randint(5, 60)
        days, y = some_days(random, n), noise(n, seed, random.choice((0, 0.3, 0.8)), 7000, 2500)
        split = random.randint(1, n - 1)
        x = [0.0] * split + [1.0] * (n - split) if seed % 2 else [float(day - days[0]) for day in days]
        prior = autoregression.prior(random.uniform(0.05, 0.9), random.choice((0.0, 0.3)))
        found = autoregression.regression(days, y, x, prior)
        expected = dense(days, y, np.column_stack([np.ones(n), x]), prior)
        assert found is not None
        assert found.posterior == pytest.approx(expected.posterior, abs=1e-8)
        assert found.effect == pytest.approx(expected.effect, rel=1e-7, abs=1e-7)
        # Errors less likely than one in a million are counted as if they could tell nothing.
        assert expected.p - 1e-9 <= found.p <= expected.p + 12e-6


def test_the_test_of_a_mean_agrees_with_dense_matrices() -> None:
    random = seeded(7)
    for seed in range(200):
        n = random.randint(3, 50)
        days, y = some_days(random, n), noise(n, seed, 0.4, 0.3)
        prior = autoregression.prior(0.2)
        found = autoregression.mean_test(days, y, prior)
        expected = dense(days, y, np.ones((n, 1)), prior)
        assert found is not None
        assert found.posterior == pytest.approx(expected.posterior, abs=1e-9)
        assert expected.p - 1e-9 <= found.p <= expected.p + 7e-6


def test_with_independence_for_certain_it_is_the_classical_test() -> None:
    certain = (1.0, *([0.0] * (len(PLAUSIBLE) - 1)))
    for seed in range(300):
        y = noise(20, seed)
        found = autoregression.regression(range(20), y, [0.0] * 12 + [1.0] * 8, certain)
        assert found is not None
        assert found.p == pytest.approx(float(stats.ttest_ind(y[:12], y[12:]).pvalue), abs=1e-9)
        mean = autoregression.mean_test(range(20), y, certain)
        assert mean is not None
        assert mean.p == pytest.approx(float(stats.ttest_1samp(y, 0).pvalue), abs=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_the_posterior_finds_the_autocorrelation(rho: float) -> None:
    found = [
        fit.autocorrelation
        for seed in range(40)
        if (fit := autoregression.mean_test(range(300), noise(300, seed, rho), autoregression.prior(0.3)))
    ]
    assert sum(found) / len(found) == pytest.approx(rho, abs=0.08)


@pytest.mark.parametrize(
    ("values", "regressor"),
    [
        ([], []),
        ([1.0], [1.0]),
        ([1.0, 2.0], [0.0, 1.0]),
        ([1.0, 2.0, 4.0, 3.0], [1.0] * 4),
        ([5.0] * 6, [0.0, 0, 0, 1, 1, 1]),
        ([5.0, 5, 5, 8, 8, 8], [0.0, 0, 0, 1, 1, 1]),
    ],
)
def test_where_nothing_can_be_told_there_is_no_fit(values: list[float], regressor: list[float]) -> None:
    assert autoregression.regression(range(len(values)), values, regressor, autoregression.prior(0.2)) is None


@pytest.mark.parametrize("values", [[], [1.0], [0.0, 0.0, 0.0], [2.0, 2.0, 2.0]])
def test_a_mean_without_scatter_cannot_be_tested(values: list[float]) -> None:
    assert autoregression.mean_test(range(len(values)), values, autoregression.prior(0.2)) is None


def test_a_prior_is_a_distribution_around_what_is_usual() -> None:
    for usual in (0.05, 0.2, 0.5, 0.8):
        prior = autoregression.prior(usual)
        assert sum(prior) == pytest.approx(1)
        mean = sum(p * errors.lag1 for p, errors in zip(prior, PLAUSIBLE, strict=True))
        assert mean == pytest.approx(usual, abs=0.02)


def test_a_slow_state_is_as_probable_as_none_where_such_series_have_one() -> None:
    prior = autoregression.prior(0.26, 0.3)
    assert sum(prior) == pytest.approx(1)
    assert sum(prior[: len(CARRIED_OVER)]) == pytest.approx(0.5)
    assert not any(autoregression.prior(0.26)[len(CARRIED_OVER) :])


def test_a_slow_state_does_not_pass_for_a_change() -> None:
    """A third of each value wanders over weeks; who expects none of that errs three times too often."""
    wandering = [
        [0.55 * a + 0.835 * b for a, b in zip(noise(35, seed, 0.91), noise(35, 9000 + seed), strict=True)]
        for seed in range(400)
    ]
    step = [0.0] * 28 + [1.0] * 7
    errs = [
        sum(fit.p <= 0.05 for values in wandering if (fit := autoregression.regression(range(35), values, step, prior)))
        for prior in (autoregression.prior(0.26, 0.3), autoregression.prior(0.26))
    ]
    assert errs[0] <= 0.07 * 400
    assert errs[1] >= 1.3 * errs[0]


def test_whitened_noise_is_independent() -> None:
    days = some_days(seeded(8), 400)
    matrix = correlations(days, 0.6)
    values = np.linalg.cholesky(matrix) @ np.array(noise(400, 8))
    expected = np.linalg.solve(np.linalg.cholesky(matrix), values)
    assert autoregression.whitened(days, values.tolist(), 0.6) == pytest.approx(expected.tolist(), abs=1e-9)
    assert autoregression.whitened([], [], 0.6) == []


def test_inflation_is_the_ratio_of_standard_deviations() -> None:
    random = seeded(9)
    for _ in range(100):
        days = some_days(random, 30)
        contrast = np.array([day - sum(days) / 30 for day in days])
        errors = random.choice(PLAUSIBLE)
        expected = np.sqrt(contrast @ hanging_together(days, errors) @ contrast / (contrast @ contrast))
        assert autoregression.inflation(days, contrast.tolist(), errors) == pytest.approx(max(1.0, float(expected)))
