"""One lasting change of level."""

from datetime import date

from holisticos.analytics.comparison import contrast_p_value, tamed
from holisticos.analytics.numeric import robust
from holisticos.analytics.numeric.changes import best_step
from holisticos.analytics.numeric.multiplicity import sidak
from holisticos.analytics.priors import habit
from holisticos.analytics.question import Days, Question, direction_of, recent
from holisticos.contracts.names import BaselineKind
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

_DAYS = 56
_MARGIN = 7
_LEAST_DAYS = 21


def changepoint(series: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.changepoint.56d``: median since the change; ``baseline`` is the level before it.

    ``window.start`` of the evidence is the first day of the new level. The place is where a step explains most
    of the last 56 days, at least 7 valid days from both ends; p is corrected for all places tried. A slow
    trend also has a best step: where ``trend`` is as sure, there is no reason to speak of a change on a day.
    """
    span = recent(window, history, _DAYS)
    question = Question(
        series.metric,
        "changepoint",
        f"{_DAYS}d",
        series.unit,
        span,
        "the one step of level that explains most; p by regression with autocorrelated errors, corrected for all "
        "places tried (Sidak)",
        "Hawkins 1977",
    )
    data = Days.of(series, span)
    if len(data) < _LEAST_DAYS:
        return question.missing(len(data), _LEAST_DAYS)
    scores = tamed(series.metric, data.values, data.values)
    if not scores:
        return question.unanswered("all values are equal", len(data))
    place = best_step(data.ordinals, scores, habit(series.metric).autocorrelation, _MARGIN)
    before, after = data.values[:place], data.values[place:]
    level, earlier = robust.median(after), robust.median(before)
    spread = robust.spread([value - earlier for value in before] + [value - level for value in after])
    strength = (level - earlier) / spread if spread > 0 else None
    p = contrast_p_value(series.metric, data, [0.0] * place + [1.0] * (len(data) - place))
    return question.answer(
        level,
        len(after),
        window=DateSpan(start=date.fromordinal(data.ordinals[place]), end=span.end),
        baseline=Baseline(value=earlier, spread=spread, n=len(before), kind=BaselineKind.BEFORE),
        direction=direction_of(level - earlier, strength),
        strength=strength,
        p_value=None if p is None else sidak(p, len(data) - 2 * _MARGIN + 1),
    )
