"""The profile: what a user told us about themselves, and what may be used of their data."""

import asyncio

from fastapi import APIRouter, Depends, Request, Response

from functions.api.access import CurrentAccess, OwnUserId
from functions.api.conditional import NOT_MODIFIED, answer
from functions.api.dependencies import Dependencies, Deps
from functions.api.erasing import not_being_erased
from functions.api.problems import (
    BEING_ERASED,
    BODY_TOO_LARGE,
    FORBIDDEN,
    INVALID_REQUEST,
    MALFORMED_BODY,
    UNAVAILABLE,
    UNKNOWN_ARCHETYPE,
    UNSUPPORTED_MEDIA_TYPE,
    responses,
)
from functions.api.schemas import ProfileSettings, ProfileView
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import NotFoundError
from holisticos.health.profile import Profile

router = APIRouter(tags=["profile"])


@router.get(
    "/users/{user_id}/profile",
    summary="Read the profile",
    response_model=ProfileView,
    responses={**NOT_MODIFIED, **responses(FORBIDDEN, INVALID_REQUEST, UNAVAILABLE)},
)
async def read_profile(http: Request, user_id: OwnUserId, access: CurrentAccess, deps: Deps) -> Response:
    """A user who never set anything has the defaults."""
    await access.record(user_id, AuditAction.PROFILE_READ, "profile")
    return answer(http, ProfileView.of(await asyncio.to_thread(_profile, user_id, deps)))


@router.put(
    "/users/{user_id}/profile",
    summary="Replace the profile",
    dependencies=[Depends(not_being_erased)],
    responses=responses(
        MALFORMED_BODY,
        FORBIDDEN,
        BEING_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        UNKNOWN_ARCHETYPE,
        UNAVAILABLE,
    ),
)
async def replace_profile(
    user_id: OwnUserId, settings: ProfileSettings, access: CurrentAccess, deps: Deps
) -> ProfileView:
    """Every field but ``preferences`` is needed, so that none is lost by being forgotten; preferences stay where they
    are not given. It holds from the next analysis on."""
    await access.record(user_id, AuditAction.PROFILE_WRITTEN, "profile")
    return ProfileView.of(await asyncio.to_thread(_replace, user_id, settings, deps))


def _replace(user_id: str, settings: ProfileSettings, deps: Dependencies) -> Profile:
    profile = settings.of(_profile(user_id, deps))
    deps.users.put_profile(profile)
    return profile


def _profile(user_id: str, deps: Dependencies) -> Profile:
    try:
        return deps.users.profile(user_id)
    except NotFoundError:
        return Profile(user_id=user_id)
