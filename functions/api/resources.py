"""The resources of the API: which module has the routes below which paths.

Routes and their models take longer to make than to run, and a process answers few of them: behind the gateway only
the resources that are asked for are made.
"""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Final

from fastapi import APIRouter
from starlette.types import ASGIApp, Receive, Scope, Send

_USER: Final = r"/api/v1/users/[^/]+"
_ANALYSIS: Final = r"/analysis/[^/]+"

RESOURCES: Final = {
    "analyses": rf"{_USER}/(?:analyze|analyses)|/api/v1{_ANALYSIS}",
    "progress": rf"/api/v1{_ANALYSIS}/.*|/api/v1/ticketed{_ANALYSIS}/.*",
    "wearable_feed": rf"(?:{_USER}|/api/v1/ticketed/users/[^/]+)/wearable-data/.*",
    "health_data": rf"{_USER}/(?:health-context|scores|biomarkers|wearable-data)",
    "profile": rf"{_USER}/profile",
    "feedback": rf"{_USER}/recommendations/.*",
    "audit": rf"{_USER}/audit",
    "export": rf"{_USER}/export",
    "erasure": rf"{_USER}(?:/erasure)?",
}
"""Everything that needs a sign-in, by the name of its module in ``routes``; a new resource is one more line here."""

WHOLE: Final = r"/docs|(?:/api/v1)?/openapi\.json"
"""Paths that need all resources: they tell of all."""

_RESOURCE: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in RESOURCES.items()))


def router_of(resource: str) -> APIRouter:
    router: APIRouter = import_module(f"functions.api.routes.{resource}").router
    return router


def resources_for(path: str) -> tuple[str, ...]:
    """The resources whose routes may match ``path``: at most one, or all; none for what is no resource."""
    if re.fullmatch(WHOLE, path):
        return tuple(RESOURCES)
    found = _RESOURCE.fullmatch(path)
    return (found.lastgroup,) if found and found.lastgroup else ()


class OnDemand:
    """An application that is made of the resources each request needs, once for each."""

    def __init__(self, make: Callable[[tuple[str, ...]], ASGIApp]) -> None:
        self._make = make
        self._made: dict[tuple[str, ...], ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        resources = resources_for(scope["path"])
        if resources not in self._made:
            self._made[resources] = self._make(resources)
        await self._made[resources](scope, receive, send)
