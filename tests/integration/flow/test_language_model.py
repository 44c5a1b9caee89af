"""A language model on the running stack: the stand-in, asked by the deployed functions."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from holisticos.adapters.dynamodb_spending import DynamoDbSpendingLog
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.names import AgentName, AnalysisStatus, Engine
from holisticos.contracts.spending import Spent, day_of
from holisticos.contracts.usage import NANO_USD
from local.client import ApiClient
from local.endpoints import Endpoints
from local.language_model.wordings import Lie
from local.people.persona import Persona
from local.people.registry import ImportedPerson
from local.people.synthetic import synthetic_person
from local.workbench import Workbench
from tests.integration.conftest import AwsClient
from tests.integration.flow.conftest import AS_OF, BrokenFunction
from tests.integration.flow.following import followed

COLD = "cold_start"
"""On a busy machine a fresh process may need all the time there is for loading the SDK; that is labelled too."""
SLOW = {"timeout", "stall", "circuit_open"}
"""There an answer may also take longer than a person would wait."""

TOKENS = ("tokens_in", "tokens_cached", "tokens_out")


@pytest.fixture(scope="module")
def sharer(workbench: Workbench) -> ImportedPerson:
    """Somebody who shares findings with the language model."""
    return workbench.import_person(synthetic_person(Persona(name="sharer"), seed=9, as_of=AS_OF, days=40), share=True)


@pytest.fixture
def sharing(workbench: Workbench, sharer: ImportedPerson) -> Iterator[ApiClient]:
    with ApiClient(workbench.endpoints.api_url, workbench.accounts.token(sharer.user_id)) as client:
        yield client


@pytest.fixture
def stand_in(endpoints: Endpoints) -> Iterator[httpx.Client]:
    """The switches of the stand-in, which forgets what it was asked so far."""
    with httpx.Client(base_url=endpoints.language_model_url.removesuffix("/v1")) as client:
        client.delete("/_requests").raise_for_status()
        yield client
        client.put("/_faults", json={"modes": []}).raise_for_status()


def charged(stand_in: httpx.Client) -> dict[str, int]:
    calls = stand_in.get("/_requests").json()
    return {name: sum(call["usage"][name] for call in calls) for name in TOKENS}


def in_the_ledger(result: AnalysisResult, stand_in: httpx.Client) -> bool:
    """To the token; but of an answer that was given up while it was under way nobody knows what it cost."""
    counted, asked = result.cost.model_dump(include=set(TOKENS)), charged(stand_in)
    if {report.reason for report in result.agents.values()} & SLOW:
        return all(counted[name] <= asked[name] for name in TOKENS)
    return counted == asked


def spent(endpoints: Endpoints, aws: AwsClient, user_id: str, result: AnalysisResult) -> Spent:
    log = DynamoDbSpendingLog(endpoints.tables["ephemeral"], aws("dynamodb"))
    return log.of_user(user_id, day_of(result.completed_at))


def test_a_faithful_model_is_heard_every_token_is_in_the_ledger_and_nobody_is_named(
    sharing: ApiClient, sharer: ImportedPerson, stand_in: httpx.Client, endpoints: Endpoints, aws: AwsClient
) -> None:
    before = spent(endpoints, aws, sharer.user_id, followed(sharing, sharing.analyze(sharer.user_id, as_of=AS_OF))[1])
    stand_in.delete("/_requests").raise_for_status()

    analysis_id = sharing.analyze(sharer.user_id, as_of=AS_OF)
    result = followed(sharing, analysis_id)[1]

    worded = [report for report in result.agents.values() if report.engine is Engine.MODEL]
    assert worded
    assert {report.reason for report in result.agents.values() if report.findings} <= {None, COLD, *SLOW}
    assert all(report.prompt_version and report.language_model for report in worded)
    assert in_the_ledger(result, stand_in)
    after = spent(endpoints, aws, sharer.user_id, result)
    if not {report.reason for report in result.agents.values()} & SLOW:
        assert after.nano_usd - before.nano_usd == round(result.cost.usd * NANO_USD) > 0
        assert after.usage.tokens_out - before.usage.tokens_out == result.cost.tokens_out
    sent = stand_in.get("/_requests").text
    assert not [name for name in (sharer.user_id, analysis_id, sharer.timezone) if name in sent]


def test_a_lying_model_is_blocked_and_labelled(
    sharing: ApiClient, sharer: ImportedPerson, stand_in: httpx.Client
) -> None:
    stand_in.put("/_faults", json={"modes": list(Lie), "forever": True}).raise_for_status()

    result = followed(sharing, sharing.analyze(sharer.user_id, as_of=AS_OF))[1]

    assert result.status is AnalysisStatus.COMPLETED
    assert {report.engine for report in result.agents.values()} == {Engine.RULES}
    assert {report.reason for report in result.agents.values() if report.findings} <= {"grounding", COLD, *SLOW}
    assert in_the_ledger(result, stand_in)
    shown = result.model_dump_json()
    assert "magnesium" not in shown
    assert "kilometres" not in shown


def test_fault_21_an_agent_killed_between_the_call_and_the_report_pays_once(
    sharing: ApiClient, sharer: ImportedPerson, stand_in: httpx.Client, reconfigured: BrokenFunction, tmp_path: Any
) -> None:
    marker = tmp_path / "killed"
    mortal = f"""
import os, signal
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from functions.agents.routine.handler import lambda_handler

put_report = DynamoDbAnalysisStore.put_report

def die_once(self, analysis_id, report):
    if report.language_model and not os.path.exists({str(marker)!r}):
        open({str(marker)!r}, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    put_report(self, analysis_id, report)

DynamoDbAnalysisStore.put_report = die_once
"""
    # More patience than a person would have: a fresh process loads the SDK, and has to be killed after its call.
    with reconfigured("agent_routine", code=mortal, LANGUAGE_MODEL_SECONDS="10"):
        result = followed(sharing, sharing.analyze(sharer.user_id, as_of=AS_OF))[1]

    assert marker.exists()
    routine = result.agents[AgentName.ROUTINE]
    assert (routine.engine, routine.reason) == (Engine.MODEL, None)
    assert routine.language_model is not None
    assert routine.language_model.reused
    assert len(routine.language_model.calls) == 1
    asked = charged(stand_in)
    assert all(value <= asked[name] for name, value in result.cost.model_dump(include=set(TOKENS)).items())
