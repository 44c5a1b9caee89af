"""On which days something was recorded or the device worn, and how complete a series is."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date

from holisticos.analytics.question import Days, Question
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries

ALL_DAY = 1440.0
LEAST_WEAR_HOURS = 10.0
"""What makes a day of wear (Troiano et al. 2008)."""
WORN_OTHERWISE = 0.6
"""By how much the share of nights with a value has to differ: by chance one of seven nights in six is missing."""


def worn_days(
    span: DateSpan,
    *,
    steps: DailySeries | None = None,
    sedentary_minutes: DailySeries | None = None,
    wear_hours: DailySeries | None = None,
) -> frozenset[date]:
    """Days of ``span`` that carry a measurement and do not look like a device left on a table.

    Not worn: 0 steps, 1,440 sedentary minutes, or less than 10 hours of wear where hours are known. A day
    without any of the series is not known to be worn and left out.
    """
    seen: set[date] = set()
    idle: set[date] = set()

    def look(series: DailySeries | None, shows_wear: Callable[[float], bool]) -> None:
        for day, value in series.values.items() if series else ():
            if span.start <= day <= span.end:
                (seen if shows_wear(value) else idle).add(day)

    look(steps, lambda value: value > 0)
    look(sedentary_minutes, lambda value: value < ALL_DAY)
    look(wear_hours, lambda value: value >= LEAST_WEAR_HOURS)
    return frozenset(seen - idle)


def restricted(series: DailySeries, days: AbstractSet[date]) -> DailySeries:
    """The values of ``series`` on ``days`` only."""
    return series.model_copy(update={"values": {day: value for day, value in series.values.items() if day in days}})


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


def completeness(series: DailySeries, span: DateSpan) -> Evidence:
    """``{metric}.completeness.window``: percent of the days of ``span`` that have a value."""
    question = Question(series.metric, "completeness", "window", "percent", span, "share of the days with a value")
    return question.answer(100 * len(Days.of(series, span)) / span.days, span.days)


def _share(series: DailySeries, span: DateSpan) -> float:
    return len(Days.of(series, span)) / span.days
