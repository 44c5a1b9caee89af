"""Analyses: asking for one, and its state with the result."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status

from functions.api import cursors
from functions.api.access import CurrentAccess, OwnAnalysis, OwnUserId
from functions.api.conditional import NOT_MODIFIED, answer
from functions.api.dependencies import Dependencies, Deps
from functions.api.erasing import not_being_erased
from functions.api.idempotency import IdempotencyKey
from functions.api.locations import relative_to
from functions.api.problems import (
    ANALYSIS_RUNNING,
    BEING_ERASED,
    BODY_TOO_LARGE,
    FORBIDDEN,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_BODY,
    NOT_FOUND,
    UNAVAILABLE,
    UNKNOWN_ARCHETYPE,
    UNSUPPORTED_MEDIA_TYPE,
    FieldError,
    ProblemError,
    invalid,
    responses,
    unavailable,
)
from functions.api.schemas import AnalysisAccepted, AnalysisPage, AnalysisView, AnalyzeRequest, Links
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import AnalysisRunningError, HolisticOsError, NotFoundError, StoreError
from holisticos.services.analysis_progress import NOT_STARTED, current, give_up
from holisticos.services.analysis_requests import (
    AnalysisRequest,
    RequestedAnalysis,
    derive_analysis_id,
    request_analysis,
)

router = APIRouter(tags=["analyses"])

_NO_WISHES = AnalyzeRequest()


@router.post(
    "/users/{user_id}/analyze",
    summary="Ask for an analysis",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted; `Location` names the analysis",
    dependencies=[Depends(not_being_erased)],
    responses=responses(
        MALFORMED_BODY,
        FORBIDDEN,
        BEING_ERASED,
        ANALYSIS_RUNNING,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        UNKNOWN_ARCHETYPE,
        IDEMPOTENCY_KEY_REUSED,
        UNAVAILABLE,
    ),
)
async def ask_for_analysis(
    http: Request,
    response: Response,
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    idempotency_key: IdempotencyKey = None,
    wishes: AnalyzeRequest = _NO_WISHES,
) -> AnalysisAccepted:
    """Start an analysis of the user's data and return at once.

    Six agents work on it; follow them on the stream, or ask for the state until it is final. A user without
    data gets an analysis too: it ends as `no_data` and names what is missing. While an analysis of the user's
    runs there is no second one: the problem `analysis-running` has the running one's `analysis_id` and `links`.
    """
    if wishes.as_of is not None and wishes.as_of > deps.clock.now():
        raise invalid(FieldError(location="body", field="as_of", detail="must not be in the future"))
    request = AnalysisRequest(
        user_id=user_id,
        actor=access.principal.username,
        correlation_id=access.correlation_id,
        analysis_type=wishes.analysis_type,
        archetype=wishes.archetype,
        as_of=wishes.as_of,
    )
    analysis_id = derive_analysis_id(user_id, idempotency_key)
    try:
        requested = await asyncio.to_thread(_start, analysis_id, request, deps, repeatable=idempotency_key is not None)
    except AnalysisRunningError as error:
        raise _running(http, error.analysis_id) from error
    if not requested.created and not _asked_for(requested.head, wishes):
        raise ProblemError(IDEMPOTENCY_KEY_REUSED, "Use a new key for a new request.")
    accepted = AnalysisAccepted.of(requested.head)
    response.headers["Location"] = relative_to(http, accepted.links.self)
    return accepted


@router.get(
    "/users/{user_id}/analyses",
    summary="The user's analyses, newest first",
    response_model=AnalysisPage,
    responses={**NOT_MODIFIED, **responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE)},
)
async def list_analyses(
    http: Request,
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    limit: Annotated[int, Query(ge=1, le=100, description="analyses in a page")] = 20,
    cursor: Annotated[
        str | None, Query(pattern=cursors.PATTERN, description="`next_cursor` of the page before")
    ] = None,
) -> Response:
    """An analysis asked for a moment ago may be missing; its own address always has it."""
    position = cursors.opened(cursor) if cursor else None
    await access.record(user_id, AuditAction.ANALYSIS_READ, "analyses")
    heads, following = await asyncio.to_thread(_page, user_id, limit, position, deps)
    return answer(http, AnalysisPage.of(heads, cursors.sealed(following) if following else None))


@router.get(
    "/analysis/{analysis_id}",
    summary="State of an analysis, with its result once it is final",
    response_model=AnalysisView,
    responses={**NOT_MODIFIED, **responses(NOT_FOUND, INVALID_REQUEST, UNAVAILABLE)},
)
async def read_analysis(http: Request, analysis: OwnAnalysis, access: CurrentAccess, deps: Deps) -> Response:
    """One of `completed`, `partial`, `no_data` and `failed` is final; all but `failed` have a result."""
    head = analysis.head
    await access.record(head.user_id, AuditAction.ANALYSIS_READ, head.analysis_id)
    result = await asyncio.to_thread(_result, head, deps) if head.status.is_final else None
    return answer(http, AnalysisView.of(analysis, result))


def _start(analysis_id: str, request: AnalysisRequest, deps: Dependencies, *, repeatable: bool) -> RequestedAnalysis:
    try:
        return request_analysis(
            analysis_id,
            request,
            analyses=deps.analyses,
            audit=deps.audit,
            workflow=deps.workflow,
            clock=deps.clock,
        )
    except StoreError as error:
        # Who has a key will send it again, and that starts what is queued. Nobody else knows this id.
        if not repeatable:
            _give_up(analysis_id, deps)
        raise unavailable("The analysis could not be started.") from error


def _running(http: Request, analysis_id: str) -> ProblemError:
    links = Links.of(analysis_id)
    return ProblemError(
        ANALYSIS_RUNNING,
        "Follow that one; ask again when it is final.",
        headers={"Location": relative_to(http, links.self)},
        extensions={"analysis_id": analysis_id, "links": links.model_dump()},
    )


def _give_up(analysis_id: str, deps: Dependencies) -> None:
    try:
        give_up(analysis_id, NOT_STARTED, analyses=deps.analyses, clock=deps.clock)
    except HolisticOsError:
        return  # it was never stored, or the store is out of reach: then the deadline ends it


def _asked_for(head: AnalysisHead, wishes: AnalyzeRequest) -> bool:
    """Whether the stored analysis is what ``wishes`` ask for; without ``as_of`` it is as of its request."""
    stored = (head.analysis_type, head.archetype, head.as_of)
    return stored == (wishes.analysis_type, wishes.archetype, wishes.as_of or head.requested_at)


def _page(user_id: str, limit: int, position: str | None, deps: Dependencies) -> tuple[list[AnalysisHead], str | None]:
    heads, following = deps.analyses.of_user(user_id, limit, position)
    return [current(head, analyses=deps.analyses, clock=deps.clock) for head in heads], following


def _result(head: AnalysisHead, deps: Dependencies) -> AnalysisResult | None:
    try:
        return deps.analyses.result(head.analysis_id)
    except NotFoundError:
        return None
