"""Runs people through the agents and the oracles beside them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from benchmarks.analysis import analyses
from benchmarks.insight_quality.claims import FAMILIES, FOLLOW_UP, claims_of
from benchmarks.insight_quality.courses import COURSES, Course, told_of
from benchmarks.insight_quality.people import Simulated, context_of, follow_up
from benchmarks.insight_quality.truths import TRUTHS, Truth
from holisticos.agents.spec import Analysis
from holisticos.contracts.names import AgentName, Direction
from local.people.persona import NULL

_TESTED_BY: Final = frozenset({AgentName.INSIGHTS, AgentName.NUTRITION, AgentName.BEHAVIOR, AgentName.ROUTINE})
_NOT_TESTED: Final = ".latest"
_ASKED_LATER: Final = frozenset({"before and after", FOLLOW_UP})
"""What a first analysis cannot ask; the other families have had their chance."""
_ASKING_LATER: Final = frozenset({AgentName.ADAPTATION, AgentName.MEMORY})
TRUTH_OF: Final = {truth.name: truth for truth in TRUTHS}


class Kind(StrEnum):
    PLANTED = "planted"
    """People with a truth: what is told, and the p-value of the oracle."""
    CALIBRATION = "calibration"
    """The oracle alone on people in whom the truth has size 0: how often it errs."""
    NOBODY = "nobody"
    """People in whom nothing happens: what is told nevertheless."""
    LASTS = "lasts"
    """People with a truth that lasts: what the analyses after the one that found it tell of it."""
    OVER = "over"
    """The same where it ends with the analysis that found it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Some people, to be measured in one go."""

    kind: Kind
    truth: str
    days: int
    size: float
    seeds: range

    @property
    def name(self) -> str:
        parts = (self.kind, self.truth, self.days, f"{self.size:g}", self.seeds.start, self.seeds.stop)
        return "-".join(map(str, parts))


def measure(cell: Cell) -> dict[str, Any]:
    """What one cell shows, as plain JSON."""
    match cell.kind:
        case Kind.PLANTED:
            return _planted(cell, TRUTH_OF[cell.truth])
        case Kind.CALIBRATION:
            return _calibration(cell, TRUTH_OF[cell.truth])
        case Kind.NOBODY:
            return _nobody(cell)
        case Kind.LASTS | Kind.OVER:
            return _course(cell, COURSES[cell.truth])


def _planted(cell: Cell, truth: Truth) -> dict[str, Any]:
    found, p_values, tests = [], [], []
    for seed in cell.seeds:
        person = Simulated(truth.persona(cell.size, cell.days), seed, cell.days)
        days = person.simulate()
        told = analyses(context_of(person, days), truth.told_by)
        found.append(truth.found(list(claims_of(told.values())), told))
        p_values.append(truth.oracle(days))
        tests.append(_tests(told, truth.family))
    return {"found": found, "oracle": p_values, "tests": tests}


def _calibration(cell: Cell, truth: Truth) -> dict[str, Any]:
    persona = truth.persona(0.0, cell.days)
    return {"oracle": [truth.oracle(Simulated(persona, seed, cell.days).simulate()) for seed in cell.seeds]}


def _tests(told: Mapping[AgentName, Analysis], family: str) -> int:
    """How many series the family of a truth was asked of; at least 1."""
    asked = {
        item.id
        for agent in _TESTED_BY & told.keys()
        for item in told[agent].evidence
        if FAMILIES.get(item.statistic) == family and item.p_value is not None and not item.id.endswith(_NOT_TESTED)
    }
    return max(1, len(asked))


def _course(cell: Cell, course: Course) -> dict[str, Any]:
    told = (told_of(course, cell.days, seed, lasts=cell.kind is Kind.LASTS) for seed in cell.seeds)
    return {"told": dict(Counter(one for one in told if one is not None))}


def _nobody(cell: Cell) -> dict[str, Any]:
    """A first analysis, and a second one that remembers the first."""
    families: Counter[str] = Counter()
    series: Counter[str] = Counter()
    chance: Counter[str] = Counter()
    for seed in cell.seeds:
        person = Simulated(NULL, seed, cell.days)
        days = person.simulate()
        told = analyses(context_of(person, days))
        first = list(claims_of(told.values()))
        chance.update(truth.name for truth in TRUTHS if truth.found(first, told))
        later = claims_of(analyses(follow_up(person, days), _ASKING_LATER).values())
        for claim in (*first, *(claim for claim in later if claim.family in _ASKED_LATER)):
            # 430 minutes are more than adults need: that this person sleeps enough is no error.
            if (claim.family, claim.direction) != ("sleep need", Direction.UP):
                families[claim.family] += 1
                series[f"{claim.family} of {claim.metric}"] += 1
    return {"families": dict(families), "series": dict(series), "chance": dict(chance)}
