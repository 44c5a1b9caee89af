"""The application, of whatever dependencies it is given."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from functions.api import problems
from functions.api.cors import cors
from functions.api.dependencies import Dependencies
from functions.api.middleware import RequestFrame
from functions.api.problems import INTERNAL, TOO_MANY_REQUESTS, UNAUTHENTICATED, responses
from functions.api.resources import RESOURCES, router_of
from functions.api.routes import probes


def create_app(deps: Dependencies, resources: Iterable[str] = RESOURCES) -> FastAPI:
    """The application with the probes and ``resources``."""
    app = _application(deps.cors_origins, resources)
    app.state.dependencies = deps
    return app


def describe() -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1), for which nothing has to be there but the routes."""
    return _application((), RESOURCES).openapi()


def _application(cors_origins: Sequence[str], resources: Iterable[str]) -> FastAPI:
    app = _Api(
        title="HolisticOS",
        version="1",
        summary="Evidence-first advice from wearable data",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        middleware=[*cors(cors_origins), Middleware(RequestFrame)],
        # Ours are in `middleware`; FastAPI's own would look for a provider on every request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses=responses(INTERNAL),
    )
    problems.install(app)
    app.include_router(probes.router)
    api = APIRouter(prefix="/api/v1", responses=responses(UNAUTHENTICATED, TOO_MANY_REQUESTS))
    for resource in resources:
        api.include_router(router_of(resource))
    app.include_router(api)
    if set(RESOURCES) <= set(resources):
        from functions.api.routes import reference  # only the whole API has one

        app.include_router(reference.router)
    return app


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """FastAPI's document, completed the first time."""
        if self.openapi_schema is None:
            from functions.api.description import complete  # a long text, for who asks for it

            complete(super().openapi())
        return super().openapi()
