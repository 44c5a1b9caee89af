"""Real people through all six agents: what is said of them is valid, cited, and fits their day.

Skipped where the data are absent; they are never part of the project.
"""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from functions.aggregate.assemble import assemble as result_of
from functions.aggregate.brief import MOST_CHARACTERS
from functions.aggregate.memory import remember
from holisticos.agents.archetypes import BUDGETS
from holisticos.contracts.analysis import AnalysisResult, SnapshotRef
from holisticos.contracts.names import AnalysisStatus, Archetype, Part, Source
from holisticos.health import windows
from holisticos.health.assembly import Fetched, Origin, assemble
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.profile import Profile
from local.people.fitabase import FitabaseReader
from local.people.lifesnaps import LifeSnapsReader
from local.people.records import PersonReader, PersonRecords, default_person
from tests.examples import a_head
from tests.unit.agents.specs import reports_on
from tests.unit.agents.test_agents import FORBIDDEN

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ARCHETYPE = Archetype.SYSTEMATIC_IMPROVER


def reader(name: str) -> PersonReader:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the real data ../shared/data/{name} are not on this machine")
    return LifeSnapsReader(folder) if name == "lifesnaps" else FitabaseReader(folder)


def context_of(records: PersonRecords, days_before_last: int = 0, memory: Memory | None = None) -> UserHealthContext:
    as_of = records.as_of - timedelta(days=days_before_last)
    zone = ZoneInfo(records.timezone)
    memory = memory or Memory()
    fetched = Fetched(
        parse_scores(records.scores, zone=zone, as_of=as_of),
        parse_biomarkers(records.biomarkers, zone=zone, as_of=as_of),
        parse_archetypes(records.archetypes, zone=zone, as_of=as_of),
        memory,
        {part: Origin(Source.HEALTH_API, as_of) for part in Part},
    )
    profile = Profile(user_id=records.person_id, timezone=records.timezone, archetype=ARCHETYPE)
    period = windows.period(as_of, records.timezone, last_window=memory.last_window)
    return assemble(profile, fetched, period, as_of)


def analysed(context: UserHealthContext) -> AnalysisResult:
    head = a_head(user_id=context.user_id, as_of=context.as_of, requested_at=context.as_of)
    ref = SnapshotRef(key="snapshots/x", sha256="0" * 64)
    return result_of(head, context, reports_on(context), ref, context.as_of)


def check(result: AnalysisResult) -> None:
    assert result.status is AnalysisStatus.COMPLETED
    assert len(result.insights) >= 8
    assert result.plan.minutes_used <= BUDGETS[ARCHETYPE].minutes
    assert len(result.plan.items) <= BUDGETS[ARCHETYPE].new_habits + 1
    assert len(result.brief) <= MOST_CHARACTERS
    texts = [result.brief, *(f"{item.title} {item.text}" for item in (*result.insights, *result.red_flags))]
    texts += [f"{item.text} {item.why} {item.measure}" for item in result.plan.items]
    for text in texts:
        assert not FORBIDDEN.search(text), text
        assert "_" not in text, text
    evidence = {item.id: item for report in result.agents.values() for item in report.evidence}
    for insight in result.insights:
        assert all(evidence[id_].value is not None for id_ in insight.evidence_ids)


@pytest.mark.parametrize("name", ["lifesnaps", "fitabase"])
def test_the_person_with_most_days_gets_a_whole_result(name: str) -> None:
    source = reader(name)
    person = default_person(source.persons())
    check(analysed(context_of(source.records(person.person_id))))


def test_a_second_analysis_knows_the_first() -> None:
    source = reader("lifesnaps")
    # A person with sleep, heart rate variability and clock times on nearly every day.
    person = next(item for item in source.persons() if item.person_id.endswith("27bd9f"))
    records = source.records(person.person_id)
    first_context = context_of(records, days_before_last=10)
    first = analysed(first_context)
    check(first)
    memory = remember(Memory(), first, first_context.as_of.date())
    second = analysed(context_of(records, memory=memory))
    check(second)
    told = {item.id for item in second.insights}
    assert any(id_.startswith("adaptation.outcome") for id_ in told)
    assert any(item.score_parts.novelty < 1 for item in second.insights)
