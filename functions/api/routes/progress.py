"""The progress of an analysis, as a stream."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response, status
from fastapi.responses import StreamingResponse

from functions.api.access import CurrentAccess, OwnAnalysis
from functions.api.dependencies import Deps
from functions.api.problems import INVALID_REQUEST, NOT_FOUND, UNAVAILABLE, responses
from functions.api.schemas import ProgressEvent
from functions.api.sse import MEDIA_TYPE, encode, event_stream
from holisticos.contracts.audit import AuditAction
from holisticos.services.analysis_progress import AnalysisProgress, read_progress

router = APIRouter(tags=["analyses"])

EventNumber = r"^[0-9]{1,9}$"

_EXAMPLE = encode(
    ProgressEvent.model_validate(
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
).decode()


@router.get(
    "/analysis/{analysis_id}/stream",
    summary="Follow an analysis",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-Sent Events",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
        204: {"description": "The analysis is final and everything was delivered; do not come back"},
        **responses(NOT_FOUND, INVALID_REQUEST, UNAVAILABLE),
    },
)
async def follow_analysis(
    analysis: OwnAnalysis,
    access: CurrentAccess,
    deps: Deps,
    after: Annotated[
        str | None, Query(pattern=EventNumber, description="Number of the last event that the client has")
    ] = None,
    last_event_id: Annotated[
        str | None, Header(pattern=EventNumber, description="The same, as an EventSource sends it")
    ] = None,
) -> Response:
    """Past events first, then each as it happens, up to the final one.

    A stream may end earlier. The client then comes back with the last id it has, as an EventSource does by
    itself, and nothing is lost or repeated. The `data` are a `ProgressEvent`.
    """
    head = analysis.head
    await access.record(head.user_id, AuditAction.PROGRESS_READ, head.analysis_id)
    seen = max(int(after or 0), int(last_event_id or 0))
    if head.status.is_final and not any(event.seq > seen for event in analysis.events):
        return Response(status_code=status.HTTP_204_NO_CONTENT)

    async def read_after(number: int) -> AnalysisProgress:
        return await asyncio.to_thread(
            read_progress, head.analysis_id, number, analyses=deps.analyses, clock=deps.clock
        )

    return StreamingResponse(
        event_stream(analysis, seen, read_after, deps.stream),
        media_type=MEDIA_TYPE,
        headers={"X-Accel-Buffering": "no"},
    )
