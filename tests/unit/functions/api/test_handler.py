"""The function as Lambda runs it: wired by its bootstrap, on tables in this process."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.api import bootstrap
from functions.api.handler import lambda_handler
from functions.api.settings import ApiSettings
from holisticos.adapters import aws
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.contracts.errors import ConfigurationError
from tests.examples import a_result, an_event
from tests.lambda_context import a_context
from tests.output import Output
from tests.tables import HEAD_FIELDS, KEYS_ONLY, create_table
from tests.tokens import TestPool, published
from tests.unit.functions.api.events import ENVIRONMENT, event

CACHED = (aws.dynamodb, aws.step_functions, bootstrap.application)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for cached in CACHED:
        cached.cache_clear()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "analyses", HEAD_FIELDS)
        create_table(client, "users", KEYS_ONLY)
        create_table(client, "audit")
        create_table(client, "ephemeral", sort_key=False)
        with published(json.dumps({"keys": TestPool().keys}).encode()) as issuer:
            # For this service alone: all others are moto's.
            monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", issuer)
            yield
    asyncio.set_event_loop(None)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    for cached in CACHED:
        cached.cache_clear()


@pytest.fixture
def state_machine() -> str:
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    created = boto3.client("stepfunctions").create_state_machine(
        name="analysis", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/analysis"
    )
    arn = created["stateMachineArn"]
    assert arn == ENVIRONMENT["ANALYSIS_STATE_MACHINE_ARN"]
    return arn


def invoke(method: str, path: str, **given: Any) -> dict[str, Any]:
    return lambda_handler(event(method, path, Authorization=bearer(), **given), a_context())


def bearer() -> str:
    return f"Bearer {TestPool().access_token(datetime.now(UTC))}"


def test_an_analysis_is_stored_started_and_followed(state_machine: str, capsys: pytest.CaptureFixture[str]) -> None:
    accepted = invoke("POST", "/api/v1/users/ana/analyze", body='{"as_of": "2016-05-12T23:59:59.123+02:00"}')
    assert accepted["statusCode"] == 202
    receipt = json.loads(accepted["body"])

    (execution,) = boto3.client("stepfunctions").list_executions(stateMachineArn=state_machine)["executions"]
    assert execution["name"] == receipt["analysis_id"]

    result = a_result(receipt["analysis_id"], user_id="ana")
    DynamoDbAnalysisStore("analyses").finish(result, an_event(progress=100))
    stream = invoke("GET", receipt["links"]["stream"])
    assert stream["body"].count("\nid: ") == 2
    read = invoke("GET", receipt["links"]["self"])
    assert json.loads(read["body"])["result"] == result.model_dump(mode="json")
    assert invoke("GET", receipt["links"]["stream"], Last_Event_ID="2")["statusCode"] == 204

    trail = boto3.client("dynamodb").scan(TableName="audit")["Items"]
    assert [record["action"]["S"] for record in sorted(trail, key=lambda record: record["sk"]["S"])] == [
        "analysis.requested",
        "progress.read",
        "analysis.read",
        "progress.read",
    ]
    output = Output.of(capsys)
    assert '"ana"' not in output.text
    assert "8,124" not in output.text


@pytest.mark.usefixtures("state_machine")
def test_the_same_key_starts_one_execution_and_another_body_none() -> None:
    first, again = (invoke("POST", "/api/v1/users/ana/analyze", body="{}", Idempotency_Key="k-1") for _ in "12")
    assert first["body"] == again["body"]
    other = invoke("POST", "/api/v1/users/ana/analyze", body='{"analysis_type": "initial"}', Idempotency_Key="k-1")
    assert other["statusCode"] == 422


def test_without_a_state_machine_the_analysis_has_failed() -> None:
    answer = invoke("POST", "/api/v1/users/ana/analyze", body="{}")
    assert answer["statusCode"] == 503
    (head,), _ = DynamoDbAnalysisStore("analyses").of_user("ana")
    assert (head.status, head.reason) == ("failed", "not_started")


@pytest.mark.usefixtures("state_machine")
def test_profile_and_list_are_kept() -> None:
    settings = {
        "timezone": "Europe/Berlin",
        "language": "en",
        "archetype": None,
        "privacy": {"withheld_categories": ["sleep"], "share_with_language_model": False},
        "daily_analysis": True,
    }
    assert invoke("PUT", "/api/v1/users/ana/profile", body=json.dumps(settings))["statusCode"] == 200
    profile = json.loads(invoke("GET", "/api/v1/users/ana/profile")["body"])
    assert profile.items() >= settings.items()

    ids = []
    for _ in range(3):
        ids.append(json.loads(invoke("POST", "/api/v1/users/ana/analyze")["body"])["analysis_id"])
        DynamoDbAnalysisStore("analyses").finish(a_result(ids[-1], user_id="ana"), an_event(progress=100))
    found, cursor = [], ""
    for _ in ids:
        page_event = event("GET", "/api/v1/users/ana/analyses", Authorization=bearer())
        page_event["queryStringParameters"] = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = json.loads(lambda_handler(page_event, a_context())["body"])
        found += [item["analysis_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == ids[::-1]


def test_it_is_ready_while_its_tables_are_there() -> None:
    assert invoke("GET", "/ready")["statusCode"] == 200
    boto3.client("dynamodb").delete_table(TableName="users")
    answer = invoke("GET", "/ready")
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["dependencies"]["users"]["status"] == "down"


@pytest.mark.parametrize(
    "missing", [name.upper() for name, field in ApiSettings.model_fields.items() if field.is_required()]
)
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(ConfigurationError, match=missing):
        invoke("GET", "/live")
