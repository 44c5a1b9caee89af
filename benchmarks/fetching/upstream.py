"""An upstream in a process of its own: healthy after so many milliseconds, or with the simulator's faults."""

import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from local.health_api.server import running
from local.health_api.simulation import Simulation
from local.health_api.storage import Storage
from tests.loopback import Exchange, serving

Bodies = dict[str, bytes]


@contextmanager
def healthy(bodies: Bodies, latency: float) -> Iterator[str]:
    """Answers each part with its body, ``latency`` seconds after the request came."""
    with _process(_serve_healthy, bodies, latency) as url:
        yield url


@contextmanager
def simulated() -> Iterator[str]:
    """The simulated health API, without data; faults are switched through ``/_faults``."""
    with _process(_serve_simulated) as url:
        yield url


@contextmanager
def _process(target: object, *args: object) -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(theirs, *args), daemon=True)  # type: ignore[arg-type]  # any callable
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve_healthy(pipe: Connection, bodies: Bodies, latency: float) -> None:
    async def answer(exchange: Exchange) -> None:
        await asyncio.sleep(latency)
        part = exchange.target.split("?")[0].rsplit("/", 1)[1]
        await exchange.answer(200, bodies[part])

    async def run() -> None:
        async with serving(answer) as server:
            pipe.send(server.url)
            await asyncio.Event().wait()

    asyncio.run(run())


def _serve_simulated(pipe: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder, running(Simulation(Storage(Path(folder) / "data"))) as url:
        pipe.send(url)
        while True:
            pipe.poll(None)
