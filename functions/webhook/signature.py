"""Whether a body was signed by one who knows the key; pure.

The source signs the raw body with HMAC-SHA256 (RFC 2104). Its implementers disagree on how the 32 bytes are
written: hexadecimal and base64 (also the alphabet for URLs, with or without padding) are all taken.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable

_DIGEST_BYTES = 32
_MAX_LENGTH = 128
"""Characters; more is no signature, and is not worth decoding."""


def is_signed(body: bytes, signature: str, keys: Iterable[bytes]) -> bool:
    """Whether ``signature`` is that of ``body`` under one of ``keys``, compared in constant time."""
    given = _decoded(signature)
    if given is None:
        return False
    return any(hmac.compare_digest(given, hmac.digest(key, body, "sha256")) for key in keys)


def _decoded(signature: str) -> bytes | None:
    text = signature.strip().removeprefix("sha256=")
    if not text.isascii() or len(text) > _MAX_LENGTH:
        return None
    try:
        if len(text) == 2 * _DIGEST_BYTES:
            return bytes.fromhex(text)
        decoded = base64.b64decode(text.replace("-", "+").replace("_", "/").rstrip("=") + "=", validate=True)
    except (ValueError, binascii.Error):
        return None
    return decoded if len(decoded) == _DIGEST_BYTES else None
