"""Runs the simulated upstream, as a process or inside a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.health_api.app import create_app
from local.health_api.simulation import Simulation
from local.serving import Server, serving


def server(simulation: Simulation, host: str, port: int) -> Server:
    """A server to be run by the process."""
    return Server(create_app(simulation), simulation.stopping, host, port)


@contextmanager
def running(simulation: Simulation) -> Iterator[str]:
    """Serve on a free port in a thread; yields the base URL."""
    with serving(create_app(simulation), simulation.stopping) as url:
        yield url
