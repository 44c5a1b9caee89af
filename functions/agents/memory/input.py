"""What the memory agent may see: what earlier analyses left, and the series that show what became of it."""

from holisticos.agents import metrics
from holisticos.agents.input import AgentInput, daily_series, day_span, sleep_times
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Fact, OpenFinding

SERIES = (
    metrics.STEPS,
    metrics.ACTIVE_MINUTES,
    metrics.SEDENTARY_MINUTES,
    metrics.TOTAL_ENERGY,
    metrics.SLEEP_MINUTES,
    metrics.RESTING_HEART_RATE,
    metrics.HRV,
    metrics.BREATHING_ASLEEP,
    metrics.OXYGEN_ASLEEP,
    metrics.SKIN_TEMPERATURE,
    metrics.WEIGHT,
)


class MemoryInput(AgentInput):
    last_window: DateSpan | None = None
    changes: tuple[OpenFinding, ...] = ()
    """What was found to be up or down, and nothing has decided since; newest first."""
    facts: tuple[Fact, ...] = ()


def prepare(context: UserHealthContext) -> MemoryInput:
    return MemoryInput(
        window=day_span(context.window),
        history=context.history,
        series=daily_series(context, SERIES) | sleep_times(context),
        last_window=context.memory.last_window,
        changes=context.memory.changes,
        facts=context.memory.long_term.facts,
    )
