"""A PostgreSQL server of the tests' own, on loopback TCP with a password."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pg8000.dbapi

from local.postgres import NAME, Postgres
from local.processes import Processes
from local.state import StateDirectory


@dataclass(frozen=True)
class DatabaseServer:
    """``url`` is of a database that only administers; tests make their own."""

    url: str

    def new_database(self) -> str:
        """The URL of an empty database that no other test uses."""
        name = f"t{uuid4().hex[:12]}"
        self.execute(f"create database {name}")
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def execute(self, statement: str, *args: Any) -> Any:
        """Run one statement as the owner of the server, outside of any transaction."""
        connection = connect(self.url)
        try:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(statement, args)
            return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()


def connect(url: str) -> Any:
    parts = urlsplit(url)
    return pg8000.dbapi.connect(
        user=parts.username,
        password=parts.password,
        host=parts.hostname,
        port=parts.port,
        database=parts.path.lstrip("/"),
        ssl_context=False,
        timeout=10,
    )


@contextmanager
def running_postgres(directory: Path, port: int) -> Iterator[DatabaseServer]:
    """A server in ``directory`` that does not wait for the disk, erased at the end."""
    state = StateDirectory(directory / "state")
    state.create()
    processes = Processes(state)
    postgres = Postgres(state, processes)
    try:
        server = DatabaseServer(postgres.start(port))
        for setting in ("fsync", "full_page_writes"):
            server.execute(f"alter system set {setting} = off")
        server.execute("select pg_reload_conf()")
        yield server
    finally:
        # At once, without writing down what is erased anyway.
        processes.stop(NAME, how=signal.SIGQUIT)
        postgres.erase()
