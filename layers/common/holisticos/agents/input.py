"""What the inputs of all agents are made of."""

from collections.abc import Iterable

from holisticos.agents import metrics, spans
from holisticos.analytics.sleep_timing import bedtimes, wake_times
from holisticos.contracts.base import Contract
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.series import DailySeries


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


def day_span(window: DateSpan) -> DateSpan:
    """A plain span: the window of a context also carries a time zone."""
    return DateSpan(start=window.start, end=window.end)
