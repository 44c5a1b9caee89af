"""Requests that answer JSON: bounded in time, tries and bytes, with typed errors.

A try is repeated where another may help (no connection, no answer in time, 408, 425, 429, 5xx), after an
exponential backoff with full jitter, or after what ``Retry-After`` asks for. Nothing is waited for that
does not fit into what is left of the time; the error then says what the source asked for. However many
callers there are, the server gets no more tries a second than the limits say.
"""

import asyncio
import json
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import httpx

from holisticos.adapters.retry_after import retry_after
from holisticos.adapters.token_bucket import TokenBucket
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceInvalidError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
)

_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NO_DATA: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND})
_UNAUTHORIZED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_CONNECTIONS: Final = 10
_TOO_SLOW: Final = "the health API did not answer in time"


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Seconds, tries and bytes that a request may take."""

    deadline: float = 6.0
    """For all tries and waits together."""
    attempt: float = 2.5
    """For one try, from connecting to the last byte: a source that sends a byte a second is too slow."""
    retries: int = 3
    backoff: float = 0.1
    """The first wait is up to this long, each further one up to twice the one before."""
    longest_backoff: float = 2.0
    body_bytes: int = 3_500_000
    """After decompression; parsed, this much JSON takes about ten times as much memory."""
    per_second: float = 50.0
    """Tries of this process in the long run."""
    burst: int = 50
    """Tries of this process at once."""


Parameters = Mapping[str, str | int | Sequence[str]]
"""Of a query; a list is a parameter that repeats."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    params: Parameters = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Mapping[str, str] | None = field(default=None, repr=False)


class JsonClient:
    """One pool of connections to one server.

    The pool belongs to the event loop it was first used in. In another one a new pool is made, so that a
    process may run one loop after another; the connections of a loop that was closed end with it.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limits: HttpLimits | None = None,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.limits = limits or HttpLimits()
        self._base_url = _checked(base_url)
        self._headers = {"accept": "application/json", "user-agent": "holisticos", **(headers or {})}
        self._transport = transport
        self._sleep = sleep
        self._turns = TokenBucket(self.limits.per_second, self.limits.burst, now=time.monotonic, sleep=sleep)
        self._jitter = jitter
        self._http: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. The client may be used again and opens new ones."""
        http, loop, self._http, self._loop = self._http, self._loop, None, None
        if http is not None and loop is asyncio.get_running_loop():
            await http.aclose()

    def deadline(self) -> float:
        """The instant, on the clock of the running loop, by which a request that begins now must have ended."""
        return asyncio.get_running_loop().time() + self.limits.deadline

    async def get(
        self,
        path: str,
        params: Parameters,
        deadline: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> object | None:
        """The parsed body; None where the server says that there is nothing (204, 404).

        Raises:
            HealthSourceUnavailableError: no usable try within the deadline.
            HealthSourceUnauthorizedError: 401 or 403.
            HealthSourceRejectedError: any other answer that asking again will not change.
            HealthSourceInvalidError: a body that is too large, no JSON, or ``null``.
        """
        return await self._answer(_Request("GET", path, params, headers or {}), deadline)

    async def post(self, path: str, content: Mapping[str, str], deadline: float | None = None) -> object | None:
        """The answer to ``content`` as JSON, as for ``get``. It may be sent several times."""
        return await self._answer(_Request("POST", path, content=content), deadline)

    async def _answer(self, request: _Request, deadline: float | None) -> object | None:
        until = self.deadline() if deadline is None else deadline
        tries = 0
        while True:
            try:
                return await self._attempt(request, until)
            except HealthSourceUnavailableError as error:
                wait = self._wait_before_next(tries, error.retry_after)
                if tries >= self.limits.retries or self._left(until) <= wait:
                    raise
                tries += 1
                await self._sleep(wait)

    def _wait_before_next(self, tries: int, asked_for: float | None) -> float:
        longest = min(self.limits.longest_backoff, self.limits.backoff * 2**tries)
        return max(self._jitter(0.0, longest), asked_for or 0.0)

    @staticmethod
    def _left(until: float) -> float:
        return until - asyncio.get_running_loop().time()

    async def _attempt(self, request: _Request, until: float) -> object | None:
        if not await self._turns.take(self._left(until)):
            raise HealthSourceUnavailableError("too many requests of ours wait for the health API")
        seconds = min(self.limits.attempt, self._left(until))
        if seconds <= 0:
            raise HealthSourceUnavailableError(_TOO_SLOW)
        try:
            async with asyncio.timeout(seconds):
                sending = self._client().stream(
                    request.method,
                    request.path,
                    params=request.params,
                    headers=request.headers,
                    json=request.content,
                )
                async with sending as response:
                    if _has_nothing(response):
                        return None
                    _require_success(response)
                    body = await self._body(response)
        except TimeoutError:
            raise HealthSourceUnavailableError(_TOO_SLOW) from None
        except httpx.DecodingError as error:
            raise HealthSourceInvalidError("the health API's answer could not be decompressed") from error
        except httpx.TransportError as error:
            raise HealthSourceUnavailableError(
                f"the health API could not be reached: {type(error).__name__}"
            ) from error
        return _parsed(body)

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._http is None or self._loop is not loop:
            self._loop = loop
            self._http = httpx.AsyncClient(
                base_url=self._base_url,
                headers=self._headers,
                transport=self._transport,
                verify=_tls(self._base_url),
                timeout=self.limits.attempt,
                limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
                follow_redirects=False,
                # Settings come from the function's own environment, not from proxy variables or .netrc.
                trust_env=False,
            )
        return self._http

    async def _body(self, response: httpx.Response) -> bytes:
        limit = self.limits.body_bytes
        announced = response.headers.get("content-length", "")
        body = bytearray()
        if not (announced.isdecimal() and int(announced) > limit):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > limit:
                    break
            else:
                return bytes(body)
            body.clear()  # the error's traceback would hold it as long as the error lives
        raise HealthSourceInvalidError(f"the health API's answer is larger than {limit} bytes")


def _checked(base_url: str) -> str:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("the health API's base URL is not a URL") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigurationError("the health API's base URL does not begin with http:// or https:// and a host")
    return str(url)


def _tls(base_url: str) -> ssl.SSLContext:
    if base_url.startswith("https:"):
        return httpx.create_ssl_context(trust_env=False)
    # Reading the certificate authorities takes longer than a request, and plain HTTP has no use for them.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _has_nothing(response: httpx.Response) -> bool:
    # A web page is what a proxy or a wrong address answers with, and says nothing about a user.
    is_page = response.headers.get("content-type", "").startswith("text/html")
    return response.status_code in _NO_DATA and not is_page


def _require_success(response: httpx.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    message = f"the health API answered {status}"
    if status in _UNAUTHORIZED:
        raise HealthSourceUnauthorizedError(message)
    if status in _TRY_AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise HealthSourceUnavailableError(message, retry_after(response.headers.get("retry-after")))
    raise HealthSourceRejectedError(message)


def _parsed(body: bytes) -> object:
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        # The message of the parser would quote the body.
        raise HealthSourceInvalidError("the health API's answer is not JSON") from None
    if parsed is None:
        # Of a success something is expected; that there is nothing has statuses of its own.
        raise HealthSourceInvalidError("the health API's answer is null")
    return parsed
