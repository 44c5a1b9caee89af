"""Tickets for one stream, for clients that send no header, as a browser's EventSource.

A ticket stands in a URL, where tokens must not. It opens one stream of the user who asked for it, for minutes.
"""

import asyncio
import re
from secrets import token_urlsafe
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import APIKeyQuery

from functions.api import limits
from functions.api.access import Access, AnalysisIdPath, UserIdPath
from functions.api.dependencies import Dependencies, Deps
from functions.api.problems import ProblemError, correlation_id_of
from functions.api.schemas import StreamTicketView
from functions.api.security import Principal, unauthenticated
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.ticket import LIFETIME, StreamTicket, ticket_digest
from holisticos.runtime.logging import LogCategory, bind, log, user_digest
from holisticos.services.analysis_progress import AnalysisProgress, read_progress

ANALYSIS_STREAM: Final = "analysis/{analysis_id}/stream"
FEED_STREAM: Final = "users/{user_id}/wearable-data/stream"
"""Paths below the version. A ticket for what is at one of them opens it below ``ticketed``."""

_BYTES = 32
_TICKET = re.compile(r"[A-Za-z0-9_-]{43}")

_described = APIKeyQuery(
    name="ticket",
    scheme_name="streamTicket",
    description="As `POST .../stream-ticket` gives it, for that one stream",
    auto_error=False,
)
_TicketQuery = Annotated[str | None, Depends(_described)]


async def issue(stream: str, deps: Dependencies) -> StreamTicketView:
    """A new ticket for the stream at this path."""
    text = token_urlsafe(_BYTES)
    expires_at = deps.clock.now().replace(microsecond=0) + LIFETIME
    await asyncio.to_thread(deps.tickets.put, StreamTicket(digest=ticket_digest(text, stream), expires_at=expires_at))
    return StreamTicketView(ticket=text, expires_at=expires_at, url=f"/api/v1/ticketed/{stream}?ticket={text}")


class Ticketed:
    """An analysis that its ticket opened; ``access`` is that of its owner."""

    def __init__(self, analysis: AnalysisProgress, access: Access) -> None:
        self.analysis = analysis
        self.access = access


async def _ticketed_analysis(
    request: Request, deps: Deps, analysis_id: AnalysisIdPath, ticket: _TicketQuery
) -> Ticketed:
    bind(analysis_id=analysis_id)
    await _check(ticket, ANALYSIS_STREAM.format(analysis_id=analysis_id), deps)
    try:
        analysis = await asyncio.to_thread(read_progress, analysis_id, analyses=deps.analyses, clock=deps.clock)
    except NotFoundError:
        raise _refused() from None
    return Ticketed(analysis, await _access_of(analysis.head.user_id, request, deps))


async def _ticketed_user(request: Request, deps: Deps, user_id: UserIdPath, ticket: _TicketQuery) -> Access:
    await _check(ticket, FEED_STREAM.format(user_id=user_id), deps)
    return await _access_of(user_id, request, deps)


TicketedAnalysis = Annotated[Ticketed, Depends(_ticketed_analysis)]

TicketedUser = Annotated[Access, Depends(_ticketed_user)]
"""The access of a user whose feed was opened by its ticket."""


async def _access_of(owner: str, request: Request, deps: Dependencies) -> Access:
    bind(user=user_digest(owner))
    await limits.count(request, owner, deps)
    return Access(Principal(owner), correlation_id_of(request), deps)


async def _check(text: str | None, stream: str, deps: Dependencies) -> None:
    """Raises the problem ``unauthenticated`` where ``text`` is no ticket for the stream at this path, now."""
    if text is None or not _TICKET.fullmatch(text):
        raise _refused()
    try:
        ticket = await asyncio.to_thread(deps.tickets.find, ticket_digest(text, stream))
    except NotFoundError:
        raise _refused() from None
    if deps.clock.now() >= ticket.expires_at:
        raise _refused()


def _refused() -> ProblemError:
    log(LogCategory.API, "stream ticket refused")
    return unauthenticated("The ticket is unknown, has expired, or is one for another stream.")
