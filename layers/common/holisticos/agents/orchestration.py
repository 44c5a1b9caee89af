"""The orchestrator's step: which agents have enough data to be asked at all.

It sees how many days of what there are, and no value of any of them. What it asks for is the least with which an agent
can find anything; whether the data then suffice for a particular statistic, the statistic says itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from holisticos.agents import metrics, spans
from holisticos.agents.formatting import plural, short_date
from holisticos.agents.metrics import measure
from holisticos.contracts.analysis import Assignment
from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.wear import worn_days

NIGHTS: Final = "clock times of sleep"
HOURS: Final = "steps by the hour"
WEAR: Final = "wear"
ANSWERS: Final = "answers to advice"
ANYTHING: Final = "anything"
_NAMED: Final = 4
"""Kinds of data that a reason names; a longer list is not read."""


class CoordinationInput(Contract):
    """What the orchestrator may see: over which days, on how many of them there is what, and what is withheld."""

    days: DateSpan
    counts: dict[str, int]
    """Days with a value by metric, and by the other kinds of data above."""
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """``days`` of at least one of ``kinds``."""

    days: int
    kinds: tuple[str, ...]


_ACTIVITY: Final = (metrics.STEPS, metrics.ACTIVE_MINUTES, metrics.MODERATE_MINUTES, metrics.VIGOROUS_MINUTES)
_RECOVERY: Final = (metrics.HRV, metrics.RESTING_HEART_RATE)
_TRACKED: Final = (
    *(metrics.STEPS, metrics.ACTIVE_MINUTES, metrics.SEDENTARY_MINUTES, metrics.TOTAL_ENERGY, metrics.SLEEP_MINUTES),
    *(*_RECOVERY, metrics.BREATHING_ASLEEP, metrics.OXYGEN_ASLEEP, metrics.SKIN_TEMPERATURE, metrics.WEIGHT, NIGHTS),
)

REQUIREMENTS: Final[Mapping[AgentName, Requirement]] = {
    AgentName.BEHAVIOR: Requirement(1, (*_ACTIVITY, NIGHTS, HOURS, WEAR, ANSWERS)),
    AgentName.MEMORY: Requirement(4, _TRACKED),
    AgentName.NUTRITION: Requirement(
        1,
        (
            *(metrics.TOTAL_ENERGY, metrics.ACTIVE_ENERGY, metrics.WEIGHT, metrics.GLUCOSE),
            *("body_fat", "waist_circumference", NIGHTS),
        ),
    ),
    AgentName.ROUTINE: Requirement(
        1, (metrics.STEPS, metrics.SLEEP_MINUTES, NIGHTS, HOURS, *_RECOVERY, metrics.OXYGEN_ASLEEP)
    ),
    AgentName.ADAPTATION: Requirement(
        1,
        (
            *(ANSWERS, *_ACTIVITY, metrics.SEDENTARY_MINUTES, *_RECOVERY),
            *(metrics.SLEEP_MINUTES, metrics.WEIGHT, NIGHTS),
        ),
    ),
    AgentName.INSIGHTS: Requirement(1, (ANYTHING,)),
}


def prepare(context: UserHealthContext) -> CoordinationInput:
    measured = {name: len(series.values) for name, series in context.biomarkers.items()} | {
        NIGHTS: len(context.nights),
        HOURS: len({hour.date() for series in context.hourly.values() for hour in series.values}),
        WEAR: len(worn_days(context.biomarkers, context.nights)),
    }
    scores = (len(series.values) for series in context.scores.values())
    return CoordinationInput(
        days=spans.reach(context.window, context.history),
        counts=measured | {ANYTHING: max(*measured.values(), *scores), ANSWERS: len(context.feedback)},
        withheld=tuple(sorted(context.profile.privacy.withheld_categories)),
    )


def coordinate(data: CoordinationInput) -> dict[AgentName, Assignment]:
    """For every agent whether it has enough, and the precise reason where it has not."""
    return {agent: _assign(requirement, data) for agent, requirement in REQUIREMENTS.items()}


def _assign(requirement: Requirement, data: CoordinationInput) -> Assignment:
    most = max(requirement.kinds, key=lambda kind: data.counts.get(kind, 0))
    have = data.counts.get(most, 0)
    if have >= requirement.days:
        return Assignment(enough=True)
    names = [measure(kind).name for kind in requirement.kinds]
    kinds = ", ".join(names[:_NAMED]) + (" or the like" if len(names) > _NAMED else "")
    best = f", have {have} of {measure(most).name}" if have else ", have none"
    withheld = f"; you withhold {', '.join(data.withheld)}" if data.withheld else ""
    return Assignment(
        enough=False,
        reason=f"needs {plural(requirement.days, 'day')} of {kinds} in the {plural(data.days.days, 'day')} "
        f"up to {short_date(data.days.end)}{best}{withheld}",
    )
