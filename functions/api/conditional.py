"""Reads that cost nothing where nothing changed (RFC 9110, section 13)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from fastapi import Request, Response, status
from pydantic import BaseModel

Volatile = Mapping[str, Any]

CACHE_CONTROL = "private, no-cache"
"""The client alone may keep it, and asks each time whether it still holds."""

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What the client has, by its `If-None-Match`, still holds"}
}


def answer(request: Request, view: BaseModel, *, volatile: Volatile | None = None) -> Response:
    """``view`` with its ``ETag``, or 304 where the client has just that.

    ``volatile`` are fields in which an answer may differ and still say the same, in pydantic's form of
    ``exclude``: the tag leaves them out, and is a weak one.
    """
    body = view.model_dump_json().encode()
    same = view.model_dump_json(exclude=volatile).encode() if volatile else body
    tag = f'{"W/" if volatile else ""}"{digest(same)}"'
    headers = {"Cache-Control": CACHE_CONTROL}
    return unless_known(request, body, tag, media_type="application/json", headers=headers)


def unless_known(request: Request, body: bytes, tag: str, *, media_type: str, headers: Mapping[str, str]) -> Response:
    """``body`` with its ``tag``, or 304 where the client has just that."""
    headers = {**headers, "ETag": tag}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def digest(body: bytes) -> str:
    """What stands in the tag of ``body``."""
    return sha256(body).hexdigest()[:32]


def _has(tags: str, tag: str) -> bool:
    """Weak comparison: whoever compresses on the way weakens a tag."""
    given = {one.strip().removeprefix("W/") for one in tags.split(",")}
    return tags.strip() == "*" or tag.removeprefix("W/") in given
