"""Work that nobody waits for, and that is done before the process may be frozen."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Final

from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.runtime.metrics import record

_WORKERS: Final = 3
PATIENCE: Final = 2.0
"""Seconds that ``finish`` waits at most: what takes longer has trouble, and a user waits behind it."""


class Background:
    """Runs work in threads beside the invocation. Lambda freezes a process between invocations: ``finish`` first."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._pending: set[Future[None]] = set()
        self._lock = Lock()

    def start(self, work: Callable[[], None]) -> None:
        """Begin ``work``. What it raises is logged and counted, and reaches nobody."""
        with self._lock:
            self._threads = self._threads or ThreadPoolExecutor(_WORKERS, thread_name_prefix="background")
            future = self._threads.submit(_safely, work)
            self._pending.add(future)
        future.add_done_callback(self._done)

    def finish(self, patience: float = PATIENCE) -> None:
        """Wait until everything that was started is done, or ``patience`` is at its end."""
        with self._lock:
            pending = set(self._pending)
        if pending and wait(pending, timeout=patience).not_done:
            log(LogCategory.SYSTEM_ERROR, "background work is slow", level=logging.ERROR)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._pending.discard(future)


def _safely(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - it must not harm the answer it runs beside
        log(LogCategory.SYSTEM_ERROR, "background work failed", level=logging.ERROR, error=describe(error))
        record("BackgroundWorkFailed", 1)
