"""How often one user may ask.

Behind it stand the gateway's throttle, which knows no users, and the firewall's rule, which knows addresses.
"""

import asyncio
import logging

from fastapi import Request

from functions.api.dependencies import Dependencies
from functions.api.middleware import MORE_HEADERS
from functions.api.problems import TOO_MANY_REQUESTS, ProblemError
from holisticos.contracts.errors import StoreError
from holisticos.contracts.rate import Allowance, RateLimit
from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.runtime.metrics import record

REQUESTS = RateLimit(bucket="requests", requests=100)

STREAMS = RateLimit(bucket="streams", requests=600)
"""A stream that is sent in one piece ends with each of an analysis' twenty-odd events and is asked for again: no
program but one that asks in a circle comes near it."""

TIMEOUT = 1.0
"""Seconds; the count must not be what a user waits for."""


def limit_of(request: Request) -> RateLimit:
    """Streams have a limit of their own; their paths end so."""
    return STREAMS if request.scope["route"].path.endswith("/stream") else REQUESTS


async def count(request: Request, user_id: str, deps: Dependencies) -> None:
    """Count this request. Raises the problem ``too-many-requests``.

    A count that cannot be made lets the request pass: what keeps a user from their data must not be the guard of
    something else. It is logged and measured.
    """
    limit = limit_of(request)
    try:
        async with asyncio.timeout(TIMEOUT):
            allowance = await asyncio.to_thread(deps.rates.take, user_id, limit, deps.clock.now())
    except (StoreError, TimeoutError) as error:
        log(LogCategory.API_ERROR, "request not counted", level=logging.ERROR, error=describe(error))
        record("RequestsUncounted", 1)
        return
    request.scope["state"][MORE_HEADERS] = _headers(limit, allowance)
    if not allowance.allowed:
        raise ProblemError(
            TOO_MANY_REQUESTS,
            f"At most {limit.requests} requests in {limit.seconds} seconds are answered.",
            headers={"Retry-After": str(allowance.resets_in)},
        )


def _headers(limit: RateLimit, allowance: Allowance) -> dict[str, str]:
    return {
        "RateLimit-Policy": f"{limit.requests};w={limit.seconds}",
        "RateLimit-Limit": str(limit.requests),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": str(allowance.resets_in),
    }
