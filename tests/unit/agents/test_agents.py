"""What must hold for all six agents."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holisticos.agents import metrics
from holisticos.agents.formatting import Said
from holisticos.contracts.names import AgentName, AgentStatus, BaselineKind, Direction
from holisticos.contracts.report import AgentReport, DateSpan, Evidence, Finding
from holisticos.health.context import UserHealthContext
from holisticos.health.snapshot import decode, encode
from local.agents import SPECS
from tests.unit.agents.people import ILL, digest_of_everyone, everyone
from tests.unit.agents.person import Plant, a_person
from tests.unit.agents.specs import report_of, reports_on
from tests.unit.agents.words import FORBIDDEN


@pytest.mark.parametrize("agent", list(AgentName))
def test_finds_at_least_two_things_where_the_data_allow(agent: AgentName) -> None:
    report = report_of(agent, a_person())
    assert report.status is AgentStatus.COMPLETE
    assert len(report.findings) >= 2


@pytest.mark.parametrize("agent", list(AgentName))
def test_without_data_it_is_skipped_and_says_why(agent: AgentName) -> None:
    report = report_of(agent, a_person(only=frozenset()))
    assert report.status is AgentStatus.SKIPPED
    assert report.reason
    assert not report.findings
    assert not report.recommendations


def test_too_few_days_are_named_with_how_many_are_needed() -> None:
    report = report_of(AgentName.ADAPTATION, a_person(days=3, only=frozenset({metrics.STEPS})))
    assert "have 3 valid days in 7, need 4" in (report.reason or "")


Mutation = Callable[[Evidence], Evidence]


def _times(factor: float) -> Mutation:
    return lambda item: item.model_copy(update={"value": (item.value or 0.0) * factor + factor - 0.5})


VALUES: tuple[Mutation, ...] = (_times(1.5), _times(1.03), _times(0.97), _times(-1.0))
"""A number of another size, or of another sign, may take the finding away: of one of them it has to be left."""


def _another_usual(item: Evidence) -> Evidence:
    if item.baseline is None:
        return item
    return item.model_copy(
        update={"baseline": item.baseline.model_copy(update={"value": item.baseline.value * 1.03 + 2})}
    )


def _more_days(item: Evidence) -> Evidence:
    more = {"n": item.n + 3}
    if item.baseline:
        return item.model_copy(update={**more, "baseline": item.baseline.model_copy(update={"n": item.baseline.n + 3})})
    return item.model_copy(update=more)


def _the_day_before(item: Evidence) -> Evidence:
    day = timedelta(days=1)
    return item.model_copy(update={"window": DateSpan(start=item.window.start - day, end=item.window.end - day)})


def texts_after(
    agent: AgentName, context: UserHealthContext, change: Mutation, only: str | None = None
) -> dict[str, str]:
    """What would be told were the evidence another, by the id of the finding; ``only`` one piece, or all."""
    spec = SPECS[agent]

    def made_of(said: Said, evidence: Evidence) -> None:
        object.__setattr__(said, "evidence", change(evidence) if only in {None, evidence.id} else evidence)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Said, "__init__", made_of)
        return {item.id: item.text for item in spec.analyse(spec.prepare(context)).findings}


def shows(text: str, said: str) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(said)}(?![\d])", text) is not None


@pytest.mark.no_cover
@pytest.mark.parametrize("agent", list(AgentName))
def test_every_cited_number_stands_in_the_text(agent: AgentName) -> None:
    """Were the evidence another, the sentence would be: for each piece of evidence of each finding."""
    for context in everyone():
        report = report_of(agent, context)
        cited = {id_ for found in report.findings for id_ in found.evidence_ids}
        after = {id_: [texts_after(agent, context, change, id_) for change in VALUES] for id_ in cited}
        for found in report.findings:
            for id_ in found.evidence_ids:
                left = [texts[found.id] for texts in after[id_] if found.id in texts]
                assert left, f"{found.id} vanishes whatever {id_} is"
                assert any(text != found.text for text in left), f"{found.id} does not tell {id_}: {found.text}"


def with_gaps() -> UserHealthContext:
    """Somebody whose numbers of days are not those of a stretch of days, as 7 and 28 are."""
    context = a_person(1, plants=ILL)

    def recorded(day: date) -> bool:
        return day.toordinal() % 6 != 0

    return context.model_copy(
        update={
            "biomarkers": {
                name: one.model_copy(update={"values": {day: v for day, v in one.values.items() if recorded(day)}})
                for name, one in context.biomarkers.items()
            },
            "nights": tuple(night for night in context.nights if recorded(night.wake_date)),
        }
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("agent", list(AgentName))
def test_usual_days_and_periods_in_a_text_are_those_of_the_evidence(agent: AgentName) -> None:
    """What of them a text shows would be another, were it another in the evidence."""
    for context in (*everyone(), with_gaps()):
        report = report_of(agent, context)
        evidence = {item.id: Said(item) for item in report.evidence if item.value is not None}
        more_days, before = (texts_after(agent, context, change) for change in (_more_days, _the_day_before))
        for found in report.findings:
            cited = [evidence[id_] for id_ in found.evidence_ids]
            # Of all days of a stretch a text may tell the stretch.
            some = [
                said for said in cited if said.evidence.n < said.evidence.window.days and said.number != said.evidence.n
            ]
            if any(shows(found.text, shown) for said in some for shown in (said.days, said.nights)):
                assert more_days[found.id] != found.text, found.text
            if any(shows(found.text, said.period) for said in cited):
                assert found.text not in before.values(), found.text
            for said in cited:
                if shows_usual(found.text, said, cited):
                    told = texts_after(agent, context, _another_usual, said.evidence.id)
                    assert told[found.id] != found.text, found.text


def shows_usual(text: str, said: Said, cited: list[Said]) -> bool:
    """Whether that of ``said`` is in the text, and no value that reads the same. A guideline is the same for all."""
    usual = said.evidence.baseline
    if usual is None or usual.kind is BaselineKind.GUIDELINE:
        return False
    return shows(text, said.usual) and all(said.usual != other.value for other in cited)


@pytest.mark.parametrize("agent", list(AgentName))
def test_texts_are_plain_and_name_no_illness(agent: AgentName) -> None:
    for context in everyone():
        report = report_of(agent, context)
        texts = [f"{item.title} {item.text}" for item in report.findings]
        texts += [f"{item.text} {item.why} {item.measure}" for item in report.recommendations]
        for text in texts:
            assert not FORBIDDEN.search(text), text
            assert "None" not in text
            assert "nan" not in text
            assert "_" not in text, text
            assert "  " not in text, text
        assert all(len(item.title) <= 80 and len(item.text) <= 400 for item in report.findings)


@pytest.mark.parametrize("agent", list(AgentName))
def test_ids_bear_the_name_of_the_agent_and_are_unique(agent: AgentName) -> None:
    for context in everyone():
        report = report_of(agent, context)
        ids = [*(item.id for item in report.findings), *(item.id for item in report.recommendations)]
        assert len(ids) == len(set(ids))
        assert all(id_.startswith(f"{agent}.") for id_ in ids)


@pytest.mark.parametrize("agent", list(AgentName))
def test_recommendations_say_what_follows_from_what(agent: AgentName) -> None:
    for context in everyone():
        report = report_of(agent, context)
        findings = {item.id for item in report.findings}
        for item in report.recommendations:
            assert item.finding_ids
            assert findings.issuperset(item.finding_ids)
            assert item.why
            assert item.measure
            assert len(item.text) <= 300


def test_a_snapshot_gives_the_same_reports_as_the_context_it_was_made_of() -> None:
    for context in everyone():
        assert reports_on(decode(encode(context))) == reports_on(context)


PRINT_DIGEST = """
from tests.unit.agents.people import digest_of_everyone
print(digest_of_everyone())
"""


def test_reports_are_the_same_bytes_in_every_process() -> None:
    """Sets are iterated in another order in another process; nothing told may depend on it."""
    other = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", PRINT_DIGEST],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": "layers/common:."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == digest_of_everyone()


def claims(report: AgentReport) -> list[Finding]:
    return [item for item in report.findings if item.direction in {Direction.UP, Direction.DOWN}]


def test_of_people_with_nothing_planted_hardly_anything_is_claimed() -> None:
    """Of 12 people and about ten families of tests at 5 % each, six false claims are expected at most."""
    found = [
        item.id
        for seed in range(100, 112)
        for report in reports_on(a_person(seed)).values()
        for item in claims(report)
        # Their sleep is made to be longer or shorter than the need by chance of the seed.
        if item.id != "routine.sleep_need"
    ]
    assert len(found) <= 6, found


@pytest.mark.parametrize(
    ("category", "gone"),
    [
        ("vitals", {metrics.HRV, metrics.RESTING_HEART_RATE, metrics.OXYGEN_ASLEEP, metrics.BREATHING_ASLEEP}),
        ("sleep", {metrics.SLEEP_MINUTES, metrics.BEDTIME, metrics.WAKE_TIME, metrics.MID_SLEEP, "sleep"}),
        ("activity", {metrics.STEPS, metrics.TOTAL_ENERGY, metrics.LATE_STEPS, "activity"}),
        ("body", {metrics.WEIGHT}),
    ],
)
def test_a_withheld_category_leaves_no_trace(category: str, gone: set[str]) -> None:
    context = a_person(2, plants=ILL, privacy={"withheld_categories": [category]})
    for report in reports_on(context).values():
        used = {part for item in report.evidence if item.value is not None for part in item.metric.split("~")}
        assert not used & gone


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), days=st.integers(1, 40), window=st.sampled_from([1, 7]), level=st.floats(0, 1e5))
def test_odd_series_are_survived(seed: int, days: int, window: int, level: float) -> None:
    """Few days, constant series, ties, sparse metrics."""
    flat: dict[str, Plant] = {
        metrics.STEPS: lambda _, __: level,
        metrics.HRV: lambda _, value: float(round(value / 10) * 10) or 1.0,
        metrics.SLEEP_MINUTES: lambda _, __: 400.0,
    }
    for report in reports_on(a_person(seed, days=days, window_days=window, plants=flat)).values():
        assert report.status in {AgentStatus.COMPLETE, AgentStatus.SKIPPED}
        assert report.findings or report.reason


def test_the_examples_cover_what_is_rare() -> None:
    """The people of these tests make every kind of statement that the texts are tested on."""
    told: set[str] = set()
    for context in everyone():
        for agent, report in reports_on(context).items():
            told |= {f"{agent}:flag" for item in report.findings if item.red_flag}
            told |= {item.id.split("_")[0] for item in report.findings if agent in {"memory", "adaptation"}}
    assert {"insights:flag", "routine:flag", "memory.recheck", "adaptation.outcome", "adaptation.next"} <= told
