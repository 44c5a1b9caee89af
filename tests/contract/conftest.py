"""One suite a port, over every implementation of it.

``backend`` names where the stores of a test live: in memory, on moto, on the embedded cloud. A test that needs
true concurrency leaves moto out, one that looks into the store leaves memory out, by parametrising it anew:
``@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)``.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from types_boto3_dynamodb import DynamoDBClient
from types_boto3_iam import IAMClient
from types_boto3_s3 import S3Client
from types_boto3_stepfunctions import SFNClient

from local import emulator
from local.processes import Processes, free_port
from local.state import StateDirectory
from tests.tables import create_table

MEMORY = pytest.param("memory", id="memory")
MOTO = pytest.param("moto", id="moto")
EMULATOR = pytest.param("emulator", id="emulator", marks=pytest.mark.emulator)
VALKEY = pytest.param("valkey", id="valkey")
"""A server of its own, for what runs on one."""
GUARDED_VALKEY = pytest.param("guarded-valkey", id="guarded-valkey")
"""The same with a password, under TLS."""


@dataclass(frozen=True)
class Backend:
    """AWS clients of one backend; elsewhere there are none."""

    name: str
    dynamodb: DynamoDBClient | None = None
    s3: S3Client | None = None
    step_functions: SFNClient | None = None
    iam: IAMClient | None = None
    sqs: Any = None

    def new_name(self) -> str:
        """A name that no other test uses: the emulator is shared by the session."""
        return f"t{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The emulator of the local stack, without a stack."""
    folder = tmp_path_factory.mktemp("emulator")
    state = StateDirectory(folder / "state")
    state.create()
    emulated = emulator.Emulator(state, Processes(state))
    try:
        yield emulator.url(emulated.start(free_port(), folder / "no-functions").port)
    finally:
        emulated.stop()


@pytest.fixture(scope="session")
def aws_session() -> boto3.Session:
    """One for all tests: it is what keeps the services' descriptions, which take long to load."""
    key, secret = emulator.CREDENTIALS
    return boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=emulator.REGION)


@pytest.fixture(params=[MEMORY, MOTO, EMULATOR])
def backend(request: pytest.FixtureRequest, aws_session: boto3.Session) -> Iterator[Backend]:
    name: str = request.param
    if name in {"memory", "valkey", "guarded-valkey"}:
        yield Backend(name)
        return
    with ExitStack() as stack:
        if name == "moto":
            stack.enter_context(mock_aws())
            url = None
        else:
            url = request.getfixturevalue("emulator_url")
        config = Config(proxies={}, retries={"total_max_attempts": 1})
        dynamodb = aws_session.client("dynamodb", endpoint_url=url, config=config)
        # As in ``holisticos.adapters.aws``: links are signed in the version that all regions take.
        s3 = aws_session.client("s3", endpoint_url=url, config=config.merge(Config(signature_version="s3v4")))
        step_functions = aws_session.client("stepfunctions", endpoint_url=url, config=config)
        iam = aws_session.client("iam", endpoint_url=url, config=config)
        sqs = aws_session.client("sqs", endpoint_url=url, config=config)
        for client in (dynamodb, s3, step_functions, iam, sqs):
            stack.callback(client.close)
        yield Backend(name, dynamodb, s3, step_functions, iam, sqs)


@pytest.fixture
def table(backend: Backend) -> str:
    """A table of items that have no sort key, as the one of what may vanish; of memory only its name."""
    name = backend.new_name()
    if backend.dynamodb:
        create_table(backend.dynamodb, name, sort_key=False)
    return name
