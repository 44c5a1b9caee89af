"""What tests of several kinds share."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from holisticos.runtime.logging import clear_bound
from tests.databases import DatabaseServer, running_postgres

# Time limits belong to pytest-timeout: a busy machine is no counterexample.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

_SHARED_SERVERS = ("stack", "trial", "emulator_url", "database_server")
"""Fixtures that start a server for the session. What uses one runs in one process, so that it starts once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        used = getattr(item, "fixturenames", ())
        servers = [name for name in _SHARED_SERVERS if name in used]
        if item.get_closest_marker("emulator"):
            servers.append("emulator_url")
        if servers:
            item.add_marker(pytest.mark.xdist_group(servers[0]))


@pytest.fixture(autouse=True)
def nothing_bound_to_the_log() -> Iterator[None]:
    """What one test binds to its log records is not on those of the next."""
    yield
    clear_bound()


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
