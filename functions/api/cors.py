"""Which web pages may call the API and read its answers; mobile clients need none of it."""

from collections.abc import Sequence
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

METHODS: Final = ("GET", "POST", "PUT", "DELETE")
REQUEST_HEADERS: Final = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID"),
    "X-Correlation-Id",
)
EXPOSED_HEADERS: Final = (
    *("ETag", "Location", "Retry-After", "X-Correlation-Id"),
    *("RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset"),
)
"""What a page may read, beside the few headers that it always may."""

MAX_AGE: Final = 3600


def cors(origins: Sequence[str]) -> list[Middleware]:
    """Around everything, errors too. Nothing where no page may call.

    Behind API Gateway the questions before a call (``OPTIONS``) are answered by the gateway, in the same way.
    Tokens are sent in a header and never in a cookie, so that no page calls with another one's sign-in.
    """
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=list(METHODS),
            allow_headers=list(REQUEST_HEADERS),
            expose_headers=list(EXPOSED_HEADERS),
            max_age=MAX_AGE,
        )
    ]
