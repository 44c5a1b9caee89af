"""Runs the simulated upstream, as a process or inside a test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from local.health_api.app import Simulation, create_app

_GRACE_SECONDS = 1
"""For clients that do not read what they are sent."""


class Server(uvicorn.Server):
    """A server that ends hanging and slow answers when it stops, instead of waiting for them."""

    def __init__(self, simulation: Simulation, host: str, port: int) -> None:
        self._simulation = simulation
        super().__init__(
            uvicorn.Config(
                create_app(simulation),
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
        self._simulation.stopping.set()
        await super().shutdown(sockets)


@contextmanager
def running(simulation: Simulation, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port in a thread; yields the base URL."""
    listener = socket.create_server((host, 0))
    server = Server(simulation, host, 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: the first request waits until the server takes it.
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
