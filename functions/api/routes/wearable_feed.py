"""A user's new data, as a stream, and the tickets for it."""

import asyncio

from fastapi import APIRouter, Response, status
from fastapi.responses import StreamingResponse

from functions.api.access import Access, CurrentAccess, OwnUserId
from functions.api.dependencies import Dependencies, Deps
from functions.api.feed_views import WearableEvent, news_of
from functions.api.problems import FORBIDDEN, INVALID_REQUEST, UNAVAILABLE, responses
from functions.api.schemas import StreamTicketView
from functions.api.sse import After, LastEventId, News, described, encode, seen_by, stream
from functions.api.tickets import FEED_STREAM, TicketedUser, issue
from holisticos.contracts.audit import AuditAction
from holisticos.services.profiles import profile_of

router = APIRouter(tags=["health data"])

_EXAMPLE = WearableEvent.model_validate(
    {
        "seq": 12,
        "at": "2026-03-14T09:00:02Z",
        "type": "data.received",
        "part": "biomarkers",
        "counts": {"steps": 1},
        "changed": 1,
        "readings": [
            {
                "type": "steps",
                "value": 3263,
                "unit": "count",
                "periodicity": "hourly",
                "start": "2026-03-14T08:00:00+01:00",
                "end": "2026-03-14T08:59:59+01:00",
            }
        ],
    }
)

_STREAM = described(encode(_EXAMPLE.seq, _EXAMPLE.type, _EXAMPLE))


@router.get(
    f"/{FEED_STREAM}",
    summary="Follow the user's new data",
    response_class=StreamingResponse,
    responses={**_STREAM, **responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE)},
)
async def follow_wearable_data(
    user_id: OwnUserId, access: CurrentAccess, deps: Deps, after: After = None, last_event_id: LastEventId = None
) -> Response:
    """The present state first, as the event `snapshot`, then each delivery of new data as it is taken in.

    A stream ends now and then, and never for good. The client comes back with the last id it has, as an EventSource
    does by itself; it begins with a `snapshot` again where it was away for more than a hundred events. The `data` are
    a `WearableEvent` or a `WearableSnapshot`; records beyond the newest of a delivery are counted, and read by the
    other routes.
    """
    return await _followed(user_id, access, deps, after, last_event_id)


@router.post(
    f"/{FEED_STREAM}-ticket",
    summary="Get a ticket for the stream of the user's new data",
    status_code=status.HTTP_201_CREATED,
    responses=responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE),
)
async def issue_wearable_data_ticket(user_id: OwnUserId, access: CurrentAccess, deps: Deps) -> StreamTicketView:
    """For clients that cannot send a token with the stream, as a browser's EventSource.

    The ticket opens this stream, as often as the client comes back, until it expires after five minutes; whoever
    follows for longer asks for another one. `url` has it in it.
    """
    await access.record(user_id, AuditAction.STREAM_TICKET_ISSUED, "wearable-feed")
    return await issue(FEED_STREAM.format(user_id=user_id), deps)


@router.get(
    f"/ticketed/{FEED_STREAM}",
    summary="Follow the user's new data with a ticket",
    response_class=StreamingResponse,
    responses={**_STREAM, **responses(INVALID_REQUEST, UNAVAILABLE)},
)
async def follow_wearable_data_with_ticket(
    access: TicketedUser, deps: Deps, after: After = None, last_event_id: LastEventId = None
) -> Response:
    """The same stream. When the ticket has expired the answer is `401`, and an EventSource stays away."""
    return await _followed(access.principal.username, access, deps, after, last_event_id)


async def _followed(
    user_id: str, access: Access, deps: Dependencies, after: str | None, last_event_id: str | None
) -> Response:
    await access.record(user_id, AuditAction.HEALTH_DATA_READ, "wearable-feed")
    profile = await asyncio.to_thread(profile_of, deps.users, user_id)
    withheld = profile.privacy.withheld_categories

    async def read_after(seen: int | None) -> News:
        if seen is not None and seen == await asyncio.to_thread(deps.feed.last, user_id):
            return News()
        return news_of(await asyncio.to_thread(deps.feed.events, user_id), seen, withheld, deps.clock.now())

    seen = seen_by(after, last_event_id)
    return stream(await read_after(seen), seen or 0, read_after, deps.stream)
