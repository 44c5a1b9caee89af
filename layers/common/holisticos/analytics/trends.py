"""Slow change over weeks."""

from functools import lru_cache

from holisticos.analytics.numeric import autoregression, ranks, robust, slopes
from holisticos.analytics.numeric.distributions import normal_two_sided
from holisticos.analytics.priors import prior_of
from holisticos.analytics.question import Days, Question, direction_of, recent
from holisticos.contracts.names import Direction
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries

LEAST_DAYS = 8
LEAST_REACH = 14
_NOTICEABLE_TAU = 0.1


def trend(series: DailySeries, window: DateSpan, history: DateSpan, *, days: int = 42) -> Evidence:
    """``{metric}.trend.{days}d``: Theil-Sen slope a day over the last ``days`` days, tested against chance.

    The unit is that of the series with ``_per_day``; ``strength`` is the change from the first to the last day in
    standard deviations of what the slope leaves. Needs 8 valid days that reach over 14. A constant series has
    slope 0 and p 1. The window of the evidence runs from the first to the last of these days.

    P is that of the normal scores of the values against time. Like Mann-Kendall (see ``monotonicity``) it knows
    only the order of the values, so one freak day decides nothing; but it is as sharp as the best test where values
    are normal, and takes autocorrelation into the test instead of widening it afterwards.
    """
    span = recent(window, history, days)
    question = Question(
        series.metric,
        "trend",
        f"{days}d",
        f"{series.unit}_per_day",
        span,
        "median of all pairwise slopes (Theil-Sen); p by regression of normal scores on time, with autocorrelated "
        "errors",
        "Sen 1968; Blom 1958",
    )
    data = Days.of(series, span)
    if shortage := _shortage(question, data):
        return shortage
    slope = slopes.theil_sen(data.ordinals, data.values).slope
    scatter = robust.spread([value - slope * day for day, value in zip(data.ordinals, data.values, strict=True)])
    change = slope * (data.ordinals[-1] - data.ordinals[0])
    strength = change / scatter if scatter > 0 else None if slope else 0.0
    fit = _fit(series.metric, data)
    return question.answer(
        slope,
        len(data),
        window=data.span,
        direction=direction_of(slope, strength),
        strength=strength,
        p_value=fit.p if fit else 1.0,
    )


def monotonicity(series: DailySeries, window: DateSpan, history: DateSpan, *, days: int = 42) -> Evidence:
    """``{metric}.kendall_tau.{days}d``: Kendall's tau with time, -1 to 1, with the Mann-Kendall test.

    The same question as ``trend``, asked the classical way: for citation, not for another chance of a finding.
    Mann-Kendall takes days as independent; its variance is widened as Hamed & Rao (1998) do, but with the
    errors that ``numeric.autoregression`` finds plausible instead of sample estimates, which four weeks
    are too short for.
    """
    span = recent(window, history, days)
    question = Question(
        series.metric,
        "kendall_tau",
        f"{days}d",
        "index",
        span,
        "Kendall's tau with time; p of the Mann-Kendall test with ties, widened for autocorrelation",
        "Mann 1945; Kendall 1975; Hamed & Rao 1998",
    )
    data = Days.of(series, span)
    if shortage := _shortage(question, data):
        return shortage
    kendall = slopes.mann_kendall(data.values)
    if abs(kendall.tau) < _NOTICEABLE_TAU:
        direction = Direction.STABLE
    else:
        direction = Direction.UP if kendall.tau > 0 else Direction.DOWN
    return question.answer(
        kendall.tau,
        len(data),
        window=data.span,
        direction=direction,
        strength=kendall.tau,
        p_value=_widened(kendall, data, _fit(series.metric, data)),
    )


def _shortage(question: Question, data: Days) -> Evidence | None:
    if len(data) < LEAST_DAYS:
        return question.missing(len(data), LEAST_DAYS)
    reach = data.ordinals[-1] - data.ordinals[0] + 1
    if reach < LEAST_REACH:
        return question.missing(reach, LEAST_REACH, "days from the first to the last value")
    return None


def _fit(metric: str, data: Days) -> autoregression.Fit | None:
    """``None`` for constant values."""
    scores = ranks.normal_scores(data.values)
    return autoregression.regression(data.ordinals, scores, data.ordinals, prior_of(metric))


def _widened(kendall: slopes.MannKendall, data: Days, fit: autoregression.Fit | None) -> float:
    """P averaged over the plausible errors of the values without their trend."""
    if fit is None:
        return kendall.p
    inflations = _inflations(tuple(day - data.ordinals[0] for day in data.ordinals))
    return min(
        1.0,
        sum(
            weight * normal_two_sided(kendall.z / inflation)
            for weight, inflation in zip(fit.posterior, inflations, strict=True)
        ),
    )


@lru_cache(maxsize=128)
def _inflations(days: tuple[int, ...]) -> tuple[float, ...]:
    """How many times wider than with independent days a slope scatters, for each kind of errors."""
    middle = sum(days) / len(days)
    contrast = [day - middle for day in days]
    return tuple(autoregression.inflation(days, contrast, errors) for errors in autoregression.PLAUSIBLE)
