"""What holds for every request, whatever its route: correlation id, bounds, headers, log, metric, last resort.

Pure ASGI: what it binds to the log reaches the endpoint, and streams pass through as they are.
"""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.api.problems import BODY_TOO_LARGE, ProblemError, of_failure, problem_response
from holisticos.runtime.logging import LogCategory, bind, logger
from holisticos.runtime.telemetry import record_operation

MAX_BODY_BYTES = 64 * 1024
"""Far above any request of ours, far below what hurts."""

CORRELATION_HEADER = "X-Correlation-Id"
_CORRELATION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


_HEADERS = _raw(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }
)
"""Health data are neither cached nor framed nor sniffed; a route may set its own value."""


MORE_HEADERS = "more_headers"
"""Where a request's state has further headers for its answer, whatever that will be."""


class RequestFrame:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        correlation_id = correlation_id_for(scope, headers)
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        bind(correlation_id=correlation_id)
        started = perf_counter()
        answer = _Answer(scope, send, correlation_id)
        failure: Exception | None = None
        try:
            await self._app(scope, _bounded(headers, receive), answer.send)
        except Exception as error:
            failure = error
            logger().exception("request failed", extra={"category": LogCategory.API_ERROR.value})
            if answer.status is not None:
                raise  # the answer had begun: the server cuts it off, and the client sees that it is not whole
            await problem_response(of_failure(error), correlation_id)(scope, receive, answer.send)
        finally:
            _record(scope, answer.status, started, failure)


class _Answer:
    """The way back: adds the headers, remembers the status."""

    def __init__(self, scope: Scope, send: Send, correlation_id: str) -> None:
        self._scope = scope
        self._send = send
        self.correlation_id = correlation_id
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            names = {name for name, _ in given}
            usual = (header for header in _HEADERS if header[0] not in names)
            more = {CORRELATION_HEADER: self.correlation_id, **self._scope["state"].get(MORE_HEADERS, {})}
            message["headers"] = [*given, *_raw(more), *usual]
        await self._send(message)


def correlation_id_for(scope: Scope, headers: Headers) -> str:
    """The caller's id where it is harmless in a log, else the gateway's, else a new one."""
    given = headers.get(CORRELATION_HEADER, "")
    gateway: Mapping[str, Any] = scope.get("aws.event", {}).get("requestContext", {})
    for candidate in (given, str(gateway.get("requestId", ""))):
        if _CORRELATION_ID.fullmatch(candidate):
            return candidate
    return str(uuid4())


def _bounded(headers: Headers, receive: Receive) -> Receive:
    """Refuse a body that is too large, by what it says of itself or by what arrives."""
    declared = headers.get("content-length", "")
    too_large = declared.isdecimal() and int(declared[:20]) > MAX_BODY_BYTES
    received = 0

    async def bounded() -> Message:
        nonlocal received
        if too_large:
            raise _body_too_large()
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise _body_too_large()
        return message

    return bounded


def _body_too_large() -> ProblemError:
    return ProblemError(BODY_TOO_LARGE, f"At most {MAX_BODY_BYTES} bytes are read.")


def _record(scope: Scope, status: int | None, started: float, failure: Exception | None) -> None:
    """One log record, which counts too. By the route's name and never by path, which holds a user's id."""
    name = getattr(scope.get("route"), "name", "unmatched")
    failed = failure is not None or status is None or status >= 500
    record_operation(LogCategory.API, name, started, failure=failure, failed=failed, status=status)
