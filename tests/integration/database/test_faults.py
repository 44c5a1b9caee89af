"""What a real database can do wrong: bounded waits, typed errors, and the next call works."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from database.migrate import migrate
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_connections import Cursor, PostgresConnections, PostgresLimits
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
    StoreUnavailableError,
)
from holisticos.health.parsing import parse_biomarkers
from tests.databases import DatabaseServer
from tests.wire import BERLIN, daily

START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
LONG = PostgresLimits(statement=60)
Pool = Callable[..., PostgresConnections]


def pid(cursor: Cursor) -> int:
    cursor.execute("select pg_backend_pid()")
    return int(cursor.fetchone()[0])


def sleeping(cursor: Cursor) -> None:
    cursor.execute("select pg_sleep(60)")


def answer(cursor: Cursor) -> int:
    cursor.execute("select %s::int", (42,))
    return int(cursor.fetchone()[0])


@pytest.fixture
def pool(database_server: DatabaseServer) -> Iterator[Pool]:
    made: list[PostgresConnections] = []

    def make(limits: PostgresLimits = LONG, url: str = database_server.url) -> PostgresConnections:
        made.append(PostgresConnections(lambda: url, limits))
        return made[-1]

    yield make
    for connections in made:
        connections.close()


def wait_until_sleeping(server: DatabaseServer, backend: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if server.execute("select 1 from pg_stat_activity where pid = %s and wait_event = 'PgSleep'", backend):
            return
    raise AssertionError("the query never began")


def test_a_connection_is_kept_from_one_call_to_the_next(pool: Pool) -> None:
    connections = pool()
    assert connections.run(pid) == connections.run(pid)


def test_a_kept_connection_that_died_is_replaced_unnoticed(pool: Pool, database_server: DatabaseServer) -> None:
    connections = pool()
    first = connections.run(pid)
    database_server.execute("select pg_terminate_backend(%s)", first)
    assert connections.run(pid) != first


def test_a_connection_that_lay_idle_for_long_is_not_trusted(database_server: DatabaseServer) -> None:
    minutes = [0.0]
    connections = PostgresConnections(lambda: database_server.url, now=lambda: minutes[0] * 60)
    first = connections.run(pid)
    minutes[0] = 2
    assert connections.run(pid) != first
    connections.close()


def test_fault_11_a_query_killed_midway(pool: Pool, database_server: DatabaseServer) -> None:
    connections = pool()
    backends: Future[int] = Future()

    def work(cursor: Cursor) -> None:
        backends.set_result(pid(cursor))
        sleeping(cursor)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(connections.run, work)
        backend = backends.result(20)
        wait_until_sleeping(database_server, backend)
        database_server.execute("select pg_terminate_backend(%s)", backend)
        with pytest.raises(HealthSourceUnavailableError):
            running.result(20)
    assert connections.run(answer) == 42


def test_a_server_that_went_away_and_came_back(database_server: DatabaseServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = f"postgresql://ada:x@127.0.0.1:{taken.getsockname()[1]}/none"
    urls = iter([database_server.url, away, database_server.url])
    connections = PostgresConnections(lambda: next(urls))
    database_server.execute("select pg_terminate_backend(%s)", connections.run(pid))
    with pytest.raises(HealthSourceUnavailableError, match="reached"):
        connections.run(answer)
    assert connections.run(answer) == 42
    connections.close()


def test_fault_11_a_query_that_takes_too_long_is_ended_by_the_server(pool: Pool) -> None:
    connections = pool(PostgresLimits(statement=0.1))
    backend = connections.run(pid)
    started = time.monotonic()
    with pytest.raises(HealthSourceUnavailableError, match="in time"):
        connections.run(sleeping)
    assert time.monotonic() - started < 2
    # The server said so itself: the connection is sound and is kept.
    assert connections.run(pid) == backend


def test_the_timeout_does_not_outlive_the_transaction(pool: Pool) -> None:
    """Behind a pooler the next transaction on the same server is somebody else's."""
    connections = pool(PostgresLimits(statement=5))
    connections.run(answer)

    def outside(cursor: Cursor) -> str:
        cursor.execute("commit")
        cursor.execute("show statement_timeout")
        return str(cursor.fetchone()[0])

    assert connections.run(outside) == "0"


def test_fault_11_our_connections_are_used_up(pool: Pool) -> None:
    connections = pool(PostgresLimits(statement=60, wait=0.05, connections=1))
    begun, go_on = threading.Event(), threading.Event()

    def work(cursor: Cursor) -> int:
        begun.set()
        assert go_on.wait(20)
        return answer(cursor)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(connections.run, work)
        assert begun.wait(20)
        with pytest.raises(HealthSourceUnavailableError, match="in use"):
            connections.run(answer)
        go_on.set()
        assert running.result(20) == 42
    assert connections.run(answer) == 42


def test_fault_11_many_reads_at_once_wait_in_line(empty_database: str) -> None:
    migrate(empty_database)
    source = PostgresHealthSource(empty_database, PostgresLimits(wait=0.0, connections=1))

    async def reads() -> list[int]:
        return [read.received for read in await asyncio.gather(*(source.scores("ada", START, END) for _ in range(30)))]

    assert asyncio.run(reads()) == [0] * 30
    source.close()


def test_fault_11_the_servers_connections_are_used_up(pool: Pool, database_server: DatabaseServer) -> None:
    database_server.execute("drop role if exists narrow")
    database_server.execute("create role narrow login password 'narrow' connection limit 0")
    place = database_server.url.rsplit("@", 1)[1]
    with pytest.raises(HealthSourceUnavailableError, match="53300"):
        pool(url=f"postgresql://narrow:narrow@{place}").run(answer)


def test_wrong_credentials_are_named_and_asked_for_anew(database_server: DatabaseServer) -> None:
    place = database_server.url.rsplit("@", 1)[1]
    forgotten: list[bool] = []
    source = PostgresHealthSource(
        f"postgresql://holisticos:wrong@{place}", on_refused_credentials=lambda: forgotten.append(True)
    )
    with pytest.raises(HealthSourceUnauthorizedError, match="28P01") as caught:
        asyncio.run(source.scores("ada", START, END))
    assert "wrong" not in str(caught.value)
    assert forgotten == [True]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (StoreUnavailableError("throttled"), HealthSourceUnavailableError),
        (ConfigurationError("DATABASE_SECRET_ARN: empty"), HealthSourceRejectedError),
    ],
)
def test_an_address_that_cannot_be_had_is_a_failure_of_the_source(error: Exception, expected: type[Exception]) -> None:
    def url() -> str:
        raise error

    with pytest.raises(expected, match=str(error)):
        asyncio.run(PostgresHealthSource(url).scores("ada", START, END))


def test_a_database_without_our_tables_refuses(empty_database: str) -> None:
    source = PostgresHealthSource(empty_database)
    with pytest.raises(HealthSourceRejectedError, match="42P01"):
        asyncio.run(source.scores("ada", START, END))
    source.close()


def test_a_database_that_does_not_exist_is_refused(pool: Pool, database_server: DatabaseServer) -> None:
    with pytest.raises(HealthSourceRejectedError, match="3D000"):
        pool(url=database_server.url.rsplit("/", 1)[0] + "/nowhere").run(answer)


def test_tls_that_is_asked_for_and_not_offered_is_an_error(pool: Pool, database_server: DatabaseServer) -> None:
    with pytest.raises(HealthSourceRejectedError, match="no TLS"):
        pool(url=database_server.url + "?sslmode=require").run(answer)


def test_nobody_listens(pool: Pool) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(HealthSourceUnavailableError, match="reached"):
        pool(url=f"postgresql://ada:x@127.0.0.1:{port}/none").run(answer)


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_that_hangs_or_speaks_something_else(pool: Pool, greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def accept() -> None:
            connection, _ = server.accept()
            connection.sendall(greeting)
            taken.append(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        url = f"postgresql://ada:x@127.0.0.1:{server.getsockname()[1]}/none"
        started = time.monotonic()
        # A server that never answers is given a second beyond the statement's time.
        with pytest.raises(HealthSourceUnavailableError):
            pool(PostgresLimits(statement=0.1), url).run(answer)
        assert time.monotonic() - started < 3
        thread.join()
        for connection in taken:
            connection.close()


def test_a_mistake_of_ours_gives_the_connection_up_and_the_place_back(pool: Pool) -> None:
    connections = pool(PostgresLimits(connections=1, wait=0.1))

    def mistaken(_cursor: Cursor) -> None:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            connections.run(mistaken)
    assert connections.run(answer) == 42


def test_what_failed_is_not_half_written(empty_database: str) -> None:
    migrate(empty_database)
    connections = PostgresConnections(lambda: empty_database)

    def work(cursor: Cursor) -> None:
        cursor.execute("insert into scores (profile_id, type, data, score_date_time) values ('a', 'b', '{}', now())")
        cursor.execute("select 1 / 0")

    with pytest.raises(HealthSourceError):
        connections.run(work)

    def count(cursor: Cursor) -> Any:
        cursor.execute("select count(*) from scores")
        return cursor.fetchone()[0]

    assert connections.run(count) == 0
    connections.close()


def test_many_callers_share_few_connections(empty_database: str) -> None:
    migrate(empty_database)
    source = PostgresHealthSource(empty_database, PostgresLimits(connections=3, wait=30))

    async def run() -> set[int]:
        records = parse_biomarkers([daily("steps", date(2025, 7, 11), 5)], zone=BERLIN, as_of=datetime.now(UTC)).kept
        await asyncio.gather(*(source.upsert(f"user-{n}", biomarkers=records) for n in range(20)))
        answers = await asyncio.gather(*(source.biomarkers(f"user-{n}", START, END) for n in range(20)))
        return {answer.received for answer in answers}

    assert asyncio.run(run()) == {1}
    source.close()
