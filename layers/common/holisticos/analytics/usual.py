"""A window against the person's own usual."""

import math
from datetime import timedelta

from holisticos.analytics.comparison import (
    LEAST_BASELINE,
    Usual,
    earlier_days,
    least_days,
    least_nights,
    scatter_p_value,
    step_p_value,
    usual,
)
from holisticos.analytics.numeric import robust
from holisticos.analytics.question import Days, Question, direction_of
from holisticos.contracts.names import Direction
from holisticos.contracts.report import WEEK, Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

_P_METHOD = "p by regression with autocorrelated errors, freak values held"
_EARLIER_WEEKS = 8
_LEAST_WEEKS = 3
_FAR = robust.IGLEWICZ_HOAGLIN_LIMIT


def level(
    series: DailySeries,
    window: DateSpan,
    history: DateSpan,
    *,
    nightly: bool = False,
) -> Evidence:
    """``{metric}.median.window``: the window's median against that of up to 28 valid days before it.

    ``baseline.spread`` is the MAD scaled to a standard deviation, ``strength`` the distance in such spreads.
    Without at least 8 baseline days the value stands alone: no baseline, direction, strength or p, and the
    method says why.

    A window needs four values in seven days, the rule of accelerometry: days of work and free days differ in
    activity, so fewer do not stand for a week. ``nightly`` series need three (``least_nights``): what is asked is
    whether these nights are unlike those before, and the test knows how few they are.
    """
    question = Question(
        series.metric,
        "median",
        "window",
        series.unit,
        window,
        f"median of the window's days against that of up to 28 valid days before, in scaled MADs; {_P_METHOD}",
        "Iglewicz & Hoaglin 1993 (MAD)",
    )
    days, before = Days.of(series, window), earlier_days(series, window, history)
    if len(days) < (need := least_nights(window) if nightly else least_days(window)):
        return question.missing(len(days), need)
    value = robust.median(days.values)
    own = usual(before)
    if own is None:
        return question.uncompared(f"have {len(before)} valid days before the window, need {LEAST_BASELINE}").answer(
            value, len(days)
        )
    return question.answer(
        value,
        len(days),
        baseline=own.baseline,
        direction=own.direction(value),
        strength=own.strength(value),
        p_value=step_p_value(series.metric, before, days),
    )


def consistency(series: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.variation.window``: coefficient of variation (percent) of the last 7 days against earlier weeks.

    ``up`` is less consistent than usual. Only for positive amounts (steps, minutes, energy), not for clock times or
    temperatures, whose zero is arbitrary. Each week needs 4 valid days; a baseline needs 3 such weeks, and its
    ``spread``, the unit of ``strength``, is how far the figure scatters by chance for so few days.
    """
    week = DateSpan(start=window.end - timedelta(days=WEEK - 1), end=window.end)
    question = Question(
        series.metric,
        "variation",
        "window",
        "percent",
        week,
        "standard deviation over mean of the last 7 days against earlier weeks; "
        "p from distances to the medians, with autocorrelated errors",
        "Brown & Forsythe 1974; Hines & Hines 2000",
    )
    weeks = [days for days in _weeks(series, week, history) if len(days) >= least_days(week)]
    last = Days.of(series, week)
    if len(last) < (need := least_days(week)):
        return question.missing(len(last), need)
    if (now := _variation(last)) is None:
        return question.unanswered("the mean is not positive", len(last))
    earlier = [(days, cv) for days in weeks if (cv := _variation(days)) is not None]
    if len(earlier) < _LEAST_WEEKS:
        return question.uncompared(f"have {len(earlier)} earlier weeks, need {_LEAST_WEEKS}").answer(now, len(last))
    middle = robust.median([cv for _, cv in earlier])
    chance = middle / math.sqrt(2 * (len(last) - 1))
    strength = (now - middle) / chance if chance > 0 else None
    relative = [_over_mean(days) for days, _ in earlier]
    return question.answer(
        now,
        len(last),
        baseline=Baseline(value=middle, spread=chance, n=sum(map(len, relative))),
        direction=direction_of(now - middle, strength),
        strength=strength,
        p_value=scatter_p_value(series.metric, relative, _over_mean(last)),
    )


def days_beyond(
    series: DailySeries, window: DateSpan, *, below: float | None = None, above: float | None = None
) -> Evidence:
    """``{metric}.days_below_{x}.window`` or ``days_above_{x}``: on how many valid days a fixed limit was passed.

    ``strength`` is the share of the valid days. Exactly one limit is to be given, else ``ValueError``.
    """
    days = Days.of(series, window)
    if below is not None and above is None:
        side, limit, passed = "below", below, [value for value in days.values if value < below]
    elif above is not None and below is None:
        side, limit, passed = "above", above, [value for value in days.values if value > above]
    else:
        raise ValueError("give either below or above")
    question = Question(
        series.metric,
        f"days_{side}_{limit:g}".replace(".", "_"),
        "window",
        "day",
        window,
        f"days {side} {limit:g} {series.unit}",
    )
    if not len(days):
        return question.missing(0, 1)
    return question.answer(float(len(passed)), len(days), strength=len(passed) / len(days))


def sustained_deviation(series: DailySeries, window: DateSpan, history: DateSpan, *, least: float) -> Evidence:
    """``{metric}.sustained_deviation.window``: days in a row, up to the window's last valid one, far off the median.

    Far is beyond 3.5 scaled MADs of up to 28 days before and ``least`` or more in the unit of the series, always on
    the same side; an absent day ends the run. The evidence is about the days of the run, without one about the window.
    ``strength`` is the mean distance over the run with its sign, 0 without one.

    Where more than half of the days before are equal the MAD is 0, and the mean deviation takes its place: that may be
    next to nothing, so that it is ``least`` which decides.
    """
    question = Question(
        series.metric,
        "sustained_deviation",
        "window",
        "day",
        window,
        f"days in a row {least:g} {series.unit} or more, and beyond 3.5 scaled MADs, "
        "from the median of up to 28 valid days before",
        "Iglewicz & Hoaglin 1993",
    )
    days, before = Days.of(series, window), earlier_days(series, window, history)
    if not len(days):
        return question.missing(0, 1)
    own = usual(before)
    if own is None:
        return question.missing(len(before), LEAST_BASELINE, "valid days before the window")
    if own.spread <= 0:
        return question.unanswered("the earlier values are all equal", len(days))
    baseline = own.baseline.model_copy(update={"unit": series.unit})
    run = _run(days, own, max(least, _FAR * own.spread))
    if not len(run):
        return question.answer(0.0, len(days), baseline=baseline, direction=Direction.STABLE, strength=0.0)
    reached = robust.mean(run.values)
    return question.answer(
        float(len(run)),
        len(run),
        window=run.span,
        baseline=baseline,
        direction=own.direction(reached),
        strength=own.strength(reached),
    )


def _run(days: Days, own: Usual, far: float) -> Days:
    """The last days in a row whose values are ``far`` off, all on the side of the last."""
    last = days.values[-1] - own.centre
    length = 0
    for ordinal, value in zip(reversed(days.ordinals), reversed(days.values), strict=True):
        off = value - own.centre
        if ordinal != days.ordinals[-1] - length or abs(off) < far or off * last < 0:
            break
        length += 1
    return days.last(length) if length else Days([], [])


def _weeks(series: DailySeries, week: DateSpan, history: DateSpan) -> list[Days]:
    """Up to eight whole weeks before ``week``, in order of time."""
    most = min(_EARLIER_WEEKS, (week.start - history.start).days // WEEK)
    weeks = [Days([], []) for _ in range(most)]
    first = week.start.toordinal() - WEEK * most
    earlier = earlier_days(series, week, history, most=WEEK * most)
    for ordinal, value in zip(earlier.ordinals, earlier.values, strict=True):
        if ordinal >= first:
            days = weeks[(ordinal - first) // WEEK]
            days.ordinals.append(ordinal)
            days.values.append(value)
    return weeks


def _variation(days: Days) -> float | None:
    centre = robust.mean(days.values)
    return 100 * robust.standard_deviation(days.values) / centre if centre > 0 else None


def _over_mean(days: Days) -> Days:
    centre = robust.mean(days.values)
    return Days(days.ordinals, [value / centre for value in days.values])
