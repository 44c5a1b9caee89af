"""What a real provider can do wrong: named after the faults that the product must survive.

The agent, its prompt, the SDK and the grounding check are the real ones; the stores are in memory.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from holisticos.adapters.openai_model import OpenAiLanguageModel
from holisticos.agents.language_model.model_desk import ModelDesk
from holisticos.agents.runner import AgentRunner
from holisticos.contracts.names import AgentName, AgentStatus, Engine
from holisticos.contracts.report import AgentReport
from holisticos.contracts.spending import day_of
from holisticos.contracts.usage import NANO_USD
from local.agents import SPECS
from local.language_model.app import StandIn
from local.language_model.faults import Fault, Mode, Script
from local.language_model.server import running
from local.language_model.wordings import Lie
from tests.fakes.language_model import InMemorySpendingLog, a_desk
from tests.unit.agents.person import a_person
from tests.unit.agents.specs import fake_ports

AGENT = AgentName.ROUTINE
CONTEXT = a_person(privacy={"share_with_language_model": True})
BY_RULES = AgentRunner(SPECS[AGENT], fake_ports()).report(CONTEXT)
SHORT, PATIENT = 0.5, 60.0
"""Seconds: the first for what never ends, the other for what does, however busy the machine is."""


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[StandIn, OpenAiLanguageModel]]:
    stand_in = StandIn(seconds_a_byte=0.05)
    with running(stand_in) as url, OpenAiLanguageModel("gpt-4.1-mini", lambda: "sk-test", base_url=url) as model:
        # Loading the SDK must not count in tests of short deadlines.
        AgentRunner(SPECS[AGENT], fake_ports(language_model=a_desk(model, seconds=PATIENT))).report(CONTEXT)
        yield stand_in, model


@pytest.fixture
def desk(provider: tuple[StandIn, OpenAiLanguageModel]) -> ModelDesk:
    stand_in, model = provider
    stand_in.calls.clear()
    return a_desk(model, seconds=PATIENT)


@pytest.fixture
def stand_in(provider: tuple[StandIn, OpenAiLanguageModel]) -> StandIn:
    return provider[0]


def report(desk: ModelDesk, stand_in: StandIn, *modes: Mode, seconds: float = PATIENT) -> AgentReport:
    """The agent's report while the provider does this, forever."""
    stand_in.director.follow(Script(modes=modes, forever=True, retry_after=0))
    ports = fake_ports(language_model=replace(desk, seconds=seconds))
    return AgentRunner(SPECS[AGENT], ports).report(CONTEXT, "an-1")


def assert_the_rules_spoke(reported: AgentReport, reason: str) -> None:
    assert (reported.status, reported.engine, reported.reason) == (AgentStatus.COMPLETE, Engine.RULES, reason)
    assert reported.findings == BY_RULES.findings
    assert reported.recommendations == BY_RULES.recommendations


def assert_the_books_are_exact(reported: AgentReport, desk: ModelDesk, stand_in: StandIn) -> None:
    """The report, the user's day and everybody's day have what the provider charged for, to the token."""
    charged: dict[str, int] = {
        name: sum(getattr(call.usage, name) for call in stand_in.calls)
        for name in ("tokens_in", "tokens_cached", "tokens_out")
    }
    use = reported.language_model
    assert use is not None
    day = day_of(desk.clock.now())
    assert isinstance(desk.spending, InMemorySpendingLog)
    for spent in (desk.spending.of_user("user-1", day), desk.spending.of_all(day)):
        counted: dict[str, Any] = spent.usage.model_dump(include=set(charged))
        assert counted == charged
        assert spent.nano_usd / NANO_USD == use.cost.usd
    assert use.cost.model_dump(include=set(charged)) == charged


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.RATE_LIMITED, "rate_limited"),
        (Fault.QUOTA, "quota"),
        (Fault.SERVER_ERROR, "server_error"),
        (Fault.UNAUTHORIZED, "rejected"),
        (Fault.DROPPED, "unreachable"),
    ],
)
def test_fault_13_the_language_model_refuses_to_work(
    fault: Fault, reason: str, desk: ModelDesk, stand_in: StandIn
) -> None:
    reported = report(desk, stand_in, fault)
    assert_the_rules_spoke(reported, reason)
    assert_the_books_are_exact(reported, desk, stand_in)


@pytest.mark.parametrize(
    ("fault", "reason"), [(Fault.TIMEOUT, "timeout"), (Fault.STALL, "stall"), (Fault.SLOW, "stall")]
)
def test_fault_13_the_language_model_does_not_end(
    fault: Fault, reason: str, desk: ModelDesk, stand_in: StandIn
) -> None:
    began = time.monotonic()
    reported = report(desk, stand_in, fault, seconds=SHORT)
    # A stall would last forever; how long the agent's own work takes depends on the machine.
    assert time.monotonic() - began < SHORT + 4
    assert_the_rules_spoke(reported, reason)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.MALFORMED, "malformed_json"),
        (Fault.INVALID_JSON, "malformed_json"),
        (Fault.HUGE, "malformed_json"),
        (Fault.SCHEMA, "schema"),
        (Fault.REFUSAL, "refusal"),
        (Fault.TRUNCATED, "truncated"),
    ],
)
def test_fault_14_the_language_model_answers_nothing_of_use(
    fault: Fault, reason: str, desk: ModelDesk, stand_in: StandIn
) -> None:
    reported = report(desk, stand_in, fault)
    assert_the_rules_spoke(reported, reason)
    assert_the_books_are_exact(reported, desk, stand_in)


@pytest.mark.parametrize("lie", list(Lie))
def test_fault_15_the_language_model_invents(lie: Lie, desk: ModelDesk, stand_in: StandIn) -> None:
    reported = report(desk, stand_in, lie)
    assert_the_rules_spoke(reported, "grounding")
    assert [call.mode for call in stand_in.calls] == [lie, lie]
    assert_the_books_are_exact(reported, desk, stand_in)


def test_fault_15_a_repaired_invention_is_shown_as_repaired(desk: ModelDesk, stand_in: StandIn) -> None:
    reported = report(desk, stand_in, Lie.NUMBER, None)
    assert (reported.engine, reported.reason) == (Engine.MODEL, None)
    assert reported.language_model is not None
    assert reported.language_model.repaired
    assert_the_books_are_exact(reported, desk, stand_in)


def test_what_passes_is_tried_once_more_and_all_of_it_is_in_the_books(desk: ModelDesk, stand_in: StandIn) -> None:
    reported = report(desk, stand_in, Fault.SERVER_ERROR, None)
    assert reported.engine is Engine.MODEL
    assert {item.id for item in reported.findings} == {item.id for item in BY_RULES.findings}
    assert_the_books_are_exact(reported, desk, stand_in)


def test_fault_21_a_second_try_of_an_agent_pays_nothing(desk: ModelDesk, stand_in: StandIn) -> None:
    first, second = (report(desk, stand_in, None) for _ in range(2))
    assert len(stand_in.calls) == 1
    assert second.findings == first.findings
    assert second.language_model is not None
    assert second.language_model.reused
    assert_the_books_are_exact(second, desk, stand_in)
