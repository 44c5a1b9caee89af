"""What the routine agent may see: sleep, what activity the person can do, recovery, the budget, and the times of day
that it asked for itself of late."""

from holisticos.agents import metrics
from holisticos.agents.archetypes import chosen
from holisticos.agents.input import AgentInput, daily_series, day_span
from holisticos.contracts.names import AgentName, Archetype, PartOfDay
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import PastRecommendation
from holisticos.health.series import HourlySeries, Night

SERIES = (
    metrics.STEPS,
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
    past: tuple[PastRecommendation, ...] = ()
    """What this agent advised of late with a time of day as its target."""

    def asked(self, id_: str) -> PastRecommendation | None:
        """What was advised last under that id."""
        given = (item for item in self.past if item.recommendation.id == id_)
        return max(given, key=lambda item: item.given_on, default=None)


def prepare(context: UserHealthContext) -> RoutineInput:
    return RoutineInput(
        window=day_span(context.window),
        history=context.history,
        archetype=chosen(context.profile),
        move_in_the=context.profile.preferences.move_in_the,
        series=daily_series(context, SERIES),
        hourly_steps=context.hourly.get(metrics.STEPS),
        nights=context.nights,
        past=tuple(filter(_is_own_time, context.memory.short_term.recommendations)),
    )


def _is_own_time(past: PastRecommendation) -> bool:
    advice = past.recommendation
    return advice.id.startswith(f"{AgentName.ROUTINE}.") and advice.target is not None and advice.target.unit == "clock"
