"""A user's health data: as they were measured, per local day, and as an analysis would see them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from functions.api.access import CurrentAccess, OwnUserId
from functions.api.conditional import NOT_MODIFIED, answer
from functions.api.dependencies import Dependencies, Deps
from functions.api.erasing import not_being_erased
from functions.api.health_queries import BiomarkersQuestion, ContextQuestion, ScoresQuestion, WearableQuestion
from functions.api.health_views import BiomarkersPage, HealthContextView, ScoresView, WearableDataView
from functions.api.problems import (
    BEING_ERASED,
    FORBIDDEN,
    HEALTH_DATA_UNAVAILABLE,
    INVALID_REQUEST,
    UNAVAILABLE,
    FieldError,
    invalid,
    responses,
)
from functions.api.spans import span_of_dates, span_of_range
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import NotFoundError
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile

if TYPE_CHECKING:
    from holisticos.services.user_data import UserDataService

router = APIRouter(
    tags=["health data"],
    dependencies=[Depends(not_being_erased)],
    responses={
        **NOT_MODIFIED,
        **responses(FORBIDDEN, BEING_ERASED, INVALID_REQUEST, UNAVAILABLE, HEALTH_DATA_UNAVAILABLE),
    },
)

_READING = {"fetched_at", "source", "cache"}
"""Of how it was read; what a client holds of the same records tells its own."""
_FETCHED = {"provenance": _READING}


@router.get(
    "/users/{user_id}/health-context",
    summary="Everything an analysis would be made from",
    response_model=HealthContextView,
)
async def read_health_context(
    http: Request,
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    question: Annotated[ContextQuestion, Query()],
) -> Response:
    """One value a local day and metric over the window and the 90 days before it, nights, quality and sources."""
    if question.as_of is not None and question.as_of > deps.clock.now():
        raise invalid(FieldError(location="query", field="as_of", detail="must not be in the future"))
    await access.record(user_id, AuditAction.HEALTH_DATA_READ, "health_context")
    reading = await _begin(user_id, deps)
    memory = await asyncio.to_thread(deps.users.memory, user_id) if question.include_memory else Memory()
    as_of = question.as_of or reading.now
    context = await reading.service.context(reading.profile, memory, as_of=as_of, days=question.days)
    return answer(
        http,
        HealthContextView.of(context, with_memory=question.include_memory),
        volatile={"as_of": True, "sources": {"__all__": _READING}, "quality": {"freshness_hours"}},
    )


@router.get("/users/{user_id}/scores", summary="Health scores per day", response_model=ScoresView)
async def read_scores(
    http: Request,
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    question: Annotated[ScoresQuestion, Query()],
) -> Response:
    """One score 0..1 for each type and day, with the factors that the source computed it from."""
    from functions.api import health_reading  # it says why

    reading = await _begin(user_id, deps)
    span = span_of_dates(question.start_date, question.end_date, reading.profile.timezone, reading.now)
    await access.record(user_id, AuditAction.HEALTH_DATA_READ, "scores")
    read = await reading.service.scores(reading.profile, span.start, span.end)
    view = health_reading.scores(read, span, question.score_types, reading.profile)
    return answer(http, view, volatile=_FETCHED)


@router.get("/users/{user_id}/biomarkers", summary="Biomarkers as they were measured", response_model=BiomarkersPage)
async def read_biomarkers(
    http: Request,
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    question: Annotated[BiomarkersQuestion, Query()],
) -> Response:
    """Records in order of time, in catalogue units, in pages. Withheld categories are dropped and counted."""
    from functions.api import health_reading  # it says why

    reading = await _begin(user_id, deps)
    span = span_of_dates(question.start_date, question.end_date, reading.profile.timezone, reading.now)
    await access.record(user_id, AuditAction.HEALTH_DATA_READ, "biomarkers")
    read = await reading.service.biomarkers(reading.profile, span.start, span.end)
    view = health_reading.biomarkers(read, span, question, reading.profile)
    return answer(http, view, volatile=_FETCHED)


@router.get(
    "/users/{user_id}/wearable-data", summary="Wearable data, aggregated per local day", response_model=WearableDataView
)
async def read_wearable_data(
    http: Request,
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    question: Annotated[WearableQuestion, Query()],
) -> Response:
    """One value a local day and metric, by the rules of an analysis.

    A total of a day that is still in progress is no value of that day and is left out.
    """
    from functions.api import health_reading  # it says why

    reading = await _begin(user_id, deps)
    span = span_of_range(question.date_range, reading.profile.timezone, reading.now)
    await access.record(user_id, AuditAction.HEALTH_DATA_READ, "wearable_data")
    read = await reading.service.biomarkers(reading.profile, span.start, span.end)
    view = health_reading.wearable_data(read, span, question, reading.profile)
    return answer(http, view, volatile=_FETCHED)


@dataclass(frozen=True, slots=True)
class _Reading:
    service: "UserDataService"
    profile: Profile
    now: datetime


async def _begin(user_id: str, deps: Dependencies) -> _Reading:
    now = deps.clock.now()
    profile, service = await asyncio.gather(
        asyncio.to_thread(_profile, user_id, deps),
        # Making it imports what reads the sources.
        asyncio.to_thread(deps.health_data),
    )
    return _Reading(service, profile, now)


def _profile(user_id: str, deps: Dependencies) -> Profile:
    try:
        return deps.users.profile(user_id)
    except NotFoundError:
        return Profile(user_id=user_id)
