"""What the insights agent may see: every series the user consented to."""

from collections import defaultdict
from datetime import date
from typing import Final

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span
from holisticos.analytics.sleep_timing import bedtimes
from holisticos.contracts.names import PartOfDay
from holisticos.health.context import UserHealthContext
from holisticos.health.series import DailySeries, HourlySeries

LATE_FROM: Final = 21
"""Local hour from which on steps count as late: less than three hours before most people sleep."""
NOT_TOLD_OF: Final = frozenset({metrics.AGE, "height", "biological_sex", "date_of_birth"})


class InsightsInput(AgentInput):
    """Scores are called ``score.{type}``, because a score and a biomarker may share a name."""

    move_in_the: PartOfDay | None = None


def prepare(context: UserHealthContext) -> InsightsInput:
    series = daily_series(context, (name for name in context.biomarkers if name not in NOT_TOLD_OF))
    for name, score in sorted(context.scores.items()):
        series[f"score.{name}"] = score.model_copy(update={"metric": f"score.{name}"})
    if context.nights:
        series[metrics.BEDTIME] = bedtimes(context.nights)
    if hourly := context.hourly.get(metrics.STEPS):
        series[metrics.LATE_STEPS] = _late(hourly)
    return InsightsInput(
        window=day_span(context.window),
        history=context.history,
        series={name: series[name] for name in sorted(series)},
        move_in_the=context.profile.preferences.move_in_the,
    )


def _late(hourly: HourlySeries) -> DailySeries:
    """Percent of a day's steps in the late hours, on every day with a step.

    The share and not the number: who walks much has many late steps on an early day too.
    """
    totals: dict[date, float] = defaultdict(float)
    late: dict[date, float] = defaultdict(float)
    for hour, steps in hourly.values.items():
        totals[hour.date()] += steps
        late[hour.date()] += steps if hour.hour >= LATE_FROM else 0.0
    shares = {day: 100 * late[day] / total for day, total in sorted(totals.items()) if total > 0}
    return DailySeries(metric=metrics.LATE_STEPS, unit="percent", values=shares)
