"""Every error of the API, as problem details (RFC 9457).

``type`` is stable: clients may switch on it. ``correlation_id`` names the occurrence in our logs. Nothing
that the caller sent is repeated, except the names of fields.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from holisticos.contracts.errors import (
    HealthSourceError,
    HealthSourceUnavailableError,
    InputError,
    NotFoundError,
    StoreUnavailableError,
)

MEDIA_TYPE = "application/problem+json"

Location = Literal["body", "path", "query", "header"]


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One row of the catalogue."""

    slug: str
    status: HTTPStatus
    title: str

    @property
    def type(self) -> str:
        return f"/problems/{self.slug}"


MALFORMED_BODY = ProblemKind("malformed-body", HTTPStatus.BAD_REQUEST, "The body is not valid JSON")
UNAUTHENTICATED = ProblemKind("unauthenticated", HTTPStatus.UNAUTHORIZED, "A valid access token is needed")
FORBIDDEN = ProblemKind("forbidden", HTTPStatus.FORBIDDEN, "These are not your data")
NOT_FOUND = ProblemKind("not-found", HTTPStatus.NOT_FOUND, "There is no such resource")
METHOD_NOT_ALLOWED = ProblemKind(
    "method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "The resource does not know this method"
)
BODY_TOO_LARGE = ProblemKind("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json"
)
INVALID_REQUEST = ProblemKind("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not validate")
UNKNOWN_ARCHETYPE = ProblemKind("unknown-archetype", HTTPStatus.UNPROCESSABLE_ENTITY, "There is no such archetype")
IDEMPOTENCY_KEY_REUSED = ProblemKind(
    "idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "The Idempotency-Key was used for another request"
)
ANALYSIS_RUNNING = ProblemKind("analysis-running", HTTPStatus.CONFLICT, "Another analysis of yours is running")
TOO_MANY_REQUESTS = ProblemKind("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests in a short time")
EXPORT_TOO_LARGE = ProblemKind(
    "export-too-large", HTTPStatus.UNPROCESSABLE_ENTITY, "So much cannot be exported in one piece"
)
BEING_ERASED = ProblemKind("being-erased", HTTPStatus.CONFLICT, "Your data are being erased")
INTERNAL = ProblemKind("internal", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side")
HEALTH_DATA_UNAVAILABLE = ProblemKind(
    "health-data-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Your health data could not be read"
)
UNAVAILABLE = ProblemKind("unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment")

_BY_STATUS = {kind.status: kind for kind in (MALFORMED_BODY, NOT_FOUND, METHOD_NOT_ALLOWED, BODY_TOO_LARGE)}
_BY_VALIDATION = {UNKNOWN_ARCHETYPE.slug: UNKNOWN_ARCHETYPE}
"""Validators that raise ``PydanticCustomError`` with one of these slugs get a problem type of their own."""

RETRY_AFTER_SECONDS = 2
_HEALTH_RETRY = 10
_LONGEST_RETRY = 300
_MAX_ERRORS = 20
_MAX_NAME = 64


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    location: Location
    field: str = Field(description="name, with dots where it is nested; empty for the whole")
    detail: str


class Problem(BaseModel):
    """Problem details as of RFC 9457; a kind of problem may have further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="stable name of the kind of problem, a relative URI")
    title: str
    status: int
    detail: str | None = None
    correlation_id: str = Field(description="names this occurrence in our logs")
    errors: list[FieldError] | None = None


class ProblemError(HTTPException):
    """Raise it anywhere below the application to answer with a problem of this kind.

    An ``HTTPException``, since those alone pass through FastAPI unchanged while it reads a body.
    """

    def __init__(
        self,
        kind: ProblemKind,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(kind.status, detail or kind.title, headers)
        self.kind = kind
        self.said = detail
        self.errors = tuple(errors)
        self.extensions = dict(extensions or {})


def problem_response(error: ProblemError, correlation_id: str) -> Response:
    problem = Problem(
        type=error.kind.type,
        title=error.kind.title,
        status=error.kind.status,
        detail=error.said,
        correlation_id=correlation_id,
        errors=list(error.errors) or None,
        **error.extensions,
    )
    return Response(problem.model_dump_json(exclude_none=True), error.kind.status, error.headers, media_type=MEDIA_TYPE)


def of_failure(error: Exception) -> ProblemError:
    """The problem of an error that is ours, not the caller's; it says nothing of what went wrong."""
    if isinstance(error, StoreUnavailableError):
        return unavailable("A service we rely on does not answer.")
    if isinstance(error, HealthSourceError):
        return _health_data_unavailable(error)
    return ProblemError(INTERNAL)


def invalid(*errors: FieldError, kind: ProblemKind = INVALID_REQUEST) -> ProblemError:
    """What is wrong with the fields of a request; the first one is told in ``detail`` too."""
    first = errors[0]
    return ProblemError(kind, ": ".join(filter(None, (first.field, first.detail))), errors=errors)


def unavailable(detail: str, extensions: Mapping[str, Any] | None = None) -> ProblemError:
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return ProblemError(UNAVAILABLE, detail, headers=retry, extensions=extensions)


def _health_data_unavailable(error: HealthSourceError) -> ProblemError:
    """As long as the source asked for, within reason."""
    asked = error.retry_after if isinstance(error, HealthSourceUnavailableError) else None
    seconds = min(_LONGEST_RETRY, max(_HEALTH_RETRY, math.ceil(asked or 0)))
    return ProblemError(
        HEALTH_DATA_UNAVAILABLE,
        "Neither the source of your data nor our copy of them could be read.",
        headers={"Retry-After": str(seconds)},
    )


def install(app: FastAPI) -> None:
    """Answer every error of the caller's with a problem; other exceptions pass through."""

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        problem = _of_http(error)
        if problem.kind is METHOD_NOT_ALLOWED:
            problem.headers = {"Allow": _known_methods(request)}
        return problem_response(problem, correlation_id_of(request))

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> Response:
        return problem_response(_of_validation(request, error), correlation_id_of(request))

    @app.exception_handler(InputError)
    async def _input(request: Request, error: InputError) -> Response:
        return problem_response(ProblemError(INVALID_REQUEST, str(error)), correlation_id_of(request))

    @app.exception_handler(NotFoundError)
    async def _not_found(request: Request, _error: NotFoundError) -> Response:
        return problem_response(ProblemError(NOT_FOUND), correlation_id_of(request))


def correlation_id_of(request: Request) -> str:
    return str(request.state.correlation_id)


def responses(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of these problems, with an example each."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        entry = described.setdefault(
            int(kind.status),
            {"description": kind.status.phrase, "content": {MEDIA_TYPE: {"schema": _SCHEMA, "examples": {}}}},
        )
        entry["content"][MEDIA_TYPE]["examples"][kind.slug] = {"summary": kind.title, "value": _example(kind)}
    return described


_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def _example(kind: ProblemKind) -> dict[str, Any]:
    return Problem(
        type=kind.type, title=kind.title, status=kind.status, correlation_id="6f1c0c1e-6a0b-4f0e-9d8c-2b7a51e0a9d3"
    ).model_dump(exclude_none=True)


def _of_http(error: HTTPException) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    status = HTTPStatus(error.status_code)
    kind = _BY_STATUS.get(status) or ProblemKind(status.phrase.lower().replace(" ", "-"), status, status.phrase)
    return ProblemError(kind, headers=error.headers)


def _known_methods(request: Request) -> str:
    """Those of all routes of the path: the router tells of the first one alone."""
    path = request.scope["path"]
    return ", ".join(
        sorted(
            method
            for route in iter_route_contexts(request.app.routes)
            if compile_path(route.path or "")[0].match(path)
            for method in route.methods or ()
        )
    )


def _of_validation(request: Request, error: RequestValidationError) -> ProblemError:
    details: Sequence[Mapping[str, Any]] = error.errors()
    if any(detail["type"] == "json_invalid" for detail in details):
        return ProblemError(MALFORMED_BODY)
    if any(tuple(detail["loc"]) == ("body",) for detail in details) and not _is_json(request):
        return ProblemError(UNSUPPORTED_MEDIA_TYPE)
    errors = [_field_error(detail) for detail in details[:_MAX_ERRORS]]
    kinds = [_BY_VALIDATION[detail["type"]] for detail in details if detail["type"] in _BY_VALIDATION]
    return invalid(*errors, kind=kinds[0] if kinds else INVALID_REQUEST)


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _field_error(detail: Mapping[str, Any]) -> FieldError:
    location, *path = detail["loc"]
    return FieldError(location=location, field=".".join(map(_printable, path)), detail=detail["msg"])


def _printable(name: object) -> str:
    """A field's name as it may be repeated: names of unknown fields are the caller's own words."""
    return re.sub(r"[^A-Za-z0-9_.\-]", "?", str(name))[:_MAX_NAME]
