"""What the inputs of all agents are made of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from holisticos.agents import metrics, spans
from holisticos.analytics.sleep_timing import bedtimes, wake_times
from holisticos.contracts.base import Contract
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.series import DailySeries, Night


class AgentInput(Contract):
    """Days and daily series; every agent adds what else it may see, and nothing more."""

    window: DateSpan
    history: DateSpan
    series: dict[str, DailySeries] = {}

    def daily(self, metric: str) -> DailySeries:
        """The series of ``metric``; an empty one where it was not measured."""
        return self.series.get(metric) or DailySeries(metric=metric, unit="none", values={})

    @property
    def recent(self) -> DateSpan:
        """Lately: the last four weeks, as far as there are data."""
        return spans.recent(self.window, self.history)

    @property
    def before_recent(self) -> DateSpan:
        return spans.before(self.recent, self.history)


def daily_series(context: UserHealthContext, wanted: Iterable[str]) -> dict[str, DailySeries]:
    """The measured ones of the ``wanted`` metrics."""
    return {name: context.biomarkers[name] for name in wanted if name in context.biomarkers}


def sleep_times(context: UserHealthContext) -> dict[str, DailySeries]:
    """When the person fell asleep and woke, by wake date; nothing where no clock times are known."""
    if not context.nights:
        return {}
    return {metrics.BEDTIME: bedtimes(context.nights), metrics.WAKE_TIME: wake_times(context.nights)}


def night_times(context: UserHealthContext) -> tuple[Night, ...]:
    """Of the nights only when they began and ended."""
    return tuple(Night(wake_date=item.wake_date, start=item.start, end=item.end) for item in context.nights)


def late_steps(context: UserHealthContext) -> dict[str, DailySeries]:
    """Percent of a day's steps in the late hours, on every day with a step; nothing where no hours are known.

    The share and not the number: who walks much has many late steps on an early day too.
    """
    hourly = context.hourly.get(metrics.STEPS)
    if hourly is None:
        return {}
    totals: dict[date, float] = defaultdict(float)
    late: dict[date, float] = defaultdict(float)
    for hour, steps in hourly.values.items():
        day = hour.date()
        totals[day] += steps
        if hour.hour >= metrics.LATE_FROM:
            late[day] += steps
    shares = {day: 100 * late[day] / total for day, total in sorted(totals.items()) if total > 0}
    return {metrics.LATE_STEPS: DailySeries(metric=metrics.LATE_STEPS, unit="percent", values=shares)}


def day_span(window: DateSpan) -> DateSpan:
    """A plain span: the window of a context also carries a time zone."""
    return DateSpan(start=window.start, end=window.end)
