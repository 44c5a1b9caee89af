"""A cache in Redis or Valkey, under ``holisticos:cache:{key}``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from holisticos.adapters.secrets import RedisSignIn
from holisticos.contracts.errors import ConfigurationError, StoreUnavailableError

if TYPE_CHECKING:
    import redis

_PREFIX: Final = "holisticos:cache:"
_SECONDS: Final = 0.3
"""For a connection, and for an answer: it is never worth waiting for."""


class RedisCache:
    """``Cache`` on a Redis or Valkey server. Raises ``ConfigurationError`` for what is no URL of one.

    ``sign_in`` is asked whenever a connection is made, so that a changed password is seen.
    """

    def __init__(
        self,
        url: str,
        sign_in: Callable[[], RedisSignIn] = RedisSignIn,
        *,
        on_refused_password: Callable[[], None] = lambda: None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
            raise ConfigurationError("REDIS_URL does not begin with redis:// or rediss:// and a host")
        if parts.password is not None:
            raise ConfigurationError("REDIS_URL holds a password; its place is the secret in REDIS_SECRET_ARN")
        self._url = url
        self._sign_in = sign_in
        self._on_refused_password = on_refused_password

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        with self._translated("read cache"):
            values: list[Any] = self._client.mget([_PREFIX + key for key in keys])
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}

    def put(self, key: str, value: bytes, lifetime: timedelta) -> None:
        with self._translated("write cache"):
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
        from redis.credentials import CredentialProvider
        from redis.retry import Retry

        class SignIn(CredentialProvider):
            def get_credentials(_self) -> tuple[str] | tuple[str, str]:  # noqa: N805
                said = self._sign_in()
                return (said.username, said.password) if said.username else (said.password,)

        return redis.Redis.from_url(
            self._url,
            # A server without a password refuses whoever offers one.
            credential_provider=SignIn() if self._sign_in().password else None,
            socket_connect_timeout=_SECONDS,
            socket_timeout=_SECONDS,
            # One more try at once, for a connection that died while the process slept.
            retry=Retry(NoBackoff(), 1),
        )

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        """Without the client's own message: it may quote the server's address."""
        import redis

        try:
            yield
        except redis.AuthenticationError as error:
            # Also where the secret has none, and the server asks for one.
            self._on_refused_password()
            self.close()
            vars(self).pop("_client", None)
            raise StoreUnavailableError(f"{what}: the server refuses our password") from error
        except redis.RedisError as error:
            raise StoreUnavailableError(f"{what}: {type(error).__name__}") from error
