"""Which times of day to aim at.

What was asked for stays what is asked for while it is remembered and not reached: a target that is reckoned anew every
day follows the person instead of leading them.
"""

from dataclasses import dataclass
from math import floor
from typing import Final

from holisticos.agents.formatting import MINUTES_A_DAY
from holisticos.agents.sleep_times import SleepTimes
from holisticos.agents.targets import as_given
from holisticos.analytics.numeric.circular import difference
from holisticos.contracts.report import Evidence
from holisticos.health.memory import PastRecommendation
from holisticos.health.sameness import is_close

ROUND_TO: Final = 5
"""Minutes: nobody goes to bed at 23:47 by plan."""
ANOTHER_LIFE: Final = 120.0
"""Minutes by which a wake time has to lie off the one asked for, for that to be given up: shifts, not mornings."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A time of day in minutes after midnight; ``given`` is the earlier advice that it is kept from."""

    value: float
    given: Evidence | None = None

    @property
    def cited(self) -> tuple[Evidence, ...]:
        return (self.given,) if self.given else ()


def bedtime(times: SleepTimes, step: int, known: PastRecommendation | None) -> Aim:
    """``step`` minutes before the present time of falling asleep, and never after that of four weeks.

    After a week that has slipped that is the way back; what the last week has reached is no aim any more.
    """
    weeks, week = times.weeks[0], times.week[0]
    reference = earliest(times)
    present = week if times.lately and week.value is not None else reference
    value = _rounded((present.value or 0.0) - step)
    if weeks.value is not None and difference(value, weeks.value) > 0:
        value = floor(weeks.value / ROUND_TO) * ROUND_TO
    target = known.recommendation.target if known else None
    if known and target and is_close(target.value, value, target.unit) and _is_ahead(target.value, reference):
        return Aim(target.value, as_given(known, target))
    return Aim(value)


def _is_ahead(target: float, reference: Evidence) -> bool:
    return difference(reference.value or 0.0, target) >= ROUND_TO


def earliest(times: SleepTimes) -> Evidence:
    """When the person fell asleep, over four weeks or in the last one: the earlier of the two."""
    weeks, week = times.weeks[0], times.week[0]
    if weeks.value is None or week.value is None:
        return week if weeks.value is None else weeks
    return week if difference(week.value, weeks.value) < 0 else weeks


def wake_time(wake: Evidence, known: PastRecommendation | None) -> Aim:
    """The present one, or the one asked for before."""
    present = wake.value or 0.0
    target = known.recommendation.target if known else None
    if known and target and abs(difference(present, target.value)) <= ANOTHER_LIFE:
        return Aim(target.value, as_given(known, target))
    return Aim(_rounded(present))


def _rounded(minutes: float) -> float:
    return round(minutes / ROUND_TO) * ROUND_TO % MINUTES_A_DAY
