"""What the insights agent may see: every series the user consented to."""

from collections import defaultdict
from datetime import date
from typing import Final

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span
from holisticos.analytics.sleep_timing import bedtimes
from holisticos.health.context import UserHealthContext
from holisticos.health.series import DailySeries, HourlySeries

EVENING_FROM: Final = 20
"""Local hour from which on steps count as late."""
NOT_TOLD_OF: Final = frozenset({metrics.AGE, "height", "biological_sex", "date_of_birth"})


class InsightsInput(AgentInput):
    """Scores are called ``score.{type}``, because a score and a biomarker may share a name."""


def prepare(context: UserHealthContext) -> InsightsInput:
    series = daily_series(context, (name for name in context.biomarkers if name not in NOT_TOLD_OF))
    for name, score in sorted(context.scores.items()):
        series[f"score.{name}"] = score.model_copy(update={"metric": f"score.{name}"})
    if context.nights:
        series[metrics.BEDTIME] = bedtimes(context.nights)
    if hourly := context.hourly.get(metrics.STEPS):
        series[metrics.EVENING_STEPS] = _evening(hourly)
    return InsightsInput(
        window=day_span(context.window),
        history=context.history,
        series={name: series[name] for name in sorted(series)},
    )


def _evening(hourly: HourlySeries) -> DailySeries:
    """Steps of the late hours, on every day that has hours at all."""
    totals: dict[date, float] = defaultdict(float)
    for hour, steps in hourly.values.items():
        totals[hour.date()] += steps if hour.hour >= EVENING_FROM else 0.0
    return DailySeries(metric=metrics.EVENING_STEPS, unit="count", values=dict(sorted(totals.items())))
