"""The product's own stack as it stands in the embedded cloud."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from holisticos.contracts.names import AgentName
from local.endpoints import Endpoints
from local.stack import Stack
from tests.integration.conftest import AwsClient

pytestmark = pytest.mark.emulator

_TABLE_ARN = "arn:aws:dynamodb:{region}:000000000000:table/{name}"


def _tasks(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("Type") == "Task":
            yield value
        for part in value.values():
            yield from _tasks(part)
    elif isinstance(value, list):
        for part in value:
            yield from _tasks(part)


def _needs(task: dict[str, Any], region: str) -> tuple[str, str]:
    """The action and the resource that the state machine's role must allow for a task."""
    arguments = task["Arguments"]
    match task["Resource"].rpartition(":::")[2]:
        case "lambda:invoke":
            return "lambda:InvokeFunction", arguments["FunctionName"]
        case "states:startExecution":
            return "states:StartExecution", arguments["StateMachineArn"]
        case "dynamodb:updateItem":
            return "dynamodb:UpdateItem", _TABLE_ARN.format(region=region, name=arguments["TableName"])
    raise AssertionError(f"which right does {task['Resource']} need?")


def test_every_name_that_clients_need_is_told(endpoints: Endpoints, stack: Stack) -> None:
    agents = {f"agent_{name}" for name in AgentName}

    others = {"api", "webhook", "ingest", "fetch_data", "aggregate", "daily", "reconcile", "erasure"}
    assert endpoints.functions.keys() == agents | others
    assert json.loads(stack.state.endpoints.read_text())["api_url"] == endpoints.api_url
    assert httpx.get(f"{endpoints.api_url}/live", timeout=60).json() == {"status": "live"}


def test_the_secret_leads_to_the_database(endpoints: Endpoints, aws: AwsClient) -> None:
    secret = aws("secretsmanager").get_secret_value(SecretId=endpoints.database_secret_arn)

    assert json.loads(secret["SecretString"]) == {"url": endpoints.database_url}


@pytest.mark.parametrize("name", ["analysis", "daily", "erasure"])
def test_a_state_machine_may_do_what_its_states_do(endpoints: Endpoints, aws: AwsClient, name: str) -> None:
    """The emulator does not ask the roles of state machines when it runs them; AWS does."""
    machine = aws("stepfunctions").describe_state_machine(stateMachineArn=endpoints.state_machines[name])
    needs = {_needs(task, endpoints.region) for task in _tasks(json.loads(machine["definition"]))}

    refused = [
        need
        for need in sorted(needs)
        if aws("iam").simulate_principal_policy(
            PolicySourceArn=machine["roleArn"], ActionNames=[need[0]], ResourceArns=[need[1]]
        )["EvaluationResults"][0]["EvalDecision"]
        != "allowed"
    ]

    assert len(needs) > 1
    assert refused == []


def test_a_role_without_the_right_would_be_found_out(endpoints: Endpoints, aws: AwsClient) -> None:
    daily = aws("stepfunctions").describe_state_machine(stateMachineArn=endpoints.state_machines["daily"])

    decision = aws("iam").simulate_principal_policy(
        PolicySourceArn=daily["roleArn"],
        ActionNames=["lambda:InvokeFunction"],
        ResourceArns=[
            aws("lambda").get_function(FunctionName=endpoints.functions["api"])["Configuration"]["FunctionArn"]
        ],
    )

    assert decision["EvaluationResults"][0]["EvalDecision"] != "allowed"
