"""The database of a stack."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pg8000.dbapi
import pytest

from local.postgres import NAME, Postgres
from local.processes import Processes, free_port
from local.state import StateDirectory


def _make_state() -> StateDirectory:
    folder = Path(tempfile.mkdtemp(prefix="holisticos-database-"))
    folder.chmod(0o711)
    state = StateDirectory(folder / "state")
    state.create()
    return state


@pytest.fixture(scope="module")
def state() -> Iterator[StateDirectory]:
    state = _make_state()
    yield state
    shutil.rmtree(state.path.parent)


@pytest.fixture(scope="module")
def postgres(state: StateDirectory) -> Iterator[Postgres]:
    processes = Processes(state)
    database = Postgres(state, processes)
    # As a first start that was cut off leaves it.
    (database.home / "data.unfinished").mkdir(parents=True)
    (database.home / "data.unfinished" / "PG_VERSION").touch()
    yield database
    database.stop()
    processes.sweep()
    database.erase()


def _run(url: str, statement: str) -> list[object]:
    user, _, rest = url.removeprefix("postgresql://").partition(":")
    password, _, rest = rest.partition("@")
    address, _, name = rest.partition("/")
    host, _, port = address.partition(":")
    connection = pg8000.dbapi.connect(user, host=host, port=int(port), password=password, database=name)
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


def test_it_lets_in_who_has_the_password_and_listens_on_loopback_alone(postgres: Postgres) -> None:
    url = postgres.start(free_port())

    assert url.startswith("postgresql://holisticos:")
    assert _run(url, "show listen_addresses") == ["127.0.0.1"]
    assert _run(url, "show unix_socket_directories") == [""]
    password = url.partition(":")[2].partition(":")[2].partition("@")[0]
    with pytest.raises(pg8000.dbapi.Error, match="password authentication failed"):
        _run(url.replace(password, "wrong"), "select 1")


def test_its_data_survive_stop_kill_and_a_lost_record(postgres: Postgres, state: StateDirectory) -> None:
    url = postgres.start(free_port())
    _run(url, "create table kept (value int)")
    _run(url, "insert into kept values (1)")

    postgres.stop()
    assert _run(postgres.start(free_port()), "select value from kept") == [1]

    record = Processes(state).find(NAME)
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    os.waitid(os.P_PID, record.pid, os.WEXITED | os.WNOWAIT)
    assert _run(postgres.start(free_port()), "select value from kept") == [1]

    (state.records / f"{NAME}.json").unlink()
    assert _run(postgres.start(free_port()), "select value from kept") == [1]


def test_nobody_else_may_read_the_password(postgres: Postgres, state: StateDirectory) -> None:
    postgres.start(free_port())

    assert stat.S_IMODE((state.path / "database-password").stat().st_mode) == 0o600
    assert not (postgres.home / "first-password").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_data_go_where_the_server_may_go_when_it_may_not_go_to_the_state() -> None:
    state = _make_state()
    state.path.parent.chmod(0o700)
    database = Postgres(state, Processes(state))

    try:
        assert not database.home.is_relative_to(state.path)
        assert _run(database.start(free_port()), "select 1") == [1]
    finally:
        database.stop()
        database.erase()
        shutil.rmtree(state.path.parent)

    assert not database.home.exists()
