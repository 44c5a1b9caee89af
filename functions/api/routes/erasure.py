"""The erasure of everything that is kept of a user."""

import asyncio

from fastapi import APIRouter, Request, Response, status

from functions.api.access import AdministeredUserId, CurrentAccess
from functions.api.account_views import ErasureView
from functions.api.conditional import NOT_MODIFIED, answer
from functions.api.dependencies import Deps
from functions.api.locations import relative_to
from functions.api.problems import FORBIDDEN, INVALID_REQUEST, NOT_FOUND, UNAVAILABLE, ProblemError, responses
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import NotFoundError
from holisticos.services.erasure_requests import request_erasure

router = APIRouter(tags=["account"])


@router.delete(
    "/users/{user_id}",
    summary="Erase everything that is kept of the user",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted; `Location` tells how far it is",
    responses=responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE),
)
async def erase_user(
    http: Request, response: Response, user_id: AdministeredUserId, access: CurrentAccess, deps: Deps
) -> ErasureView:
    """Profile, memory, feedback, analyses, snapshots, exports and our copy of the health records.

    Running analyses are ended first, so that nothing comes back to life. What remains are the audit trail, which
    holds no health data, and a tombstone in it that proves the erasure. The data at their source are not ours to
    erase, and the account stays. A repeated request gives the same answer while it lasts. Operators may ask on a
    user's behalf.
    """
    erasure = await asyncio.to_thread(
        request_erasure,
        user_id,
        access.correlation_id,
        actor=access.principal.username,
        erasures=deps.erasures,
        audit=deps.audit,
        workflow=deps.erasure_workflow,
        clock=deps.clock,
    )
    view = ErasureView.of(erasure)
    response.headers["Location"] = relative_to(http, view.links.self)
    return view


@router.get(
    "/users/{user_id}/erasure",
    summary="How far the last erasure is",
    response_model=ErasureView,
    responses={**NOT_MODIFIED, **responses(FORBIDDEN, NOT_FOUND, INVALID_REQUEST, UNAVAILABLE)},
)
async def read_erasure(http: Request, user_id: AdministeredUserId, access: CurrentAccess, deps: Deps) -> Response:
    """It is `completed` once it was verified that nothing is left; `failed` ones are taken up by operators."""
    await access.record(user_id, AuditAction.ERASURE_READ, "erasure")
    try:
        erasure = await asyncio.to_thread(deps.erasures.latest, user_id)
    except NotFoundError:
        raise ProblemError(NOT_FOUND, "No erasure was asked for.") from None
    return answer(http, ErasureView.of(erasure))
