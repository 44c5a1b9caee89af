"""From cells to figures: recall beside the oracles', and false findings a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median_low
from typing import Any, Final

from benchmarks.insight_quality.courses import COURSES, WRONG, Course
from benchmarks.insight_quality.measure import Cell, Kind
from benchmarks.insight_quality.truths import TRUTHS, Truth

RATE: Final = 0.05
"""False findings a person and family that are allowed."""
_ENOUGH_BEYOND: Final = 20

Results = Mapping[Cell, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Point:
    """Shares of people in whom a truth of some size was found: by the agents, and by the oracle.

    ``told`` is the oracle that is told in which series to look and spends the whole rate there; ``searching`` knows
    the form as well, but has to look through as many series as the agents do.
    """

    size: float
    ours: float
    searching: float
    told: float
    people: int


@dataclass(frozen=True, slots=True)
class Curve:
    truth: Truth
    days: int
    tests: int
    by_chance: float | None
    """Share of people in whom nothing happens of whom the agents tell it; ``None`` where there are none.

    Where it is more than is allowed (days without the device are told as they are, however they came about), the
    oracles may err as often.
    """
    points: tuple[Point, ...]


def curves(results: Results) -> list[Curve]:
    """One for each truth and number of days that was measured."""
    found = []
    for truth in TRUTHS:
        for days in sorted({cell.days for cell in results if cell.truth == truth.name}):
            of_truth = {cell: shown for cell, shown in results.items() if (cell.truth, cell.days) == (truth.name, days)}
            calibration = _joined(of_truth, Kind.CALIBRATION, "oracle")
            tests = median_low(_joined(of_truth, Kind.PLANTED, "tests"))
            by_chance = _by_chance(results, truth, days)
            rate = max(RATE, by_chance or 0.0)
            limits = _limit(rate / tests, calibration), _limit(rate, calibration)
            sizes = sorted({cell.size for cell in of_truth if cell.kind is Kind.PLANTED})
            points = tuple(_point(of_truth, size, *limits) for size in sizes)
            found.append(Curve(truth, days, tests, by_chance, points))
    return found


def _point(of_truth: Results, size: float, searching: float, told: float) -> Point:
    ours = _joined(of_truth, Kind.PLANTED, "found", size)
    oracle = _joined(of_truth, Kind.PLANTED, "oracle", size)
    return Point(
        size, fmean(ours), fmean(p <= searching for p in oracle), fmean(p <= told for p in oracle), people=len(ours)
    )


def _by_chance(results: Results, truth: Truth, days: int) -> float | None:
    cells = [cell for cell in results if cell.kind is Kind.NOBODY and cell.days == days]
    people = sum(len(cell.seeds) for cell in cells)
    return sum(results[cell]["chance"].get(truth.name, 0) for cell in cells) / people if people else None


@dataclass(frozen=True, slots=True)
class FalseFindings:
    """What was found in people in whom nothing happens, counted by family and by series."""

    people: int
    families: Counter[str]
    series: Counter[str]


def false_findings(results: Results) -> dict[int, FalseFindings]:
    """By number of days."""
    found: dict[int, FalseFindings] = {}
    for cell, shown in sorted(results.items(), key=lambda item: (item[0].days, item[0].seeds.start)):
        if cell.kind is Kind.NOBODY:
            before = found.get(cell.days, FalseFindings(0, Counter(), Counter()))
            found[cell.days] = FalseFindings(
                before.people + len(cell.seeds),
                before.families + Counter(shown["families"]),
                before.series + Counter(shown["series"]),
            )
    return found


def share_of(curve: Curve, oracle: str) -> float:
    """Our recall over an oracle's, both summed over the sizes: the ratio of the areas under the curves."""
    limit = sum(point.told if oracle == "told" else point.searching for point in curve.points)
    return sum(point.ours for point in curve.points) / max(1e-9, limit)


def _joined(results: Results, kind: Kind, what: str, size: float | None = None) -> list[Any]:
    cells = sorted((cell for cell in results if cell.kind is kind), key=lambda cell: (cell.size, cell.seeds.start))
    return [value for cell in cells if size is None or cell.size == size for value in results[cell][what]]


def _limit(rate: float, calibration: Sequence[float]) -> float:
    """The p up to which an oracle speaks: its rate, or less where people without the truth show that it errs more."""
    beyond = int(rate * len(calibration))
    return min(rate, sorted(calibration)[beyond]) if beyond >= _ENOUGH_BEYOND else rate


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What later analyses told of a truth that the first had found, in so many people."""

    course: Course
    days: int
    lasts: bool
    told: Counter[str]

    @property
    def people(self) -> int:
        return self.told.total()

    @property
    def wrong(self) -> float:
        """Share of the people of whom something was told that is not so."""
        return sum(self.told[one] for one in WRONG[self.lasts]) / self.people


def follow_ups(results: Results) -> list[FollowUp]:
    """One for each course and number of days that was measured, lasting or over."""
    found: dict[tuple[str, int, bool], Counter[str]] = {}
    for cell, shown in results.items():
        if cell.kind in {Kind.LASTS, Kind.OVER}:
            found.setdefault((cell.truth, cell.days, cell.kind is Kind.LASTS), Counter()).update(shown["told"])
    return [FollowUp(COURSES[name], days, lasts, told) for (name, days, lasts), told in found.items() if told]
