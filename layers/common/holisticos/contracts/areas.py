"""The areas of recommendations that were stored before they named one."""

from typing import Final

from holisticos.contracts.names import Area

AREAS_BEFORE: Final[dict[str, Area | None]] = {
    "wear_more": None,
    "see_a_professional": None,
    "walk": Area.MOVEMENT,
    "breaks": Area.MOVEMENT,
    "brisk_minutes": Area.MOVEMENT,
    "weekend_walk": Area.MOVEMENT,
    "easy_day": Area.MOVEMENT,
    "ease_off": Area.MOVEMENT,
    "hold": Area.MOVEMENT,
    "smaller_step": Area.MOVEMENT,
    "back_to_usual_steps": Area.MOVEMENT,
    "try_late_steps": Area.MOVEMENT,
    "try_evening_steps": Area.MOVEMENT,
    "back_to_usual_sleep_duration": Area.SLEEP,
    "try_bedtime": Area.SLEEP,
    "try_sleep_duration": Area.SLEEP,
    "free_day_alarm": Area.SLEEP,
    "more_sleep": Area.SLEEP,
    "earlier_bedtime": Area.SLEEP,
    "steady_wake_time": Area.SLEEP,
    "last_meal": Area.EATING,
}
"""By kind. The list is closed: what is new says itself what it is about."""

_SMALLER_STEP: Final = "smaller_step"


def kind_of(recommendation_id: str) -> str:
    """The id without the agent; a smaller step may be one of any measure."""
    _, _, kind = recommendation_id.partition(".")
    return _SMALLER_STEP if kind.startswith(_SMALLER_STEP) else kind
