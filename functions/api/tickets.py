"""Tickets for the stream of one analysis, for clients that send no header, as a browser's EventSource.

A ticket stands in a URL, where tokens must not. It opens one stream of the user who asked for it, for minutes.
"""

import asyncio
import re
from secrets import token_urlsafe
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyQuery

from functions.api import limits
from functions.api.access import Access, AnalysisIdPath
from functions.api.dependencies import Dependencies, Deps
from functions.api.problems import correlation_id_of
from functions.api.security import Principal, unauthenticated
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.ticket import LIFETIME, StreamTicket, ticket_digest
from holisticos.runtime.logging import LogCategory, bind, log, user_digest
from holisticos.services.analysis_progress import AnalysisProgress, read_progress

_BYTES = 32
_TICKET = re.compile(r"[A-Za-z0-9_-]{43}")

_described = APIKeyQuery(
    name="ticket",
    scheme_name="streamTicket",
    description="As `POST /api/v1/analysis/{analysis_id}/stream-ticket` gives it, for that analysis alone",
    auto_error=False,
)


def issue(analysis_id: str, deps: Dependencies) -> tuple[str, StreamTicket]:
    """A new ticket, as the client gets it and as it is stored."""
    text = token_urlsafe(_BYTES)
    ticket = StreamTicket(
        digest=ticket_digest(text),
        analysis_id=analysis_id,
        expires_at=deps.clock.now().replace(microsecond=0) + LIFETIME,
    )
    deps.tickets.put(ticket)
    return text, ticket


class Ticketed:
    """An analysis that its ticket opened; ``access`` is that of its owner."""

    def __init__(self, analysis: AnalysisProgress, access: Access) -> None:
        self.analysis = analysis
        self.access = access


async def _ticketed(
    request: Request, deps: Deps, analysis_id: AnalysisIdPath, ticket: Annotated[str | None, Depends(_described)]
) -> Ticketed:
    bind(analysis_id=analysis_id)
    analysis = await asyncio.to_thread(_opened, ticket or "", analysis_id, deps)
    if analysis is None:
        log(LogCategory.API, "stream ticket refused")
        raise unauthenticated("The ticket is unknown, has expired, or is one for another analysis.")
    owner = analysis.head.user_id
    bind(user=user_digest(owner))
    await limits.count(request, owner, deps)
    return Ticketed(analysis, Access(Principal(owner), correlation_id_of(request), deps))


TicketedAnalysis = Annotated[Ticketed, Depends(_ticketed)]


def _opened(text: str, analysis_id: str, deps: Dependencies) -> AnalysisProgress | None:
    if not _TICKET.fullmatch(text):
        return None
    try:
        ticket = deps.tickets.find(ticket_digest(text))
        if ticket.analysis_id != analysis_id or deps.clock.now() >= ticket.expires_at:
            return None
        return read_progress(analysis_id, analyses=deps.analyses, clock=deps.clock)
    except NotFoundError:
        return None
