"""The Lambda Runtime API (2018-06-01) for one worker.

Just what a runtime interface client asks for: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from http import HTTPStatus

MAX_RESULT_BYTES = 6_291_556
"""Lambda's limit of a synchronous answer."""

_PATH = re.compile(r"/2018-06-01/runtime/(?:(init/error)|invocation/(?:(next)|([^/]+)/(response|error)))$")


@dataclass(frozen=True)
class Invocation:
    """One event for a function; ``headers`` have lower-case names, as the Runtime API gives them."""

    request_id: str
    event: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of an invocation: the function's answer, or an error as Lambda words it."""

    is_error: bool
    body: bytes

    @classmethod
    def error(cls, kind: str, message: str) -> "Outcome":
        return cls(is_error=True, body=json.dumps({"errorType": kind, "errorMessage": message}).encode())


class RuntimeApi:
    """Serves one worker, one invocation at a time."""

    def __init__(self) -> None:
        self.initialized = asyncio.Event()
        """Set when the runtime first asks for an event, or reports why it never will."""
        self.init_error: Outcome | None = None
        self._server: asyncio.Server | None = None
        self._given: asyncio.Queue[tuple[Invocation, int]] = asyncio.Queue()
        self._current: str | None = None
        self._outcome: asyncio.Future[Outcome] | None = None

    async def start(self) -> str:
        """Listen on a free loopback port; the address as ``host:port``."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def give(self, invocation: Invocation, deadline_ms: int) -> asyncio.Future[Outcome]:
        """Hand the worker its next event; the future gets what it answers."""
        self._current = invocation.request_id
        self._outcome = asyncio.get_running_loop().create_future()
        self._given.put_nowait((invocation, deadline_ms))
        return self._outcome

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                request, *lines = head.rstrip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                # In one piece: split answers stall on Nagle's algorithm and delayed acknowledgements.
                writer.write(await self._answer(request.split(" ")[1], body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str, body: bytes) -> bytes:
        match = _PATH.search(path)
        if match is None:
            return _message(HTTPStatus.NOT_FOUND)
        init_error, asks, request_id, kind = match.groups()
        if init_error:
            self.init_error = Outcome(is_error=True, body=body)
            self.initialized.set()
            return _message(HTTPStatus.ACCEPTED, b'{"status":"OK"}')
        if asks:
            return await self._next()
        if request_id != self._current or self._outcome is None or self._outcome.done():
            return _message(
                HTTPStatus.BAD_REQUEST, b'{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}'
            )
        self._current = None
        self._outcome.set_result(_outcome(kind, body))
        return _message(HTTPStatus.ACCEPTED, b'{"status":"OK"}')

    async def _next(self) -> bytes:
        self.initialized.set()
        invocation, deadline_ms = await self._given.get()
        passed_on = {
            name.title(): value
            for name, value in invocation.headers.items()
            if name in {"lambda-runtime-invoked-function-arn", "lambda-runtime-trace-id", "content-type"}
        }
        return _message(
            HTTPStatus.OK,
            invocation.event,
            {
                **passed_on,
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            },
        )


def _outcome(kind: str, body: bytes) -> Outcome:
    if kind == "response" and len(body) > MAX_RESULT_BYTES:
        return Outcome.error(
            "Function.ResponseSizeTooLarge",
            f"Response payload size exceeded maximum allowed payload size ({MAX_RESULT_BYTES} bytes).",
        )
    return Outcome(is_error=kind == "error", body=body)


def _message(status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode("latin-1") + body
