"""Waiting for what another process does, where nothing tells when it is done."""

import threading
import time
from collections.abc import Callable


def eventually(holds: Callable[[], bool], *, patience: float = 60.0, every: float = 0.05) -> None:
    """Look ``every`` so many seconds until it holds; the test fails where it does not within its ``patience``."""
    deadline, tick = time.monotonic() + patience, threading.Event()
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        tick.wait(every)
