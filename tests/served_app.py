"""An application under a real server, on a free port of the loopback interface."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serving(app: ASGIApp, send_buffer: int | None = None) -> Iterator[str]:
    """The URL at which ``app`` answers until the end of the block.

    ``send_buffer`` is how many bytes the system keeps for a client that does not read, where it is not its default.
    """
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        if send_buffer:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)  # connections inherit it
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        host, port = listening.getsockname()
        try:
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()
