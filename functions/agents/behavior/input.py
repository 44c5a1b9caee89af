"""What the behavior agent may see: activity, the timing of sleep, on which days there are records, and answers."""

from datetime import date

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span, night_times
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import PartOfDay
from holisticos.health.context import UserHealthContext
from holisticos.health.series import HourlySeries, Night
from holisticos.health.wear import worn_days

SERIES = (
    metrics.STEPS,
    metrics.ACTIVE_MINUTES,
    metrics.MODERATE_MINUTES,
    metrics.VIGOROUS_MINUTES,
    metrics.AGE,
)


class BehaviorInput(AgentInput):
    """Of the nights only when they began and ended; of answers to advice never the user's own words."""

    move_in_the: PartOfDay | None = None
    recorded: frozenset[date] = frozenset()
    hourly_steps: HourlySeries | None = None
    nights: tuple[Night, ...] = ()
    answers: tuple[Answer, ...] = ()


def prepare(context: UserHealthContext) -> BehaviorInput:
    return BehaviorInput(
        window=day_span(context.window),
        history=context.history,
        move_in_the=context.profile.preferences.move_in_the,
        series=daily_series(context, SERIES),
        recorded=worn_days(context.biomarkers, context.nights),
        hourly_steps=context.hourly.get(metrics.STEPS),
        nights=night_times(context),
        answers=context.feedback,
    )
