"""One database and the ways in which it can fail, for all that is kept there."""

from collections.abc import Callable
from typing import TypeVar

from holisticos.adapters.postgres_connections import Cursor, PostgresConnections, PostgresLimits
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
    StoreError,
)

Result = TypeVar("Result")


class PostgresDatabase:
    """``url`` is a URL, or a function that is asked at every connect; ``on_refused_credentials`` may forget it."""

    def __init__(
        self,
        url: str | Callable[[], str],
        limits: PostgresLimits | None = None,
        on_refused_credentials: Callable[[], None] = lambda: None,
    ) -> None:
        self._connections = PostgresConnections((lambda: url) if isinstance(url, str) else url, limits)
        self._on_refused_credentials = on_refused_credentials

    def run(self, work: Callable[[Cursor], Result]) -> Result:
        """Run ``work`` in a transaction. Raises ``HealthSourceError``, whatever it is that failed."""
        try:
            return self._connections.run(work)
        except HealthSourceUnauthorizedError:
            self._on_refused_credentials()
            raise
        except StoreError as error:
            # What keeps the URL is a part of the database: callers have one kind of failure to expect.
            raise HealthSourceUnavailableError(f"the database's address could not be read: {error}") from error
        except ConfigurationError as error:
            raise HealthSourceRejectedError(str(error)) from error

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connections.close()
