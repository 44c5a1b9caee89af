"""AWS clients give up early, and their errors become ours without what they quote."""

import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.contracts.errors import ConflictError, StoreError, StoreUnavailableError

SECRET = "USER#user-1"


@pytest.mark.parametrize("make", [aws.dynamodb, aws.s3, aws.step_functions, aws.secrets_manager])
def test_clients_are_kept_and_give_up_early(make: Callable[[], Any]) -> None:
    client = make()

    config: Any = client.meta.config
    assert make() is client
    assert config.connect_timeout <= 2
    assert config.read_timeout <= 10
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}


def test_the_sdk_is_imported_on_first_use_only() -> None:
    program = """
import sys
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.step_functions import StepFunctionsStarter
for store in (DynamoDbAnalysisStore, DynamoDbAuditLog, DynamoDbUserStore, S3SnapshotStore, StepFunctionsStarter):
    store("name")
print([name for name in ("boto3", "botocore") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})  # noqa: S603 - our own program

    assert run.stdout.strip() == "[]"


def answering_with(code: str, status: int = 400) -> DynamoDbUserStore:
    client = boto3.client("dynamodb")
    stub = Stubber(client)
    stub.add_client_error("get_item", code, f"the key {SECRET} is wrong", http_status_code=status)
    stub.activate()
    return DynamoDbUserStore("users", client)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("InternalServerError", 500),
        ("AnythingNew", 503),
    ],
)
def test_what_passes_is_worth_another_try(code: str, status: int) -> None:
    with pytest.raises(StoreUnavailableError, match=code) as caught:
        answering_with(code, status).profile("user-1")

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_what_stays_is_not(code: str) -> None:
    with pytest.raises(StoreError, match=code) as caught:
        answering_with(code).profile("user-1")

    assert not isinstance(caught.value, StoreUnavailableError)
    assert SECRET not in str(caught.value)


def test_an_unreachable_service_is_worth_another_try() -> None:
    with socket.socket() as bound:
        # Bound and not listening: connections are refused, and nobody else can take the port.
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        client = boto3.client("dynamodb", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))

        with pytest.raises(StoreUnavailableError, match="EndpointConnectionError"):
            DynamoDbUserStore("users", client).profile("user-1")


def test_a_refused_parameter_is_an_error_without_the_value() -> None:
    client = boto3.client("dynamodb")

    with pytest.raises(StoreError, match="ParamValidationError") as caught:
        DynamoDbUserStore("", client).profile("user-1")

    assert not isinstance(caught.value, StoreUnavailableError)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("error", [ConflictError("taken"), ValueError("of our own making")])
def test_other_errors_pass(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, aws.translated("anything"):
        raise error

    assert caught.value is error
