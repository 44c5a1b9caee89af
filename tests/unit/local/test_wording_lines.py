"""Who worded a result, as it is printed."""

import pytest

from holisticos.contracts.names import AgentName, Engine
from holisticos.contracts.usage import Fallback, ModelCall, ModelUse, Usage, cost_of
from local.console import wording
from local.console.wording import wording_lines
from tests.unit.local.results import full_result

CALL = ModelCall(outcome="accepted", usage=Usage(tokens_in=1200, tokens_cached=200, tokens_out=300), nano_usd=900_000)
USE = ModelUse.of("gpt-4.1-mini", [CALL], repaired=True, reused=False)


def test_engines_reasons_tokens_and_cost_are_told() -> None:
    result = full_result()
    (report,) = [report for report in result.agents.values() if report.findings]
    agents = {
        AgentName.ROUTINE: report.model_copy(update={"engine": Engine.MODEL, "language_model": USE}),
        AgentName.INSIGHTS: report.model_copy(update={"reason": "grounding", "language_model": USE}),
        AgentName.MEMORY: report.model_copy(update={"reason": "grounding"}),
    }
    told = list(wording_lines(result.model_copy(update={"agents": agents, "cost": cost_of([CALL, CALL])})))
    assert told == [
        ("Wording", "routine by the language model gpt-4.1-mini, checked against the evidence"),
        (
            "Wording",
            "insights, memory by rules; blocked: what it said does not follow from the evidence (grounding)",
        ),
        ("Model", "gpt-4.1-mini: 2 calls, 2 repaired; 2,400 tokens in (400 cached), 600 out; $0.001800"),
    ]


@pytest.mark.parametrize("cause", list(Fallback))
def test_every_cause_is_told_in_words(cause: Fallback) -> None:
    assert cause in wording._REASONS
