"""Heart rate variability and resting heart rate."""

import math
from datetime import timedelta

from holisticos.analytics.comparison import (
    LEAST_BASELINE,
    earlier_days,
    least_days,
    step_p_value,
    usual,
)
from holisticos.analytics.numeric import robust
from holisticos.analytics.question import Days, Question, direction_of
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

_LEAST_NIGHTS = 3


def weekly_hrv(rmssd: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.ln_mean.7d``: mean of ln rMSSD over the last 7 days against the baseline's mean +- 0.5 SD.

    Value and baseline are in ln(ms) (unit ``ln_ms``; e to their power is the geometric mean in ms). ``direction``
    is ``stable`` within the band. Needs 3 nights in the week; the baseline are up to 28 nights before it, at least 8.
    Values that are not positive have no logarithm and count as missing.
    """
    week = DateSpan(start=window.end - timedelta(days=6), end=window.end)
    question = Question(
        rmssd.metric,
        "ln_mean",
        "7d",
        "ln_ms",
        week,
        "mean of ln rMSSD over 7 days against mean +- 0.5 SD of up to 28 nights before; p by regression with "
        "autocorrelated errors",
        "Plews et al. 2014",
    )
    ln_rmssd = logarithms(rmssd)
    nights, before = Days.of(ln_rmssd, week), earlier_days(ln_rmssd, week, history)
    if len(nights) < _LEAST_NIGHTS:
        return question.missing(len(nights), _LEAST_NIGHTS, "nights in 7 days")
    value = robust.mean(nights.values)
    if len(before) < LEAST_BASELINE:
        return question.uncompared(f"have {len(before)} nights before the week, need {LEAST_BASELINE}").answer(
            value, len(nights)
        )
    centre, spread = robust.mean(before.values), robust.standard_deviation(before.values)
    strength = (value - centre) / spread if spread > 0 else None
    return question.answer(
        value,
        len(nights),
        baseline=Baseline(value=centre, spread=spread, n=len(before)),
        direction=direction_of(value - centre, strength),
        strength=strength,
        p_value=step_p_value(rmssd.metric, before, nights),
    )


def logarithms(variability: DailySeries) -> DailySeries:
    """The same in ln(ms), on which its days scatter evenly (Plews et al. 2014), without what is not positive."""
    return DailySeries.model_construct(
        metric=variability.metric,
        unit="ln_ms",
        values={day: math.log(value) for day, value in variability.values.items() if value > 0},
    )


def resting_heart_rate(series: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.deviation.window``: median of the window minus the 28-day median, in the series' unit.

    ``strength`` is the deviation in scaled MADs. Needs 8 valid days before the window.
    """
    question = Question(
        series.metric,
        "deviation",
        "window",
        series.unit,
        window,
        "median of the window minus the median of up to 28 valid days before, in scaled MADs; p by regression with "
        "autocorrelated errors",
        "Iglewicz & Hoaglin 1993 (MAD)",
    )
    days, before = Days.of(series, window), earlier_days(series, window, history)
    if len(days) < (need := least_days(window)):
        return question.missing(len(days), need)
    own = usual(before)
    if own is None:
        return question.missing(len(before), LEAST_BASELINE, "valid days before the window")
    value = robust.median(days.values)
    return question.answer(
        value - own.centre,
        len(days),
        baseline=own.baseline,
        direction=own.direction(value),
        strength=own.strength(value),
        p_value=step_p_value(series.metric, before, days),
    )
