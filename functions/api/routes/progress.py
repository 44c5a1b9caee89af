"""The progress of an analysis, as a stream, and the tickets for it."""

import asyncio

from fastapi import APIRouter, Response, status
from fastapi.responses import StreamingResponse

from functions.api.access import Access, CurrentAccess, OwnAnalysis
from functions.api.dependencies import Dependencies, Deps
from functions.api.problems import INVALID_REQUEST, NOT_FOUND, UNAVAILABLE, responses
from functions.api.schemas import ProgressEvent, StreamTicketView
from functions.api.sse import After, LastEventId, News, described, encode, seen_by, stream
from functions.api.tickets import ANALYSIS_STREAM, TicketedAnalysis, issue
from holisticos.contracts.audit import AuditAction
from holisticos.services.analysis_progress import AnalysisProgress, read_progress

router = APIRouter(tags=["analyses"])

_EXAMPLE = ProgressEvent.model_validate(
    {
        "analysis_id": "an-3f0c9a4e5b1d4c1f9a7e2b6d8c0e1f23",
        "seq": 4,
        "at": "2026-03-14T09:00:02Z",
        "type": "agent.completed",
        "agent": "routine",
        "progress": 40,
        "message": "Routine has finished",
    }
)

_STREAM = described(encode(_EXAMPLE.seq, _EXAMPLE.type, _EXAMPLE)) | {
    204: {"description": "The analysis is final and everything was delivered; do not come back"},
}


@router.get(
    f"/{ANALYSIS_STREAM}",
    summary="Follow an analysis",
    response_class=StreamingResponse,
    responses={**_STREAM, **responses(NOT_FOUND, INVALID_REQUEST, UNAVAILABLE)},
)
async def follow_analysis(
    analysis: OwnAnalysis, access: CurrentAccess, deps: Deps, after: After = None, last_event_id: LastEventId = None
) -> Response:
    """Past events first, then each as it happens, up to the final one.

    A stream may end earlier. The client then comes back with the last id it has, as an EventSource does by
    itself, and nothing is lost or repeated. The `data` are a `ProgressEvent`.
    """
    return await _followed(analysis, access, deps, after, last_event_id)


@router.post(
    f"/{ANALYSIS_STREAM}-ticket",
    summary="Get a ticket for the stream of an analysis",
    status_code=status.HTTP_201_CREATED,
    responses=responses(NOT_FOUND, INVALID_REQUEST, UNAVAILABLE),
)
async def issue_stream_ticket(analysis: OwnAnalysis, access: CurrentAccess, deps: Deps) -> StreamTicketView:
    """For clients that cannot send a token with the stream, as a browser's EventSource.

    The ticket opens the stream of this analysis, as often as the client comes back, until it expires after five
    minutes. `url` has it in it.
    """
    head = analysis.head
    await access.record(head.user_id, AuditAction.STREAM_TICKET_ISSUED, head.analysis_id)
    return await issue(ANALYSIS_STREAM.format(analysis_id=head.analysis_id), deps)


@router.get(
    f"/ticketed/{ANALYSIS_STREAM}",
    summary="Follow an analysis with a ticket",
    response_class=StreamingResponse,
    responses={**_STREAM, **responses(INVALID_REQUEST, UNAVAILABLE)},
)
async def follow_analysis_with_ticket(
    ticketed: TicketedAnalysis, deps: Deps, after: After = None, last_event_id: LastEventId = None
) -> Response:
    """The same stream. When the ticket has expired the answer is `401`, and an EventSource stays away."""
    return await _followed(ticketed.analysis, ticketed.access, deps, after, last_event_id)


async def _followed(
    analysis: AnalysisProgress, access: Access, deps: Dependencies, after: str | None, last_event_id: str | None
) -> Response:
    head = analysis.head
    await access.record(head.user_id, AuditAction.PROGRESS_READ, head.analysis_id)
    seen = seen_by(after, last_event_id) or 0
    news = news_of(analysis, seen)
    if news.is_final and not news.events:
        return Response(status_code=status.HTTP_204_NO_CONTENT)

    async def read_after(number: int) -> News:
        progress = await asyncio.to_thread(
            read_progress, head.analysis_id, number, analyses=deps.analyses, clock=deps.clock
        )
        return news_of(progress, number)

    return stream(news, seen, read_after, deps.stream)


def news_of(progress: AnalysisProgress, after: int) -> News:
    """The events numbered above ``after``."""
    views = [ProgressEvent.of(event, progress.head.analysis_id) for event in progress.events if event.seq > after]
    return News([(view.seq, encode(view.seq, view.type, view)) for view in views], progress.head.status.is_final)
