"""Connections to PostgreSQL: few, kept warm, replaced when dead, and never waited for without end.

Everything runs in short transactions with the statement timeout set inside them, and nothing is
prepared by name: so it works the same behind a pooler that hands out servers by transaction.
"""

import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from holisticos.adapters.postgres_address import Address
from holisticos.contracts.errors import (
    HealthSourceError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
)

Result = TypeVar("Result")

_LONGEST_IDLE: Final = 60.0
"""Seconds; a function may sleep between invocations, and middleboxes forget silent connections."""


class Cursor(Protocol):
    """What is used of a DB-API cursor; parameters are always bound."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, operation: str, args: Any = ()) -> object: ...

    def fetchall(self) -> Any: ...

    def fetchone(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class PostgresLimits:
    """Seconds and connections."""

    connect: float = 2.0
    statement: float = 5.0
    wait: float = 2.0
    """For a connection while all are in use."""
    connections: int = 4


class PostgresConnections:
    """A small pool; safe for threads.

    ``url`` is asked for whenever a connection is made, so that a changed password is seen.
    """

    def __init__(
        self, url: Callable[[], str], limits: PostgresLimits | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._url = url
        self._limits = limits or PostgresLimits()
        self._now = now
        self._idle: deque[tuple[float, Any]] = deque()
        self._slots = threading.BoundedSemaphore(self._limits.connections)

    def run(self, work: Callable[[Cursor], Result]) -> Result:
        """Run ``work`` in a transaction of its own, and commit it.

        ``work`` may be run twice, where a kept connection turns out to be dead: it must be safe to repeat.

        Raises:
            HealthSourceUnavailableError: no connection, no answer in time, or the server gave up.
            HealthSourceUnauthorizedError: the server does not accept our credentials.
            HealthSourceRejectedError: it refuses the statement (missing table, bad value).
            ConfigurationError: the URL cannot be used.
        """
        if not self._slots.acquire(timeout=self._limits.wait):
            raise HealthSourceUnavailableError("all connections to the database are in use")
        try:
            kept = self._take_idle()
            if kept is not None:
                try:
                    return self._transaction(kept, work)
                except _DeadConnectionError:
                    pass  # it died while it lay idle
            try:
                return self._transaction(self._connect(), work)
            except _DeadConnectionError as dead:
                raise HealthSourceUnavailableError("the connection to the database was lost") from dead.__cause__
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close what lies idle."""
        while (connection := self._take_idle()) is not None:
            _discard(connection)

    def _take_idle(self) -> Any | None:
        while True:
            try:
                since, connection = self._idle.pop()
            except IndexError:
                return None
            if self._now() - since < _LONGEST_IDLE:
                return connection
            _discard(connection)

    def _connect(self) -> Any:
        import pg8000.dbapi  # slow to import, and only the fallback needs it

        address = Address.from_url(self._url())
        try:
            channel = socket.create_connection((address.host, address.port), self._limits.connect)
        except OSError as error:
            raise HealthSourceUnavailableError("the database could not be reached") from error
        # A second more than the server is given, so that its own answer comes first.
        channel.settimeout(self._limits.statement + 1)
        try:
            return pg8000.dbapi.connect(
                user=address.user,
                password=address.password,
                host=address.host,
                port=address.port,
                database=address.database,
                sock=channel,
                ssl_context=address.tls or False,
                application_name="holisticos",
            )
        except Exception as error:
            with suppress(OSError):
                channel.close()
            raise _connect_error(error) from error

    def _transaction(self, connection: Any, work: Callable[[Cursor], Result]) -> Result:
        """Raises ``_DeadConnectionError`` where a fresh connection may do better."""
        from pg8000.exceptions import DatabaseError

        try:
            cursor = connection.cursor()
            milliseconds = str(round(self._limits.statement * 1000))
            cursor.execute("select set_config('statement_timeout', %s, true)", (milliseconds,))
            result = work(cursor)
            connection.commit()
        except DatabaseError as error:
            if _sqlstate(error).startswith(_GONE):
                _discard(connection)
                raise _DeadConnectionError from error
            self._keep_after_error(connection)
            raise _statement_error(error) from error
        except _protocol_faults() as error:
            _discard(connection)
            if _timed_out(error):
                raise HealthSourceUnavailableError("the database did not answer in time") from error
            raise _DeadConnectionError from error
        except BaseException:
            _discard(connection)
            raise
        self._idle.append((self._now(), connection))
        return result

    def _keep_after_error(self, connection: Any) -> None:
        try:
            connection.rollback()
        except Exception:  # noqa: BLE001 - whatever it was, this connection is of no use any more
            _discard(connection)
        else:
            self._idle.append((self._now(), connection))


class _DeadConnectionError(Exception):
    pass


_GONE: Final = ("57P", "08")
"""Classes of SQLSTATE after which the server has closed the connection: shutdown, crash, protocol."""
_CREDENTIALS: Final = "28"
_REFUSED: Final = ("22", "23", "3D", "3F", "42")
"""Bad value, broken constraint, no such database, schema or table, no permission: the same again next time."""


def _statement_error(error: Exception) -> HealthSourceError:
    """Messages carry the SQLSTATE alone: those of the server may quote values."""
    state = _sqlstate(error)
    if state.startswith(_CREDENTIALS):
        return HealthSourceUnauthorizedError(f"the database does not accept our credentials ({state})")
    if state.startswith(_REFUSED):
        return HealthSourceRejectedError(f"the database refused the statement ({state})")
    if state == "57014":
        return HealthSourceUnavailableError("the database did not answer in time")
    return HealthSourceUnavailableError(f"the database could not answer ({state or 'no code'})")


def _connect_error(error: Exception) -> HealthSourceError:
    if _sqlstate(error):
        return _statement_error(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return HealthSourceRejectedError("the database's certificate is not the one that was asked for")
        cause = cause.__cause__ or cause.__context__
    if _timed_out(error):
        return HealthSourceUnavailableError("the database did not answer in time")
    if "SSL" in str(error):
        return HealthSourceRejectedError("the database offers no TLS")
    return HealthSourceUnavailableError("the database could not be reached")


def _sqlstate(error: BaseException) -> str:
    details = error.args[0] if error.args else None
    return str(details.get("C", "")) if isinstance(details, dict) else ""


def _protocol_faults() -> tuple[type[Exception], ...]:
    """What the driver raises when the connection breaks."""
    from pg8000.exceptions import InterfaceError

    return InterfaceError, OSError, struct.error


def _timed_out(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TimeoutError) or "timed out" in str(error):
            return True
        error = error.__cause__
    return False


def _discard(connection: Any) -> None:
    with suppress(Exception):
        connection.close()
