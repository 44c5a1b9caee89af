"""Secrets from AWS Secrets Manager, kept for some minutes so that a rotated one is seen."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from holisticos.adapters import aws
from holisticos.contracts.errors import ConfigurationError

_KEEP_SECONDS: Final = 300.0


class SecretsClient(Protocol):
    """The one operation that is used of the SDK's client."""

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, Any]: ...  # noqa: N803 - the SDK's name


class DatabaseSecret:
    """The URL of the database, from a secret of the form ``{"url": "postgresql://..."}``."""

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
        self._url: str | None = None
        self._read_at = 0.0

    def url(self) -> str:
        """Raises ``ConfigurationError`` where the secret has no URL, ``StoreError`` where it cannot be read."""
        # Several connections are made at once, each in its thread; the SDK's clients are not made so.
        with self._lock:
            if self._url is None or self._monotonic() - self._read_at > self._keep_seconds:
                self._url = self._read()
                self._read_at = self._monotonic()
            return self._url

    def forget(self) -> None:
        """Read it anew next time: what it said was refused."""
        with self._lock:
            self._url = None

    def _read(self) -> str:
        client: SecretsClient = self._given_client or aws.secrets_manager()
        with aws.translated("read the database secret"):
            text = client.get_secret_value(SecretId=self._arn).get("SecretString", "")
        try:
            url = json.loads(text)["url"]
        except (ValueError, KeyError, TypeError):
            url = None
        if not isinstance(url, str) or not url.startswith(("postgresql://", "postgres://")):
            raise ConfigurationError("DATABASE_SECRET_ARN: the secret holds no {'url': 'postgresql://...'} yet")
        return url
