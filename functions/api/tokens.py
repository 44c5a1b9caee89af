"""Access tokens of the user pool: JSON Web Tokens, signed with RS256 (RFC 7515, 7519, 8725).

Nothing of a token is believed before its signature holds. The algorithm is ours to choose, not the token's: a
token that names another one is refused unread.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ALGORITHM = "RS256"

MAX_LENGTH = 8 * 1024
"""Characters; the pool's tokens have about a thousand."""

SKEW_SECONDS = 5
"""How far the issuer's clock may be ahead of ours: a new token must not be too new. Expiry knows no such grace."""

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


class InvalidTokenError(Exception):
    """The token is not to be believed; ``reason`` is one fixed word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A token in its parts, none of which means anything yet but ``key_id``, which says how to verify it."""

    key_id: str
    signed: bytes
    claims: bytes
    signature: bytes

    @classmethod
    def parse(cls, token: str) -> "UnverifiedToken":
        """Raises ``InvalidTokenError``."""
        parts = _COMPACT.fullmatch(token) if len(token) <= MAX_LENGTH else None
        if parts is None:
            raise InvalidTokenError("malformed")
        header, claims, signature = (_decoded(part) for part in parts.groups())
        fields = _object(header)
        if fields.get("alg") != ALGORITHM:
            raise InvalidTokenError("algorithm")
        # "crit" names extensions that must be understood (RFC 7515, section 4.1.11); there are none here.
        if "crit" in fields or not isinstance(key_id := fields.get("kid"), str):
            raise InvalidTokenError("malformed")
        return cls(key_id, token.rpartition(".")[0].encode(), claims, signature)

    def verified(self, key: "RSAPublicKey") -> dict[str, Any]:
        """The claims. Raises ``InvalidTokenError`` where ``key`` did not sign them."""
        from cryptography.exceptions import InvalidSignature  # with the first token, not at import
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            key.verify(self.signature, self.signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise InvalidTokenError("signature") from None
        return _object(self.claims)


def check_claims(claims: Mapping[str, Any], *, issuer: str, client_id: str, now: datetime) -> None:
    """Whether verified claims are those of an access token for us, and for now. Raises ``InvalidTokenError``."""
    expected = {"iss": issuer, "client_id": client_id, "token_use": "access"}
    for name, value in expected.items():
        if claims.get(name) != value:
            raise InvalidTokenError(name)
    seconds = now.timestamp()
    if seconds >= _time(claims, "exp"):
        raise InvalidTokenError("expired")
    if _time(claims, "iat") > seconds + SKEW_SECONDS or ("nbf" in claims and _time(claims, "nbf") > seconds):
        raise InvalidTokenError("not-yet-valid")


def _time(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int:
        raise InvalidTokenError(name)
    return value


def _decoded(part: str) -> bytes:
    """The one content that is spelled so: a token has no second spelling (RFC 4648, section 3.5)."""
    try:
        content = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise InvalidTokenError("malformed") from None
    if urlsafe_b64encode(content).rstrip(b"=") != part.encode():
        raise InvalidTokenError("malformed")
    return content


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidTokenError("malformed") from None
    if not isinstance(value, dict):
        raise InvalidTokenError("malformed")
    return value
