"""AWS clients: made on first use, kept for the life of the process, with timeouts of our own.

The SDK is imported on first use too: it is the larger half of a cold start, and not every request needs it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from holisticos.contracts.errors import HolisticOsError, StoreError, StoreUnavailableError

if TYPE_CHECKING:
    from botocore.config import Config
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_stepfunctions import SFNClient

_TRANSIENT = frozenset(
    {
        "InternalServerError",
        "InternalError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


@cache
def dynamodb() -> "DynamoDBClient":
    import boto3

    return boto3.client("dynamodb", config=_config(read_timeout=3))


@cache
def hurried_dynamodb() -> "DynamoDBClient":
    """For state that makes things faster and is never worth waiting for: one short try."""
    import boto3

    return boto3.client("dynamodb", config=_config(connect_timeout=0.3, read_timeout=0.3, attempts=1))


@cache
def s3() -> "S3Client":
    import boto3

    # Signature version 4 also in links: by default those of the oldest regions have version 2.
    return boto3.client("s3", config=_config(read_timeout=10, signature_version="s3v4"))


@cache
def step_functions() -> "SFNClient":
    import boto3

    return boto3.client("stepfunctions", config=_config(read_timeout=5))


@cache
def sqs() -> Any:
    """Untyped, as below."""
    import boto3

    return boto3.client("sqs", config=_config(read_timeout=3))


@cache
def secrets_manager() -> Any:
    """Untyped: its stubs would be another package of the development set for one operation."""
    import boto3

    return boto3.client("secretsmanager", config=_config(read_timeout=3))


def _config(
    *, read_timeout: float, connect_timeout: float = 2, attempts: int = 3, signature_version: str | None = None
) -> "Config":
    """At most three tries; the SDK's default of a minute a try outlives every function of ours."""
    from botocore.config import Config

    return Config(
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        signature_version=signature_version,
        tcp_keepalive=True,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the SDK's errors into ours: ``StoreUnavailableError`` where another try may help, else ``StoreError``.

    Messages say ``what`` was tried and the error code; those of the SDK may quote keys and values.
    """
    try:
        yield
    except HolisticOsError:
        raise
    except Exception as error:
        translation = _translation(what, error)
        if translation is None:
            raise
        raise translation from error


def error_code(error: Exception) -> str:
    """The service's name for an error; empty where it came from no service."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def _translation(what: str, error: Exception) -> StoreError | None:
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004

    if isinstance(error, ClientError):
        code = error_code(error)
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        kind = StoreUnavailableError if code in _TRANSIENT or status >= 500 else StoreError
        return kind(f"{what}: {code}")
    if isinstance(error, HTTPClientError | ConnectionError):
        return StoreUnavailableError(f"{what}: {type(error).__name__}")
    if isinstance(error, BotoCoreError):
        return StoreError(f"{what}: {type(error).__name__}")
    return None
