"""The whole stack from the real assembly, up once for all integration tests, with its own state and ports."""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.emulator import CREDENTIALS
from local.endpoints import Endpoints
from local.llm import Llm
from local.stack import Stack

AwsClient = Callable[[str], Any]
"""Gives the client of a service, with the rights of whoever deployed the stack."""

_BUILD_SECONDS = 600
"""The first test that needs the stack waits for its build, on a fresh clone with downloads."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(_BUILD_SECONDS))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="holisticos-stack-"))
    # As root, the database runs as another user, who must get to its data.
    folder.chmod(0o711)
    running = Stack(folder / "state")
    try:
        running.up(print, Llm.STUB)
        yield running
    finally:
        running.erase(print)
        folder.rmdir()


@pytest.fixture(scope="session")
def endpoints(stack: Stack) -> Endpoints:
    return stack.endpoints()


@pytest.fixture(scope="session")
def api_url(endpoints: Endpoints) -> str:
    return endpoints.api_url


@pytest.fixture(scope="session")
def health_api_url(endpoints: Endpoints) -> str:
    return endpoints.health_api_url


@pytest.fixture(scope="session")
def database_url(endpoints: Endpoints) -> str:
    return endpoints.database_url


@pytest.fixture(scope="session")
def aws(endpoints: Endpoints) -> AwsClient:
    session = boto3.Session(*CREDENTIALS, region_name=endpoints.region)
    config = Config(proxies={}, read_timeout=60, retries={"total_max_attempts": 1}, max_pool_connections=50)
    create: Any = session.client
    return cache(lambda service: create(service, endpoint_url=endpoints.emulator_url, config=config))
