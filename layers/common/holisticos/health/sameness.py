"""What is the same as before: advice in another form or none, and a usual that has moved or not."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from holisticos.contracts.report import Evidence, Recommendation
from holisticos.health.memory import SHORT_TERM, Experience

CLOSE_MINUTES: Final = 30.0
CLOSE_SHARE: Final = 0.1
"""How far a target may have moved and still be the same."""
HOLDS_WITHIN: Final = {"heart_rate_resting": 3.0, "sleep_duration": 20.0}
HOLDS_WITHIN_SHARE: Final = {"weight": 0.02}
"""How far a person's usual may have moved and still be called the same, where that is less than for targets.

It is what somebody would not notice, or call no news: beats a minute, minutes a night, and of weight what it varies
by from day to day. A tenth of a resting heart rate is two of its standard deviations in most people, and a tenth of
a body weight is a great deal.
"""
_MINUTES_A_DAY: Final = 24 * 60


def same_form(known: Recommendation, now: Recommendation) -> bool:
    """Whether the same is asked for: the same target, give or take a little, or without one the same words.

    Targets follow the person's usual and move a little every day.
    """
    if known.id != now.id:
        return False
    if known.target is None or now.target is None:
        return known.target is now.target and known.text == now.text
    if (known.target.metric, known.target.unit) != (now.target.metric, now.target.unit):
        return False
    return is_close(known.target.value, now.target.value, now.target.unit)


def goes_on_from(item: Recommendation, experiences: Iterable[Experience], today: date) -> Experience | None:
    """What of the last weeks it goes on from: the same form, else load that asked for as much, by measure or effort."""
    of_late = [one for one in experiences if today - one.last_on <= SHORT_TERM]
    same = (one for one in of_late if same_form(one.recommendation, item))
    return next(same, next((one for one in of_late if _asked_as_much(one.recommendation, item)), None))


def _asked_as_much(known: Recommendation, now: Recommendation) -> bool:
    if not (known.adds_load and now.adds_load):
        return False
    if known.id == now.id and known.effort_minutes >= now.effort_minutes:
        return True
    if known.target is None or now.target is None:
        return False
    if (known.target.metric, known.target.unit) != (now.target.metric, now.target.unit):
        return False
    less = now.target.value <= known.target.value
    return less or is_close(known.target.value, now.target.value, now.target.unit)


def is_close(known: float, now: float, unit: str) -> bool:
    """Within a tenth, times of day within half an hour."""
    apart = abs(known - now)
    if unit == "clock":
        apart %= _MINUTES_A_DAY
        return min(apart, _MINUTES_A_DAY - apart) <= CLOSE_MINUTES
    return apart <= CLOSE_SHARE * abs(known)


def still_holds(known: Evidence, now: Evidence) -> bool:
    """Whether what was usual for the person is so still."""
    if known.value is None or now.value is None:
        return False
    apart = abs(now.value - known.value)
    if (most := HOLDS_WITHIN.get(known.metric)) is not None:
        return apart <= most
    if (share := HOLDS_WITHIN_SHARE.get(known.metric)) is not None:
        return apart <= share * abs(known.value)
    return is_close(known.value, now.value, now.unit)
