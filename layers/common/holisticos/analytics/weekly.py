"""Weekdays and weekends."""

from collections.abc import Iterable

from holisticos.analytics.comparison import contrast_p_value
from holisticos.analytics.numeric import robust
from holisticos.analytics.question import Days, Question, direction_of, recent
from holisticos.contracts.names import BaselineKind
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

FREE_WEEKDAYS = frozenset({5, 6})
"""Saturday and Sunday; Monday is 0."""

_LEAST_FREE = 4
_LEAST_WORK = 8


def free_days(ordinals: Iterable[int]) -> list[bool]:
    """Whether each proleptic day number falls on a free weekday."""
    return [(ordinal - 1) % 7 in FREE_WEEKDAYS for ordinal in ordinals]


def weekend_contrast(
    series: DailySeries,
    window: DateSpan,
    history: DateSpan,
    *,
    days: int = 42,
) -> Evidence:
    """``{metric}.weekend_contrast.{days}d``: median of free days minus that of the other days.

    ``baseline.value`` is the other days' median, ``strength`` in spreads within the two kinds of days. Needs 4
    free and 8 other valid days. Nights belong to the day of waking: Saturday's is Friday night.
    """
    span = recent(window, history, days)
    question = Question(
        series.metric,
        "weekend_contrast",
        f"{days}d",
        series.unit,
        span,
        "median of free days minus median of the others; p by regression with autocorrelated errors, freak values held",
    )
    data = Days.of(series, span)
    is_free = free_days(data.ordinals)
    free = [value for value, yes in zip(data.values, is_free, strict=True) if yes]
    work = [value for value, yes in zip(data.values, is_free, strict=True) if not yes]
    if len(free) < _LEAST_FREE:
        return question.missing(len(free), _LEAST_FREE, "valid free days")
    if len(work) < _LEAST_WORK:
        return question.missing(len(work), _LEAST_WORK, "valid other days")
    usual_free, usual_work = robust.median(free), robust.median(work)
    spread = robust.spread([value - usual_free for value in free] + [value - usual_work for value in work], 0.0)
    value = usual_free - usual_work
    strength = value / spread if spread > 0 else None
    return question.answer(
        value,
        len(data),
        window=data.span,
        baseline=Baseline(value=usual_work, spread=spread, n=len(work), kind=BaselineKind.WEEKDAYS),
        direction=direction_of(value, strength),
        strength=strength,
        p_value=contrast_p_value(series.metric, data, [float(yes) for yes in is_free]),
    )
