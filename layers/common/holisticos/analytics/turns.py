"""What became of a trend."""

from datetime import date, timedelta

from holisticos.analytics.comparison import tamed
from holisticos.analytics.numeric import autoregression, robust
from holisticos.analytics.priors import prior_of
from holisticos.analytics.question import Days, Question, direction_of
from holisticos.analytics.trends import LEAST_DAYS, LEAST_REACH
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries


def turn(
    series: DailySeries, since: date, window: DateSpan, history: DateSpan, *, days: int = 42
) -> tuple[Evidence, Evidence]:
    """``{metric}.slope.{since}`` and ``{metric}.turn.{since}``: the slope a day from ``since`` on, tested against none,
    and by how much it differs from that of up to ``days`` days before, tested against no difference.

    Both are of two lines that meet where the days of before end: what comes after a trend starts at its end, which
    tells much more than the slope of a few new days by itself. Days are held within spreads of the median of all.
    Each side needs 8 valid days that reach over 14, as a trend does. ``strength`` is the change from ``since`` to the
    last day in standard deviations of what the lines leave.
    """
    span = DateSpan(start=min(max(history.start, since - timedelta(days=days)), window.end), end=window.end)
    method = "two lines that meet, by regression with autocorrelated errors, freak values held"
    slope, difference = (
        Question(series.metric, name, since.isoformat(), f"{series.unit}_per_day", span, f"{what}; {method}")
        for name, what in (("slope", "slope of the later days"), ("turn", "later slope minus earlier slope"))
    )
    data = Days.of(series, span)
    knot = since.toordinal() - 1
    before = sum(1 for day in data.ordinals if day <= knot)
    for ordinals, when in ((data.ordinals[:before], "before"), (data.ordinals[before:], "after")):
        have, reach = len(ordinals), ordinals[-1] - ordinals[0] + 1 if ordinals else 0
        if have < LEAST_DAYS:
            return slope.missing(have, LEAST_DAYS, f"valid days {when}"), difference.missing(
                have, LEAST_DAYS, f"valid days {when}"
            )
        if reach < LEAST_REACH:
            what = f"days from the first to the last value {when}"
            return slope.missing(reach, LEAST_REACH, what), difference.missing(reach, LEAST_REACH, what)
    scores = tamed(series.metric, data.values, data.values)
    time = [float(day - knot) for day in data.ordinals]
    early, late = [min(day, 0.0) for day in time], [max(day, 0.0) for day in time]
    prior = prior_of(series.metric)
    later = autoregression.regression_beside(data.ordinals, scores, late, early, prior) if scores else None
    turned = autoregression.regression_beside(data.ordinals, scores, late, time, prior) if scores else None
    if later is None or turned is None:
        return slope.unanswered("the values do not vary", len(data)), difference.unanswered(
            "the values do not vary", len(data)
        )
    unit = robust.spread(data.values, robust.median(data.values))
    left = robust.spread(
        [
            score - later.effect * after - (later.effect - turned.effect) * earlier
            for score, after, earlier in zip(scores, late, early, strict=True)
        ]
    )
    answers = []
    for question, fit in ((slope, later), (difference, turned)):
        strength = fit.effect * late[-1] / left if left > 0 else None
        answers.append(
            question.answer(
                fit.effect * unit,
                len(data) - before,
                direction=direction_of(fit.effect, strength),
                strength=strength,
                p_value=fit.p,
            )
        )
    return answers[0], answers[1]
