"""The issuer's public keys, kept for an hour and fetched again when they change (RFC 7517)."""

from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from holisticos.contracts.errors import StoreUnavailableError
from holisticos.ports import Clock, KeySet
from holisticos.runtime.logging import LogCategory, describe, log

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

MAX_AGE = timedelta(hours=1)
"""How long a key that the issuer has withdrawn is still believed."""

PAUSE = timedelta(seconds=30)
"""Between two fetches at least: names of keys come from strangers, and must not become requests to the issuer."""

_MIN_BITS = 2048


class SigningKeys:
    """Keys by their id; safe for threads."""

    def __init__(self, source: KeySet, clock: Clock) -> None:
        self.issuer = source.issuer
        self._source = source
        self._clock = clock
        self._lock = Lock()
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None

    def known(self, key_id: str) -> "RSAPublicKey | None":
        """The key if it is here and fresh; this never waits."""
        return self._keys.get(key_id) if self._is_within(self._fetched_at, MAX_AGE) else None

    def find(self, key_id: str) -> "RSAPublicKey | None":
        """The key, fetched where it must be; ``None`` where the issuer has no such key.

        While the issuer cannot be reached the keys it gave last hold. Raises ``StoreUnavailableError`` where
        it never gave any.
        """
        with self._lock:
            if self.known(key_id) is None and not self._is_within(self._tried_at, PAUSE):
                self._fetch()
            if self._fetched_at is None:
                raise StoreUnavailableError("read signing keys: there are none yet")
            return self._keys.get(key_id)

    def _fetch(self) -> None:
        self._tried_at = self._clock.now()
        try:
            found = _usable(self._source.fetch())
        except StoreUnavailableError as error:
            log(LogCategory.API_ERROR, "signing keys not renewed", error=describe(error))
            return
        self._keys, self._fetched_at = found, self._tried_at

    def _is_within(self, since: datetime | None, span: timedelta) -> bool:
        return since is not None and since <= self._clock.now() < since + span


def _usable(key_set: Mapping[str, Any]) -> "dict[str, RSAPublicKey]":
    """The RSA keys for signatures; others are passed over, as the standard asks."""
    entries = key_set.get("keys")
    keys = [_key(entry) for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    return dict(filter(None, keys))


def _key(entry: Mapping[str, Any]) -> "tuple[str, RSAPublicKey] | None":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers  # with the first token, not at import

    key_id = entry.get("kid")
    meant = entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig" and entry.get("alg", "RS256") == "RS256"
    if not (meant and isinstance(key_id, str)):
        return None
    try:
        key = RSAPublicNumbers(e=_number(entry["e"]), n=_number(entry["n"])).public_key()
    except (KeyError, TypeError, ValueError):
        return None
    return (key_id, key) if key.key_size >= _MIN_BITS else None


def _number(text: str) -> int:
    try:
        return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except Error as error:
        raise ValueError("no base64url") from error
