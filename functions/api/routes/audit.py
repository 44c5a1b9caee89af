"""The audit trail: who used a user's data, when and for what."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from functions.api import cursors
from functions.api.access import AdministeredUserId, CurrentAccess
from functions.api.account_views import AuditPage
from functions.api.conditional import NOT_MODIFIED, answer
from functions.api.dependencies import Deps
from functions.api.problems import FORBIDDEN, INVALID_REQUEST, UNAVAILABLE, responses
from holisticos.contracts.audit import AuditAction

router = APIRouter(tags=["account"])


@router.get(
    "/users/{user_id}/audit",
    summary="Every use of the user's data, newest first",
    response_model=AuditPage,
    responses={**NOT_MODIFIED, **responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE)},
)
async def read_audit(
    http: Request,
    user_id: AdministeredUserId,
    access: CurrentAccess,
    deps: Deps,
    limit: Annotated[int, Query(ge=1, le=100, description="records in a page")] = 50,
    cursor: Annotated[
        str | None, Query(pattern=cursors.PATTERN, description="`next_cursor` of the page before")
    ] = None,
) -> Response:
    """Reads, writes, analyses, exports and refusals. This reading is the newest record of the next one.

    Operators may read everybody's.
    """
    position = cursors.opened(cursor) if cursor else None
    records, following = await asyncio.to_thread(deps.audit.of_user, user_id, limit, position)
    await access.record(user_id, AuditAction.AUDIT_READ, "audit")
    return answer(http, AuditPage.of(records, cursors.sealed(following) if following else None))
