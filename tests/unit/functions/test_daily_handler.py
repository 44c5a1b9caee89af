"""The function as Lambda runs it: wired by its bootstrap, on tables in this process."""

import json
import subprocess
import sys
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from functions.daily import bootstrap
from functions.daily.handler import lambda_handler
from functions.daily.settings import DailySettings
from holisticos.adapters import aws
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.contracts.errors import ConfigurationError, InvalidPayloadError
from holisticos.health.profile import Profile
from tests.lambda_context import a_context
from tests.output import Output
from tests.tables import HEAD_FIELDS, KEYS_ONLY, create_table

ENVIRONMENT = {
    "STAGE": "test",
    "POWERTOOLS_SERVICE_NAME": "daily",
    "POWERTOOLS_METRICS_NAMESPACE": "HolisticOS",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "ANALYSES_TABLE": "analyses",
    "USERS_TABLE": "users",
    "AUDIT_TABLE": "audit",
    "DAILY_AT": "06:00",
    "RECONCILED_PERCENT": "100",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}
EVENT = {
    "scheduled_for": "2026-03-14T05:00:00Z",
    "correlation_id": "daily-1",
    "cursor": None,
}


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for cached in (aws.dynamodb, bootstrap.registration):
        cached.cache_clear()
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "analyses", HEAD_FIELDS)
        create_table(client, "users", KEYS_ONLY)
        create_table(client, "audit")
        yield
    for cached in (aws.dynamodb, bootstrap.registration):
        cached.cache_clear()


def test_who_is_due_is_registered(capsys: pytest.CaptureFixture[str]) -> None:
    users = DynamoDbUserStore("users")
    users.put_profile(Profile(user_id="user-berlin", timezone="Europe/Berlin", daily_analysis=True))
    users.put_profile(Profile(user_id="user-london", timezone="Europe/London", daily_analysis=True))

    answer = lambda_handler(dict(EVENT), a_context())

    (analysis_id,) = answer["analysis_ids"]
    assert answer == {"analysis_ids": [analysis_id], "sample": [analysis_id], "cursor": None}
    assert DynamoDbAnalysisStore("analyses").head(analysis_id).user_id == "user-berlin"
    output = Output.of(capsys)
    assert "user-berlin" not in output.text
    assert [record["operation"] for record in output.logs] == ["register_daily"]
    assert output.logs[0]["correlation_id"] == "daily-1"
    assert lambda_handler(dict(EVENT), a_context()) == answer


def test_the_answer_fits_between_states_and_names_nobody() -> None:
    users = DynamoDbUserStore("users")
    for number in range(60):
        users.put_profile(Profile(user_id=f"user-{number}", timezone="Europe/Berlin", daily_analysis=True))

    answer = lambda_handler(dict(EVENT), a_context())

    assert answer["cursor"]
    assert "user-" not in json.dumps(answer)
    assert len(json.dumps(answer)) < 10_000
    rest = lambda_handler({**EVENT, "cursor": answer["cursor"]}, a_context())
    assert len({*answer["analysis_ids"], *rest["analysis_ids"]}) == 60


@pytest.mark.parametrize("change", [{"scheduled_for": "2026-03-14T05:00:00"}, {"scheduled_for": "soon"}, {"cursor": 1}])
def test_a_bad_payload_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidPayloadError):
        lambda_handler({**EVENT, **change}, a_context())


@pytest.mark.parametrize("missing", [name.upper() for name in DailySettings.model_fields])
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)

    with pytest.raises(ConfigurationError, match=missing):
        lambda_handler(dict(EVENT), a_context())


def test_importing_the_handler_reads_and_loads_nothing_it_does_not_need() -> None:
    program = """
import sys
import functions.daily.handler
heavy = (
    "boto3", "botocore.session", "aws_xray_sdk", "asyncio", "fastapi", "httpx", "openai", "pg8000", "numpy",
)
print([name for name in heavy if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})  # noqa: S603 - our own program

    assert run.stdout.strip() == "[]"
