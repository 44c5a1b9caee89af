"""What tests of several kinds share."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.databases import DatabaseServer, running_postgres

# Time limits belong to pytest-timeout: a busy machine is no counterexample.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    """One PostgreSQL for the session, started by the first test that asks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with running_postgres(tmp_path_factory.mktemp("postgres"), port) as server:
        yield server


@pytest.fixture
def empty_database(database_server: DatabaseServer) -> str:
    """An empty database of the test's own."""
    return database_server.new_database()
