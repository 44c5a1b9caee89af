"""Runs the stand-in inside a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.language_model.app import StandIn, create_app
from local.serving import serving


@contextmanager
def running(stand_in: StandIn) -> Iterator[str]:
    """Serve on a free port in a thread; yields the base URL, to which the SDK appends ``/responses``."""
    with serving(create_app(stand_in), stand_in.stopping) as url:
        yield f"{url}/v1"
