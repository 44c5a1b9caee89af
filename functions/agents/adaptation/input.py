"""What the adaptation agent may see: past recommendations, and the series that show what came of them."""

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span
from holisticos.analytics.sleep_timing import bedtimes, wake_times
from holisticos.health.context import PastRecommendation, UserHealthContext
from holisticos.health.series import DailySeries

SERIES = (
    metrics.STEPS,
    metrics.ACTIVE_MINUTES,
    metrics.MODERATE_MINUTES,
    metrics.VIGOROUS_MINUTES,
    metrics.SEDENTARY_MINUTES,
    metrics.SLEEP_MINUTES,
    metrics.RESTING_HEART_RATE,
    metrics.HRV,
    metrics.WEIGHT,
)


class AdaptationInput(AgentInput):
    past: tuple[PastRecommendation, ...] = ()


def prepare(context: UserHealthContext) -> AdaptationInput:
    series = daily_series(context, SERIES)
    timing: dict[str, DailySeries] = {}
    if context.nights:
        timing = {metrics.BEDTIME: bedtimes(context.nights), metrics.WAKE_TIME: wake_times(context.nights)}
    return AdaptationInput(
        window=day_span(context.window),
        history=context.history,
        series=series | timing,
        past=context.memory.recommendations,
    )
