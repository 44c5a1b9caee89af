"""Bodies of messages: compressed, as text. JSON shrinks to a tenth, and a queue costs by size."""

import base64
import binascii
import zlib
from typing import Final

from holisticos.contracts.errors import InvalidPayloadError, TooLargeError

MAX_BYTES: Final = 64 * 1024 * 1024
"""More than a year of hourly records of every type; what unpacks to more was not packed by us."""


def pack(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 6)).decode("ascii")


def unpack(packed: str) -> bytes:
    """Raises ``InvalidPayloadError`` for what ``pack`` did not make, ``TooLargeError`` beyond the limit."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.b64decode(packed, validate=True), MAX_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        raise InvalidPayloadError("the body of a message cannot be unpacked") from None
    if unpacking.unconsumed_tail:
        raise TooLargeError(f"the body of a message unpacks to more than {MAX_BYTES} bytes")
    if not unpacking.eof:
        raise InvalidPayloadError("the body of a message is cut off")
    return content
