"""A cache in Redis or Valkey, under ``holisticos:cache:{key}``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from holisticos.contracts.errors import ConfigurationError, StoreUnavailableError

if TYPE_CHECKING:
    import redis

_PREFIX: Final = "holisticos:cache:"
_SECONDS: Final = 0.3
"""For a connection, and for an answer: it is never worth waiting for."""


class RedisCache:
    """``Cache`` on a Redis or Valkey server. Raises ``ConfigurationError`` for what is no URL of one."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
            raise ConfigurationError("REDIS_URL does not begin with redis:// or rediss:// and a host")
        if parts.password is not None:
            raise ConfigurationError("REDIS_URL holds a password; the environment of a function is no place for one")
        self._url = url

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        with _translated("read cache"):
            values: list[Any] = self._client.mget([_PREFIX + key for key in keys])
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}

    def put(self, key: str, value: bytes, lifetime: timedelta) -> None:
        with _translated("write cache"):
            self._client.set(_PREFIX + key, value, px=lifetime)

    def close(self) -> None:
        """Close the connections; they are opened anew when needed."""
        if "_client" in vars(self):
            self._client.close()

    @cached_property
    def _client(self) -> "redis.Redis":
        # Imported when first used: it takes longer than anything else a cold start does.
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        return redis.Redis.from_url(
            self._url,
            socket_connect_timeout=_SECONDS,
            socket_timeout=_SECONDS,
            # One more try at once, for a connection that died while the process slept.
            retry=Retry(NoBackoff(), 1),
        )


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Without the client's own message: it may quote the server's address."""
    import redis

    try:
        yield
    except redis.RedisError as error:
        raise StoreUnavailableError(f"{what}: {type(error).__name__}") from error
