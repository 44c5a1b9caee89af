import pytest

from holisticos.analytics.numeric.autoregression import PLAUSIBLE
from holisticos.analytics.priors import HABITS, prior_of, prior_of_scatter
from holisticos.health.catalogue import CATALOGUE

OUR_OWN = {"sleep", "bedtime", "wake_time", "mid_sleep"}


def lag1(probabilities: tuple[float, ...]) -> float:
    return sum(weight * errors.lag1 for weight, errors in zip(probabilities, PLAUSIBLE, strict=True))


def test_habits_are_of_metrics_that_there_are() -> None:
    assert set(HABITS) - set(CATALOGUE) <= OUR_OWN


@pytest.mark.parametrize("metric", sorted(HABITS))
def test_what_is_known_of_a_metric_is_a_distribution_around_its_habit(metric: str) -> None:
    probabilities = prior_of(metric)
    assert sum(probabilities) == pytest.approx(1)
    if HABITS[metric].wander == 0:
        assert lag1(probabilities) == pytest.approx(HABITS[metric].autocorrelation, abs=0.06)


def test_scatter_hangs_together_less_than_values_do() -> None:
    for metric in ("heart_rate_resting", "mid_sleep", "weight"):
        assert lag1(prior_of_scatter(metric)) < lag1(prior_of(metric))
    assert lag1(prior_of_scatter("weight")) == pytest.approx(HABITS["weight"].autocorrelation ** 2, abs=0.03)
