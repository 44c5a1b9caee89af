"""What findings and recommendations are called that somebody else looks for: another agent, aggregation, the console.

They are kept in memory and in results, so that a name given once stays.
"""

from typing import Final

from holisticos.contracts.names import AgentName


def of(agent: AgentName, name: str) -> str:
    return f"{agent}.{name}"


NEXT_STEP: Final = "next_step"
NEXT_STEP_WAITS: Final = f"{NEXT_STEP}_waits"
NEXT_STEP_HOLDS: Final = f"{NEXT_STEP}_holds"
"""The finding on what the plan may ask for: that there is room for more, nothing new that asks more of the body, or
nothing at all that does."""
ANSWERS: Final = "answers"
FACTS: Final = "facts"
NO_CHANGE: Final = "no_change"

HOLD: Final = of(AgentName.ADAPTATION, "hold")
"""The advice to add nothing."""
EASY_DAY: Final = of(AgentName.ROUTINE, "easy_day")
EASE_OFF: Final = of(AgentName.INSIGHTS, "ease_off")

FREE_DAY_ALARM: Final = of(AgentName.BEHAVIOR, "free_day_alarm")
EARLIER_BEDTIME: Final = of(AgentName.ROUTINE, "earlier_bedtime")
MORE_SLEEP: Final = of(AgentName.ROUTINE, "more_sleep")

_OUTCOME: Final = "outcome_"
_RECHECK: Final = "recheck_"
_SMALLER_STEP: Final = of(AgentName.ADAPTATION, "smaller_step_")


def outcome(recommendation_id: str) -> str:
    """The finding on what became of a recommendation."""
    return f"{_OUTCOME}{recommendation_id}"


def recheck(metric: str, statistic: str) -> str:
    """The finding on what became of an earlier one."""
    return f"{_RECHECK}{metric}_{statistic}"


def smaller_step(metric: str) -> str:
    """The advice that takes the place of a step that was hardly followed."""
    return f"{_SMALLER_STEP}{metric}"


def is_smaller_step(recommendation_id: str) -> bool:
    return recommendation_id.startswith(_SMALLER_STEP)


STEP_CAPACITY: Final = "step_capacity"
WEEKLY_ACTIVITY: Final = "weekly_activity"
CALLS_FOR_LOAD: Final = frozenset({of(AgentName.ROUTINE, STEP_CAPACITY), of(AgentName.BEHAVIOR, WEEKLY_ACTIVITY)})
"""Findings that are no news but a reason to do more."""

SINCE_LAST_TIME: Final = (
    *(of(AgentName.ADAPTATION, name) for name in (_OUTCOME, ANSWERS, NEXT_STEP)),
    *(of(AgentName.MEMORY, name) for name in (FACTS, NO_CHANGE, _RECHECK)),
)
"""What the ids of findings begin with that tell what became of the time since the last analysis."""
