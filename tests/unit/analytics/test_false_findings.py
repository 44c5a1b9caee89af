"""People in whose data nothing happens, and people in whose data something does.

The noise is that of real persons (see ``priors``): autocorrelated, skewed, with absent days. A family is one
statistic over all their series.
"""

import math
from collections.abc import Callable, Sequence

import pytest

from holisticos.analytics import changepoints, relations, trends, usual, weekly
from holisticos.analytics.anomalies import anomalies
from holisticos.analytics.families import adjusted, established
from holisticos.analytics.priors import habit
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries
from tests.unit.analytics.series import daily, noise, seeded, spans

# A simulation: it runs what other tests cover, thousands of times.
pytestmark = pytest.mark.no_cover


METRICS = {
    "steps": 0.5,
    "activity_low_intensity_duration": 0.4,
    "activity_sedentary_duration": 0.2,
    "active_energy_burned": 0.4,
    "heart_rate_resting": 0.0,
    "heart_rate_variability_rmssd": 0.25,
    "respiratory_rate_sleep": 0.0,
    "skin_temperature_sleep": 0.0,
    "sleep_duration": -0.3,
    "sleep_awake_duration": 0.4,
}
"""The usual metrics and the skewness of their days: the standard deviation of the logarithm, its sign the long tail."""

WINDOW, HISTORY = spans(history=35)
PERSONS = 150
SHARE_ABSENT = 0.12


def person(seed: int, metrics: Sequence[str] = tuple(METRICS)) -> list[DailySeries]:
    random = seeded(seed)
    series = []
    for place, metric in enumerate(metrics):
        rho = min(0.9, max(0.0, habit(metric).autocorrelation + random.gauss(0, 0.1)))
        values = [skewed(value, METRICS[metric]) for value in noise(42, 1000 * seed + place, rho)]
        series.append(daily([None if random.random() < SHARE_ABSENT else value for value in values], metric, "x"))
    return series


def skewed(value: float, skew: float) -> float:
    """Median 100 and standard deviation 10."""
    if skew == 0:
        return 100 + 10 * value
    variance = math.exp(skew * skew) * math.expm1(skew * skew)
    return 100 + 10 * math.copysign(1, skew) * math.expm1(skew * value) / math.sqrt(variance)


FAMILIES: dict[str, Callable[[DailySeries, DateSpan, DateSpan], Evidence]] = {
    "level": usual.level,
    "variation": usual.consistency,
    "trend": trends.trend,
    "changepoint": changepoints.changepoint,
    "weekend": weekly.weekend_contrast,
    "anomaly": lambda series, window, history: anomalies(series, window, history)[0],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_found_where_there_is_nothing(family: str) -> None:
    ask = FAMILIES[family]
    findings = sum(
        len(established(adjusted(ask(series, WINDOW, HISTORY) for series in person(seed)))) for seed in range(PERSONS)
    )
    # 0.05 a person are 7.5; the rest is chance of 150 persons.
    assert findings <= 15


def test_no_relations_are_found_where_there_are_none() -> None:
    findings = 0
    for seed in range(PERSONS):
        series = person(seed)
        pairs = [(x, y) for x in series[:4] for y in series[4:]]
        findings += len(established(relations.relations(pairs, WINDOW, HISTORY)))
    assert findings <= 15


@pytest.mark.parametrize("family", ["level", "trend", "weekend"])
def test_a_single_test_errs_as_often_as_it_says(family: str) -> None:
    ask = FAMILIES[family]
    p_values = [
        evidence.p_value
        for seed in range(300)
        for series in person(seed, ("steps", "heart_rate_resting", "sleep_duration"))
        if (evidence := ask(series, WINDOW, HISTORY)).p_value is not None
    ]
    share = sum(p <= 0.05 for p in p_values) / len(p_values)
    assert 0.02 <= share <= 0.075


def shifted(series: DailySeries, by: float, days: int) -> DailySeries:
    since = WINDOW.end.toordinal() - days
    values = {day: value + (by if day.toordinal() > since else 0.0) for day, value in series.values.items()}
    return series.model_copy(update={"values": values})


def sloped(series: DailySeries, by: float) -> DailySeries:
    first = WINDOW.end.toordinal() - 41
    values = {day: value + by * (day.toordinal() - first) / 41 for day, value in series.values.items()}
    return series.model_copy(update={"values": values})


def share_found(change: Callable[[DailySeries], DailySeries], family: str, metric: str) -> float:
    """How often a change of one series is found among ten, over 100 persons."""
    found = 0
    for seed in range(100):
        series = [change(each) if each.metric == metric else each for each in person(seed)]
        told = established(adjusted(FAMILIES[family](each, WINDOW, HISTORY) for each in series))
        found += any(evidence.metric == metric for evidence in told)
    return found / 100


@pytest.mark.parametrize("metric", ["steps", "heart_rate_variability_rmssd", "sleep_duration"])
def test_a_week_three_standard_deviations_off_is_found(metric: str) -> None:
    assert share_found(lambda series: shifted(series, -30, 7), "level", metric) >= 0.9


@pytest.mark.parametrize("metric", ["steps", "sleep_duration"])
def test_a_trend_of_three_standard_deviations_is_mostly_found(metric: str) -> None:
    assert share_found(lambda series: sloped(series, 30), "trend", metric) >= 0.85


def test_a_lasting_change_is_found() -> None:
    assert share_found(lambda series: shifted(series, 25, 18), "changepoint", "steps") >= 0.9
