"""What the API can do, for people and for machines, without a sign-in: it tells nothing of anybody.

Made where all resources are, and no resource itself. Behind API Gateway the gateway compresses both.
"""

import json
from functools import lru_cache

from fastapi import APIRouter, FastAPI, Request, Response

from functions.api.conditional import digest, unless_known

router = APIRouter(include_in_schema=False)

_CACHE_CONTROL = "public, max-age=300"
"""Anybody may keep it; soon after a deployment everybody has the new one."""


@router.get("/docs")
async def read_reference(request: Request) -> Response:
    body, policy = _page(request.app)
    return _public(request, body, "text/html; charset=utf-8", **{"Content-Security-Policy": policy})


@router.get("/openapi.json")
async def read_description(request: Request) -> Response:
    return _public(request, _description(request.app), "application/json")


def _public(request: Request, body: bytes, media_type: str, **headers: str) -> Response:
    headers |= {"Cache-Control": _CACHE_CONTROL}
    return unless_known(request, body, f'"{digest(body)}"', media_type=media_type, headers=headers)


@lru_cache(maxsize=1)
def _page(app: FastAPI) -> tuple[bytes, str]:
    from functions.api.reference.page import render  # for who asks for it

    page = render(app.openapi())
    return page.html, page.policy


@lru_cache(maxsize=1)
def _description(app: FastAPI) -> bytes:
    return json.dumps(app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()
