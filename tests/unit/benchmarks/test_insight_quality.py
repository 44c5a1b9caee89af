"""A small version of the measurement: that it measures what it says."""

from collections.abc import Iterable
from pathlib import Path
from random import Random
from statistics import fmean
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy import stats

from benchmarks.grounding.people import context_of as context_over_the_wire
from benchmarks.insight_quality import oracles, report
from benchmarks.insight_quality.claims import Claim, claims_of
from benchmarks.insight_quality.courses import Told
from benchmarks.insight_quality.curves import drawing
from benchmarks.insight_quality.measure import TRUTH_OF, Cell, Kind, measure
from benchmarks.insight_quality.people import Simulated, context_of
from benchmarks.insight_quality.summary import curves, false_findings, follow_ups
from benchmarks.insight_quality.truths import TRUTHS
from holisticos.agents import metrics
from holisticos.agents.runner import analysis_of
from holisticos.contracts.names import AgentName, Archetype, Direction
from holisticos.contracts.report import Target
from local.agents import SPECS
from local.people.persona import DEMO, NULL, Persona
from local.people.synthetic import synthetic_person
from tests.unit.agents.people import past
from tests.unit.agents.person import a_person, in_window

PEOPLE = range(6)


@pytest.mark.parametrize("persona", [NULL, DEMO])
def test_the_short_way_gives_the_agents_what_the_wire_gives(persona: Persona) -> None:
    for seed in (0, 5):
        person = Simulated(persona, seed, 42)
        short = context_of(person, person.simulate())
        records = synthetic_person(persona, seed=seed, as_of=short.as_of, days=42)
        wired = context_over_the_wire(records, Archetype.FOUNDATION_BUILDER)
        assert (short.window, short.history) == (wired.window, wired.history)
        assert short.biomarkers.keys() == wired.biomarkers.keys()
        for metric, series in short.biomarkers.items():
            assert series.unit == wired.biomarkers[metric].unit
            assert series.values == pytest.approx(wired.biomarkers[metric].values)
        assert (short.scores, short.hourly, short.nights) == (wired.scores, wired.hourly, wired.nights)


def test_an_oracle_without_correlations_is_the_classical_test() -> None:
    random = Random(1)  # noqa: S311 - data, not secrets
    for _ in range(50):
        x, y = (np.array([random.gauss() for _ in range(20)]) for _ in "xy")
        expected = float(stats.linregress(x, y).pvalue)
        assert oracles.least_squares(y, x, np.eye(20)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", [truth.name for truth in TRUTHS if truth.exact])
def test_an_exact_oracle_errs_as_often_as_it_says(name: str) -> None:
    truth = TRUTH_OF[name]
    people = [Simulated(truth.persona(0.0, 28), seed, 28).simulate() for seed in range(150)]
    p_values = [truth.oracle(days) for days in people]
    assert 0.0 < fmean(p <= 0.1 for p in p_values) <= 0.19


def test_what_changed_after_advice_is_a_claim_of_what_was_measured() -> None:
    """The finding cites the target as well, of which nothing is claimed."""
    walks = {metrics.STEPS: in_window(lambda value: value + 4000, days=14)}
    target = Target(metric=metrics.STEPS, value=9000, unit="count")
    told = analysis_of(SPECS[AgentName.ADAPTATION], a_person(plants=walks, memory=past(target, 14)))
    assert Claim("before and after", metrics.STEPS, "before_after", Direction.UP) in set(claims_of([told]))


def cells(seeds: range, kinds: Iterable[Kind]) -> dict[Cell, dict[str, object]]:
    planted = ("illness", "late-weekends")
    asked = [
        *(Cell(Kind.PLANTED, name, 42, size, seeds) for name in planted for size in (0.5, 3.0)),
        Cell(Kind.CALIBRATION, "late-weekends", 42, 0.0, seeds),
        Cell(Kind.NOBODY, "nobody", 42, 0.0, seeds),
    ]
    return {cell: measure(cell) for cell in asked if cell.kind in kinds}


def test_what_is_planted_large_is_found_and_reported(tmp_path: Path) -> None:
    results = cells(PEOPLE, Kind)
    by_name = {curve.truth.name: curve for curve in curves(results)}
    for curve in by_name.values():
        small, large = curve.points
        assert small.ours <= large.ours
        assert large.ours >= 0.75
        assert large.people == len(PEOPLE)
        assert all(point.searching <= point.told for point in curve.points)
    assert by_name["illness"].tests == 2
    found = false_findings(results)[42]
    assert found.people == len(PEOPLE)
    report.write(tmp_path, results)
    text = (tmp_path / "measured.md").read_text(encoding="utf-8")
    assert "HRV lower and resting heart rate higher for a week" in text
    svg = ET.parse(tmp_path / "recall.svg").getroot()  # noqa: S314 - written a moment ago
    assert len(svg.findall("{http://www.w3.org/2000/svg}polyline")) == 3 * len(by_name)


def test_an_oracle_that_errs_too_often_is_held_to_its_rate() -> None:
    planted = Cell(Kind.PLANTED, "irregular-sleep", 28, 1.0, range(25))
    nothing = Cell(Kind.CALIBRATION, "irregular-sleep", 28, 0.0, range(1000))
    found: dict[Cell, dict[str, object]] = {planted: {"found": [True] * 25, "oracle": [0.03] * 25, "tests": [1] * 25}}
    errs: dict[Cell, dict[str, object]] = {nothing: {"oracle": [0.02] * 100 + [0.5] * 900}}
    rightly: dict[Cell, dict[str, object]] = {nothing: {"oracle": [0.02] * 20 + [0.5] * 980}}
    assert curves(found | rightly)[0].points[0].told == 1.0
    assert curves(found | errs)[0].points[0].told == 0.0


def test_what_becomes_of_a_truth_is_told_as_it_is() -> None:
    asked = [Cell(kind, "shorter-nights", 42, 2.0, PEOPLE) for kind in (Kind.LASTS, Kind.OVER)]
    results = {cell: measure(cell) for cell in asked}
    lasts, over = follow_ups(results)
    assert lasts.lasts
    assert not over.lasts
    assert min(lasts.people, over.people) >= 4
    assert lasts.told[Told.STILL] > lasts.people / 2
    assert over.told[Told.OVER] > over.people / 2
    assert "## What is told of it later" in report.text(results)


def test_what_is_wrong_depends_on_whether_it_lasts() -> None:
    told = {Told.STILL: 5, Told.AGAIN: 1, Told.OVER: 2, Told.TURNED: 1, Told.NOTHING: 1}
    of = {kind: Cell(kind, "strain", 28, 2.0, PEOPLE) for kind in (Kind.LASTS, Kind.OVER)}
    lasts, over = follow_ups({cell: {"told": told} for cell in of.values()})
    assert (lasts.people, lasts.wrong, over.wrong) == (10, 0.3, 0.6)


def test_an_oracle_may_err_as_often_as_the_agents_do() -> None:
    people = range(1000)
    planted = Cell(Kind.PLANTED, "non-wear", 28, 1.0, people)
    nobody = Cell(Kind.NOBODY, "nobody", 28, 0.0, people)
    found: dict[Cell, dict[str, object]] = {planted: {"found": [True], "oracle": [0.08], "tests": [1]}}
    for by_chance, told in ((100, 1.0), (50, 0.0)):
        counted: dict[str, object] = {"chance": {"non-wear": by_chance}}
        assert curves(found | {nobody: counted})[0].points[0].told == told


def test_the_same_people_give_the_same_figures() -> None:
    assert cells(range(2), {Kind.PLANTED}) == cells(range(2), {Kind.PLANTED})


def test_nothing_measured_is_reported_as_nothing() -> None:
    assert "## Recall" not in report.text({})
    assert ET.fromstring(drawing([])) is not None  # noqa: S314 - written a moment ago
