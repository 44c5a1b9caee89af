"""What a signed-in user may touch. Every use of a user's data and every refusal is on the audit trail.

Routes take ``OwnUserId`` or ``OwnAnalysis`` instead of a bare path parameter: what reaches them is the
caller's own. ``AdministeredUserId`` lets operators in as well. Records are written before anything is given
away; where that fails, so does the request.
"""

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPBearer

from functions.api import limits
from functions.api.dependencies import Dependencies, Deps
from functions.api.problems import FORBIDDEN, NOT_FOUND, ProblemError, correlation_id_of
from functions.api.security import USER_ID_PATTERN, Principal
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.errors import NotFoundError
from holisticos.runtime.logging import bind, user_digest
from holisticos.services.analysis_progress import AnalysisProgress, read_progress

ANALYSIS_ID_PATTERN = r"^an-[0-9a-f]{32}$"

_bearer = HTTPBearer(
    scheme_name="accessToken", bearerFormat="JWT", description="Access token of the user pool", auto_error=False
)
"""Only describes the scheme; the identity provider decides."""

UserIdPath = Annotated[str, Path(pattern=USER_ID_PATTERN, description="The signed-in user", examples=["ana"])]
AnalysisIdPath = Annotated[
    str,
    Path(
        pattern=ANALYSIS_ID_PATTERN,
        description="As it was given out with the analysis",
        examples=["an-3f0c9a4e5b1d4c1f9a7e2b6d8c0e1f23"],
    ),
]


class Access:
    """One request of one signed-in user."""

    def __init__(self, principal: Principal, correlation_id: str, deps: Dependencies) -> None:
        self.principal = principal
        self.correlation_id = correlation_id
        self._deps = deps

    async def record(self, user_id: str, action: AuditAction, resource: str, *, success: bool = True) -> None:
        """Put one use of ``user_id``'s data on record."""
        record = AuditRecord(
            user_id=user_id,
            at=self._deps.clock.now(),
            action=action,
            actor=self.principal.username,
            resource=resource,
            correlation_id=self.correlation_id,
            success=success,
        )
        await asyncio.to_thread(self._deps.audit.append, record)

    async def refuse(self, user_id: str, resource: str) -> None:
        await self.record(user_id, AuditAction.ACCESS_DENIED, resource, success=False)


async def _access(request: Request, deps: Deps, _token: Annotated[object, Depends(_bearer)]) -> Access:
    principal = await deps.identity.identify(request.scope)
    bind(user=user_digest(principal.username))
    await limits.count(request, principal.username, deps)
    return Access(principal, correlation_id_of(request), deps)


CurrentAccess = Annotated[Access, Depends(_access)]


async def _own_user_id(access: CurrentAccess, user_id: UserIdPath) -> str:
    return await _allowed(access, user_id, user_id == access.principal.username)


async def _administered_user_id(access: CurrentAccess, user_id: UserIdPath) -> str:
    return await _allowed(access, user_id, access.principal.is_operator or user_id == access.principal.username)


async def _allowed(access: Access, user_id: str, allowed: bool) -> str:  # noqa: FBT001 - it is what is asked
    if not allowed:
        await access.refuse(user_id, "user")
        raise ProblemError(FORBIDDEN)
    return user_id


OwnUserId = Annotated[str, Depends(_own_user_id)]

AdministeredUserId = Annotated[str, Depends(_administered_user_id)]
"""The caller's own, or any for an operator: for what is done on a user's behalf and gives no health data away."""


async def _own_analysis(access: CurrentAccess, deps: Deps, analysis_id: AnalysisIdPath) -> AnalysisProgress:
    """Another user's analysis is answered like one that does not exist, in words and in the work done for it."""
    bind(analysis_id=analysis_id)
    asking = access.principal.username
    try:
        progress = await asyncio.to_thread(read_progress, analysis_id, analyses=deps.analyses, clock=deps.clock)
    except NotFoundError:
        owner = asking
    else:
        owner = progress.head.user_id
        if owner == asking:
            return progress
    await access.refuse(owner, analysis_id)
    raise ProblemError(NOT_FOUND, "There is no such analysis.")


OwnAnalysis = Annotated[AnalysisProgress, Depends(_own_analysis)]
