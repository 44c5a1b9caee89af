"""Real people through all six agents: what is said of them is valid, cited, and fits their day.

Skipped where the data are absent; they are never part of the project.
"""

import pytest

from functions.aggregate.assemble import assemble as result_of
from functions.aggregate.brief import MOST_CHARACTERS
from functions.aggregate.memory import remember
from holisticos.agents.archetypes import BUDGETS
from holisticos.contracts.analysis import AnalysisResult, SnapshotRef
from holisticos.contracts.names import AnalysisStatus
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from local.people.records import default_person
from tests.examples import a_head
from tests.unit.agents.specs import reports_on
from tests.unit.agents.words import FORBIDDEN
from tests.unit.aggregate.real_people import ARCHETYPE, context_of, reader


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
