"""On which days something was recorded, and whether the device was worn alike."""

from collections.abc import Set as AbstractSet
from datetime import date

from holisticos.analytics.question import Days, Question
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries

WORN_OTHERWISE = 0.6
"""By how much the share of nights with a value has to differ: by chance one of seven nights in six is missing."""


def valid_days(days: AbstractSet[date], span: DateSpan) -> Evidence:
    """``wear.valid_days.window``: how many days of ``span`` are in ``days``, those with a record of any kind.

    ``strength`` is the share of them. A record is no proof that a device was worn: phones count steps too.
    """
    method = "count of days with a record of movement, of sleep or of a vital sign"
    question = Question("wear", "valid_days", "window", "day", span, method)
    recorded = sum(1 for day in days if span.start <= day <= span.end)
    return question.answer(float(recorded), span.days, strength=recorded / span.days)


def worn_otherwise(nightly: DailySeries, now: DateSpan, before: DateSpan) -> bool:
    """Whether the device is worn at night in the one stretch and hardly in the other, going by a ``nightly`` series.

    What is measured day and night, as the resting heart rate is, then differs without the body's doing.
    """
    if not nightly.values:
        return False
    return abs(_share(nightly, now) - _share(nightly, before)) >= WORN_OTHERWISE


def _share(series: DailySeries, span: DateSpan) -> float:
    return len(Days.of(series, span)) / span.days
