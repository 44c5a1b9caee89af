"""What goes between poller and host, over a Unix socket, one connection an event.

The poller sends a JSON object (its environment and the event's headers) and the event; the host
answers with a kind, the output of the function and its result. Each part is preceded by its length.
Closing the connection early cancels the event.
"""

import asyncio
import json
import struct
from typing import Any

_LENGTH = struct.Struct("!I")
RESPONSE = b"R"
ERROR = b"E"


async def receive_event(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """Raises ``asyncio.IncompleteReadError`` where the poller went away."""
    about = json.loads(await _part(reader))
    return about, await _part(reader)


def answer(kind: bytes, output: bytes, result: bytes) -> bytes:
    return kind + _LENGTH.pack(len(output)) + output + _LENGTH.pack(len(result)) + result


async def _part(reader: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return await reader.readexactly(length)
