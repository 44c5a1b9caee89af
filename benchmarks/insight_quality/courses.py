"""How a truth goes on once it was told: it lasts, or it is over. What do the next analyses tell of it?

Each person is analysed once when the truth is there, and again after as many days as memory takes its looks
(``LOOKS``); each analysis knows those before.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Final

from benchmarks.analysis import analyses, result
from benchmarks.insight_quality.people import Simulated, context_of
from benchmarks.insight_quality.truths import CHANGED_DAYS, HEART, SLEEP, STEPS, steps_sd
from functions.agents.memory.recheck import TREND
from functions.aggregate.memory import remember
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import Insight
from holisticos.health.adherence import LOOKS
from holisticos.health.memory import Memory
from local.people.persona import NULL, Noise, Persona

AFTER: Final = LOOKS[-1]
"""Days after the first analysis."""
_TOLD_BY: Final = frozenset({AgentName.INSIGHTS, AgentName.NUTRITION, AgentName.MEMORY})


class Told(StrEnum):
    """What the later analyses tell of a truth that the first one has told."""

    STILL = "still there"
    AGAIN = "found again"
    """And nothing else about it."""
    OVER = "over"
    TURNED = "turned"
    NOTHING = "nothing"


WRONG: Final = {True: frozenset({Told.OVER, Told.TURNED}), False: frozenset({Told.STILL, Told.TURNED})}
"""What is wrong of a truth that lasts, and of one that does not.

Found again is no error of one that is over: the days of the analysis may be those on which it was there.
"""


@dataclass(frozen=True, slots=True)
class Course:
    """``persona`` makes a person of so many days before the first analysis, of whom the truth ended so long ago."""

    name: str
    title: str
    size: float
    """In within-person standard deviations."""
    moves: Mapping[str, Direction]
    """What it is told by, and to which side that moves."""
    statistics: frozenset[str]
    """Those by which it is told. Where steps no longer grow, their level is what it has become all the same."""
    persona: Callable[[float, int, int], Persona]


def _shorter_nights(size: float, _: int, ended: int) -> Persona:
    return replace(
        NULL,
        name="sleep-debt",
        sleep_debt_minutes=size * Noise().sleep_sd,
        recent_days=CHANGED_DAYS + AFTER - ended,
        recent_ended_days_ago=ended,
    )


def _strain(size: float, _: int, ended: int) -> Persona:
    return replace(
        NULL,
        name="illness",
        illness_sd=size,
        illness_days=CHANGED_DAYS + AFTER - ended,
        illness_ended_days_ago=ended,
    )


def _growing_steps(size: float, days: int, ended: int) -> Persona:
    change = size * steps_sd(NULL.steps)
    return replace(
        NULL,
        name="steps-growth",
        steps=NULL.steps - change / 2,
        steps_per_week=7 * change / (days - 1),
        steps_growth_ended_days_ago=ended,
    )


_LEVELS: Final = frozenset({"median", "ln_mean", "deviation"})
COURSES: Final = {
    course.name: course
    for course in (
        Course("shorter-nights", "Shorter nights", 2.0, dict.fromkeys(SLEEP, Direction.DOWN), _LEVELS, _shorter_nights),
        Course("strain", "HRV lower, resting heart rate higher", 2.0, HEART, _LEVELS, _strain),
        Course(
            "growing-steps",
            "Steps growing",
            3.0,
            dict.fromkeys(STEPS, Direction.UP),
            frozenset({TREND}),
            _growing_steps,
        ),
    )
}


def told_of(course: Course, days: int, seed: int, *, lasts: bool) -> Told | None:
    """What is told of one person; ``None`` where the first analysis has not found the truth."""
    person = Simulated(course.persona(course.size, days, 0 if lasts else AFTER), seed, days + AFTER)
    first, *later = _analysed(person, days)
    if not _finds(course, first[1]):
        return None
    for known, _ in later:
        if (told := _recheck(course, known.insights)) is not None:
            return told
    return Told.AGAIN if any(_finds(course, memory) for _, memory in later) else Told.NOTHING


def _analysed(person: Simulated, days: int) -> Iterator[tuple[AnalysisResult, Memory]]:
    """The first result and those at each look, and what each leaves in memory."""
    simulated, memory = person.simulate(), Memory()
    for look in (0, *LOOKS):
        seen = simulated[: days + look]
        context = context_of(person, seen, memory=memory)
        known = result(context, analyses(context, _TOLD_BY))
        memory = remember(memory, known, seen[-1].day)
        yield known, memory


def _finds(course: Course, memory: Memory) -> bool:
    """Whether the last analysis found the truth, in a form of which can be asked what became of it."""
    return any(
        course.moves.get(change.evidence.metric) is change.finding.direction
        for change in memory.working.changes
        if change.evidence.statistic in course.statistics
    )


def _recheck(course: Course, insights: Iterable[Insight]) -> Told | None:
    told = {item.id: item for item in insights}
    for (metric, planted), statistic in product(course.moves.items(), sorted(course.statistics)):
        item = told.get(f"{AgentName.MEMORY}.recheck_{metric}_{statistic}")
        if item is not None and item.direction is Direction.STABLE:
            return Told.OVER
        if item is not None:
            return Told.STILL if item.direction is planted else Told.TURNED
    return None
