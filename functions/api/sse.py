"""An analysis' events as Server-Sent Events (WHATWG HTML, section 9.2).

Each has ``id`` (its number), ``event`` (its type) and ``data`` (versioned JSON). The log is read again until
something is new: a stream that ended is resumed after the last id, so nothing is lost and nothing repeated.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from fastapi.sse import format_sse_event

from functions.api.schemas import ProgressEvent
from holisticos.contracts.errors import HolisticOsError
from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.services.analysis_progress import AnalysisProgress

MEDIA_TYPE = "text/event-stream"

HEARTBEAT = b": still here\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPolicy:
    """How a stream waits and when it ends; all times but ``retry_ms`` are seconds."""

    wait: float
    """How long it stays open at most."""
    poll: float = 0.15
    """How long news may lie before they are seen."""
    heartbeat: float = 10.0
    """How long it may be silent, so that nothing in between takes it for dead."""
    retry_ms: int = 100
    """How soon a client comes back after the end."""
    ends_with_news: bool


LONG_POLL = StreamPolicy(wait=20.0, ends_with_news=True)
"""Where an answer is sent in one piece (Mangum): it ends as soon as it has something to say. Well below the 29
seconds after which API Gateway gives up."""

LIVE = StreamPolicy(wait=600.0, ends_with_news=False)
"""Where an answer is sent as it comes into being (uvicorn): one answer for the whole analysis."""

ReadAfter = Callable[[int], Awaitable[AnalysisProgress]]


async def event_stream(
    progress: AnalysisProgress, after: int, read_after: ReadAfter, policy: StreamPolicy
) -> AsyncIterator[bytes]:
    """The events numbered above ``after``: those in ``progress`` first, then what comes, up to the final one.

    A store that fails in between ends the stream, and the client comes back for the rest.
    """
    now = asyncio.get_running_loop().time
    end = now() + policy.wait
    spoken = now()
    yield f"retry: {policy.retry_ms}\n".encode()  # a field of whatever comes next: alone it is an event to some
    while True:
        news = [event for event in progress.events if event.seq > after]
        for event in news:
            yield encode(ProgressEvent.of(event, progress.head.analysis_id))
            after, spoken = event.seq, now()
        if progress.head.status.is_final or (news and policy.ends_with_news):
            return
        if now() >= end:
            yield HEARTBEAT
            return
        if now() >= spoken + policy.heartbeat:
            yield HEARTBEAT
            spoken = now()
        await asyncio.sleep(policy.poll)
        try:
            progress = await read_after(after)
        except HolisticOsError as error:
            log(LogCategory.API_ERROR, "stream interrupted", error=describe(error))
            return


def encode(event: ProgressEvent) -> bytes:
    return format_sse_event(id=str(event.seq), event=event.type, data_str=event.model_dump_json(exclude_none=True))
