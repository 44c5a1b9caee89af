"""Runs a simulated service of somebody else's, as a process or inside a test, and lets it answer too slowly."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

_GRACE_SECONDS = 1
"""For clients that do not read what they are sent."""


class Server(uvicorn.Server):
    """A server that sets ``stopping`` when it stops, so that hanging and slow answers end instead of being awaited."""

    def __init__(self, app: Starlette, stopping: asyncio.Event, host: str, port: int) -> None:
        self._stopping = stopping
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                # Warnings reach standard error without a configuration, and tests keep their own logging.
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets)


@contextmanager
def serving(app: Starlette, stopping: asyncio.Event, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port in a thread; yields the base URL."""
    listener = socket.create_server((host, 0))
    server = Server(app, stopping, host, 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: the first request waits until the server takes it.
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


async def left_alone(request: Request, stopping: asyncio.Event) -> None:
    """Wait until the client hangs up or the server stops."""

    async def disconnected() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    waits = {asyncio.ensure_future(disconnected()), asyncio.ensure_future(stopping.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def drip(body: bytes, stopping: asyncio.Event, seconds: float) -> AsyncIterator[bytes]:
    """``body``, a byte each so many ``seconds``."""
    for place in range(len(body)):
        yield body[place : place + 1]
        try:
            await asyncio.wait_for(stopping.wait(), seconds)
        except TimeoutError:
            continue
        return
