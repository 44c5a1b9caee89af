"""A user's new data, as a stream."""

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from functions.api.access import CurrentAccess, OwnUserId
from functions.api.dependencies import Deps
from functions.api.feed_views import WearableEvent, news_of
from functions.api.problems import FORBIDDEN, INVALID_REQUEST, UNAVAILABLE, responses
from functions.api.sse import MEDIA_TYPE, After, LastEventId, News, encode, seen_by, stream
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


@router.get(
    "/users/{user_id}/wearable-data/stream",
    summary="Follow the user's new data",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-Sent Events",
            "content": {
                MEDIA_TYPE: {
                    "schema": {"type": "string"},
                    "example": encode(_EXAMPLE.seq, _EXAMPLE.type, _EXAMPLE).decode(),
                }
            },
        },
        **responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE),
    },
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
    await access.record(user_id, AuditAction.HEALTH_DATA_READ, "wearable-feed")
    profile = await asyncio.to_thread(profile_of, deps.users, user_id)
    withheld = profile.privacy.withheld_categories

    async def read_after(seen: int | None) -> News:
        if seen is not None and seen == await asyncio.to_thread(deps.feed.last, user_id):
            return News()
        return news_of(await asyncio.to_thread(deps.feed.events, user_id), seen, withheld, deps.clock.now())

    seen = seen_by(after, last_event_id)
    return stream(await read_after(seen), seen or 0, read_after, deps.stream)
