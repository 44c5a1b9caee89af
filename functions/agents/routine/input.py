"""What the routine agent may see: sleep, what activity the person can do, recovery, and the budget."""

from holisticos.agents import metrics
from holisticos.agents.archetypes import chosen
from holisticos.agents.input import AgentInput, daily_series, day_span
from holisticos.contracts.names import Archetype, PartOfDay
from holisticos.health.context import UserHealthContext
from holisticos.health.series import HourlySeries, Night

SERIES = (
    metrics.STEPS,
    metrics.ACTIVE_MINUTES,
    metrics.SEDENTARY_MINUTES,
    metrics.SLEEP_MINUTES,
    metrics.RESTING_HEART_RATE,
    metrics.HRV,
    metrics.OXYGEN_ASLEEP,
    metrics.AGE,
)


class RoutineInput(AgentInput):
    archetype: Archetype
    move_in_the: PartOfDay | None = None
    """When the person wants to walk."""
    hourly_steps: HourlySeries | None = None
    nights: tuple[Night, ...] = ()


def prepare(context: UserHealthContext) -> RoutineInput:
    return RoutineInput(
        window=day_span(context.window),
        history=context.history,
        archetype=chosen(context.profile),
        move_in_the=context.profile.preferences.move_in_the,
        series=daily_series(context, SERIES),
        hourly_steps=context.hourly.get(metrics.STEPS),
        nights=context.nights,
    )
