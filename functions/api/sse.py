"""A numbered log as Server-Sent Events (WHATWG HTML, section 9.2).

Each has ``id`` (its number), ``event`` (its type) and ``data`` (versioned JSON). The log is read again until
something is new: a stream that ended is resumed after the last id, so nothing is lost and nothing repeated.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel
from starlette.types import Message, Send

from holisticos.contracts.errors import HolisticOsError
from holisticos.runtime.logging import LogCategory, describe, log

MEDIA_TYPE = "text/event-stream"

HEARTBEAT = b": still here\n\n"

EventNumber = r"^[0-9]{1,9}$"
After = Annotated[str | None, Query(pattern=EventNumber, description="Number of the last event that the client has")]
LastEventId = Annotated[str | None, Header(pattern=EventNumber, description="The same, as an EventSource sends it")]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPolicy:
    """How a stream waits and when it ends; all times but ``retry_ms`` are seconds."""

    wait: float
    """How long it stays open at most."""
    poll: float = 0.15
    """How long news may lie before they are seen."""
    heartbeat: float = 10.0
    """How long it may be silent, so that nothing in between takes it for dead."""
    stall: float = 20.0
    """How long a client may leave unread what it is sent, once everything on the way to it is full."""
    retry_ms: int = 100
    """How soon a client comes back after the end."""
    ends_with_news: bool


LONG_POLL = StreamPolicy(wait=20.0, retry_ms=50, ends_with_news=True)
"""Where an answer is sent in one piece (Mangum): it ends as soon as it has something to say. Well below the 29
seconds after which API Gateway gives up. What happens while a client is away waits for it, so that it comes back
sooner than after a stream that broke."""

LIVE = StreamPolicy(wait=600.0, ends_with_news=False)
"""Where an answer is sent as it comes into being (uvicorn): one answer for the whole analysis."""


@dataclass(frozen=True, slots=True)
class News:
    """What a log has above a number: encoded events in order, each with the number that its reader then has."""

    events: Sequence[tuple[int, bytes]] = ()
    is_final: bool = False
    """Whether nothing will follow."""


ReadAfter = Callable[[int], Awaitable[News]]


def described(example: bytes) -> dict[int | str, dict[str, Any]]:
    """The answer of a route that streams, for the description of the API."""
    content = {MEDIA_TYPE: {"schema": {"type": "string"}, "example": example.decode()}}
    return {200: {"description": "Server-Sent Events", "content": content}}


def seen_by(after: str | None, last_event_id: str | None) -> int | None:
    """The number of the last event that a client has, by what it says in either way; ``None`` where it says nothing."""
    return max((int(number) for number in (after, last_event_id) if number), default=None)


def stream(news: News, after: int, read_after: ReadAfter, policy: StreamPolicy) -> StreamingResponse:
    """The answer of a route; arguments as of ``event_stream``."""
    return _EventStreamResponse(event_stream(news, after, read_after, policy), policy.stall)


class _NotReadError(Exception):
    """The client does not read."""


class _EventStreamResponse(StreamingResponse):
    """Breaks off where nobody reads: a server waits without end until it may send more.

    The server then closes the connection before the answer is whole, and the client comes back for the rest.
    """

    def __init__(self, events: AsyncGenerator[bytes], stall: float) -> None:
        super().__init__(events, media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})
        self._events = events
        self._stall = stall

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(self._stall):
                    await send(message)
            except TimeoutError:
                raise _NotReadError from None

        async with aclosing(self._events):
            try:
                await super().stream_response(send_in_time)
            except _NotReadError:
                log(LogCategory.API, "stream broken off: it is not read")


async def event_stream(news: News, after: int, read_after: ReadAfter, policy: StreamPolicy) -> AsyncGenerator[bytes]:
    """``news``, which are those above ``after``, then what comes, up to what is final.

    A store that fails in between ends the stream, and the client comes back for the rest.
    """
    now = asyncio.get_running_loop().time
    end = now() + policy.wait
    spoken = now()
    yield f"retry: {policy.retry_ms}\n".encode()  # a field of whatever comes next: alone it is an event to some
    while True:
        for number, event in news.events:
            yield event
            after, spoken = number, now()
        if news.is_final or (news.events and policy.ends_with_news):
            return
        if now() >= end:
            yield HEARTBEAT
            return
        if now() >= spoken + policy.heartbeat:
            yield HEARTBEAT
            spoken = now()
        await asyncio.sleep(policy.poll)
        try:
            news = await read_after(after)
        except HolisticOsError as error:
            log(LogCategory.API_ERROR, "stream interrupted", error=describe(error))
            return


def encode(number: int, type_: str, data: BaseModel) -> bytes:
    return format_sse_event(id=str(number), event=type_, data_str=data.model_dump_json(exclude_none=True))
