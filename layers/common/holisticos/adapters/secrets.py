"""Secrets from AWS Secrets Manager, kept for some minutes so that a rotated one is seen."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from holisticos.adapters import aws
from holisticos.contracts.errors import ConfigurationError

_KEEP_SECONDS: Final = 300.0
_SHORTEST_KEY: Final = 16
"""Characters; a shorter one can be guessed from one signed delivery."""

Value = TypeVar("Value")


class SecretsClient(Protocol):
    """The one operation that is used of the SDK's client."""

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, Any]: ...  # noqa: N803 - the SDK's name


class _KeptSecret(Generic[Value]):
    """A secret that is read anew after some minutes."""

    WHAT: ClassVar[str]

    def __init__(
        self,
        arn: str,
        client: SecretsClient | None = None,
        keep_seconds: float = _KEEP_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._arn = arn
        self._given_client = client
        self._keep_seconds = keep_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._value: Value | None = None
        self._read_at = 0.0

    def forget(self) -> None:
        """Read it anew next time: what it said was refused."""
        with self._lock:
            self._value = None

    def _current(self) -> Value:
        # Several connections are made at once, each in its thread; the SDK's clients are not made so.
        with self._lock:
            if self._value is None or self._monotonic() - self._read_at > self._keep_seconds:
                self._value = self._of(self._read())
                self._read_at = self._monotonic()
            return self._value

    def _of(self, content: Mapping[str, Any]) -> Value:
        """The value, from the secret's JSON object; empty where it is none. Raises ``ConfigurationError``."""
        raise NotImplementedError

    def _read(self) -> Mapping[str, Any]:
        client: SecretsClient = self._given_client or aws.secrets_manager()
        with aws.translated(f"read the {self.WHAT}"):
            text = client.get_secret_value(SecretId=self._arn).get("SecretString", "")
        try:
            content = json.loads(text)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


class DatabaseSecret(_KeptSecret[str]):
    """The URL of the database, from a secret of the form ``{"url": "postgresql://..."}``."""

    WHAT = "database secret"

    def url(self) -> str:
        """Raises ``ConfigurationError`` where the secret has no URL, ``StoreError`` where it cannot be read."""
        return self._current()

    def _of(self, content: Mapping[str, Any]) -> str:
        url = content.get("url")
        if not isinstance(url, str) or not url.startswith(("postgresql://", "postgres://")):
            raise ConfigurationError("DATABASE_SECRET_ARN: the secret holds no {'url': 'postgresql://...'} yet")
        return url


class WebhookSecret(_KeptSecret[tuple[bytes, ...]]):
    """The keys by which webhooks are signed: ``{"current": "...", "previous": "..."}``.

    ``previous`` may be absent; it lets a key be changed without a delivery being refused.
    """

    WHAT = "webhook secret"

    def keys(self) -> tuple[bytes, ...]:
        """Raises ``ConfigurationError`` where the secret has no key, ``StoreError`` where it cannot be read."""
        return self._current()

    def _of(self, content: Mapping[str, Any]) -> tuple[bytes, ...]:
        named = (content.get(name) for name in ("current", "previous"))
        keys = tuple(key.encode() for key in named if isinstance(key, str) and len(key) >= _SHORTEST_KEY)
        if not keys:
            raise ConfigurationError(
                f"WEBHOOK_SECRET_ARN: the secret holds no {{'current': ...}} of at least {_SHORTEST_KEY} characters"
            )
        return keys


class LanguageModelKey(_KeptSecret[str]):
    """The key of the language model's provider: ``{"api_key": "..."}``."""

    WHAT = "language model's key"

    def key(self) -> str:
        """Empty where the secret has no key yet. Raises ``StoreError`` where it cannot be read."""
        return self._current()

    def _of(self, content: Mapping[str, Any]) -> str:
        key = content.get("api_key")
        return key if isinstance(key, str) else ""


@dataclass(frozen=True, slots=True)
class SahhaCredentials:
    """Who we are at Sahha; kept out of every ``repr``."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def as_wire(self) -> dict[str, str]:
        """As the token endpoint takes them."""
        return {"clientId": self.client_id, "clientSecret": self.client_secret}


@dataclass(frozen=True, slots=True)
class RedisSignIn:
    """How to sign in at a Redis or Valkey server; without a password one does not."""

    username: str = ""
    password: str = field(default="", repr=False)


class RedisSecret(_KeptSecret[RedisSignIn]):
    """The cache server's password: ``{"password": "...", "username": "..."}``, where the latter may be absent."""

    WHAT = "cache server's password"

    def sign_in(self) -> RedisSignIn:
        """Without a password where the secret has none yet. Raises ``StoreError`` where it cannot be read."""
        return self._current()

    def _of(self, content: Mapping[str, Any]) -> RedisSignIn:
        username, password = content.get("username"), content.get("password")
        return RedisSignIn(username if isinstance(username, str) else "", password if isinstance(password, str) else "")


class SahhaSecret(_KeptSecret[SahhaCredentials]):
    """The account's credentials at Sahha: ``{"client_id": "...", "client_secret": "..."}``."""

    WHAT = "health API's credentials"

    def credentials(self) -> SahhaCredentials:
        """Raises ``ConfigurationError`` where the secret has none, ``StoreError`` where it cannot be read."""
        return self._current()

    def _of(self, content: Mapping[str, Any]) -> SahhaCredentials:
        client_id, client_secret = content.get("client_id"), content.get("client_secret")
        if isinstance(client_id, str) and client_id and isinstance(client_secret, str) and client_secret:
            return SahhaCredentials(client_id, client_secret)
        raise ConfigurationError(
            "HEALTH_API_SECRET_ARN: the secret holds no {'client_id': ..., 'client_secret': ...} yet"
        )
