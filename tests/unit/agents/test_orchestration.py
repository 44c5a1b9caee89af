"""Which agents are asked, and why not."""

import re

import pytest

from holisticos.agents import metrics
from holisticos.agents.orchestration import REQUIREMENTS, coordinate, prepare
from holisticos.agents.runner import report_by_rules
from holisticos.contracts.analysis import Assignment
from holisticos.contracts.names import AgentName, AgentStatus
from holisticos.health.context import UserHealthContext
from local.agents import SPECS
from tests.unit.agents.people import WALKED, everyone
from tests.unit.agents.person import USUAL, a_person

KINDS = (*USUAL, "nights", "hours")


def decided(context: UserHealthContext) -> dict[AgentName, Assignment]:
    return coordinate(prepare(context))


def assigned(context: UserHealthContext) -> UserHealthContext:
    return context.model_copy(update={"assignments": decided(context)})


def test_the_orchestrator_sees_counts_and_no_value() -> None:
    for context in everyone():
        data = prepare(context)
        assert all(count <= data.days.days for kind, count in data.counts.items())
        assert not re.search(r"\d\.\d", data.model_dump_json())


def test_who_is_asked_says_the_same_as_without_the_question() -> None:
    for context in everyone():
        asked = [agent for agent, one in decided(context).items() if one.enough]
        assert len(asked) >= 5
        for agent in asked:
            assert report_by_rules(SPECS[agent], assigned(context)) == report_by_rules(SPECS[agent], context)


@pytest.mark.parametrize("agent", list(AgentName))
def test_who_is_not_asked_would_have_found_nothing(agent: AgentName) -> None:
    refused = 0
    for kind in KINDS:
        for days in (1, 3, 5, 30):
            context = a_person(days=days, only=frozenset({kind}))
            if not decided(context)[agent].enough:
                refused += 1
                assert report_by_rules(SPECS[agent], context).findings == (), (kind, days)
    assert refused or agent is AgentName.INSIGHTS


def test_the_reason_says_what_is_needed_and_what_there_is() -> None:
    weighed = a_person(days=2, only=frozenset({metrics.WEIGHT}))
    memory = decided(weighed)[AgentName.MEMORY]
    assert memory.reason == (
        "needs 4 days of step count, active time, sedentary time, energy use or the like in the 97 days up to "
        "15 Mar 2026, have 2 of weight"
    )
    assert decided(weighed)[AgentName.BEHAVIOR].reason == (
        "needs 1 day of step count, active time, moderate activity, vigorous activity or the like in the 97 days up "
        "to 15 Mar 2026, have none"
    )


def test_what_is_withheld_is_named_as_a_reason() -> None:
    context = a_person(only=frozenset({metrics.WEIGHT}), privacy={"withheld_categories": ["activity", "sleep"]})
    reason = decided(context)[AgentName.ROUTINE].reason
    assert reason is not None
    assert reason.endswith("have none; you withhold activity, sleep")


def test_answers_alone_are_enough_for_adaptation() -> None:
    context = a_person(only=frozenset())
    assert not decided(context)[AgentName.ADAPTATION].enough
    assert decided(context.model_copy(update={"feedback": (WALKED,)}))[AgentName.ADAPTATION].enough


def test_an_agent_that_is_not_asked_says_the_reason_and_nothing_else() -> None:
    context = assigned(a_person(days=2, only=frozenset({metrics.WEIGHT})))
    report = report_by_rules(SPECS[AgentName.ROUTINE], context)
    assert report.status is AgentStatus.SKIPPED
    assert report.reason == context.assignments[AgentName.ROUTINE].reason
    assert report.evidence == ()


def test_every_agent_has_a_requirement() -> None:
    assert set(REQUIREMENTS) == set(AgentName)
