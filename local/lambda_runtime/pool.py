"""The few warm workers of one function, and the queue before them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from local.lambda_runtime.function import LocalFunction
from local.lambda_runtime.runtime_api import Invocation, Outcome
from local.lambda_runtime.worker import Worker


class Pool:
    """Runs each event in an idle worker, starts another while there are few, and queues the rest in order.

    A worker that was idle for ``idle_seconds`` is ended: a burst leaves no memory behind.
    """

    def __init__(
        self, function: LocalFunction, environment: Mapping[str, str], packages: Path, idle_seconds: float
    ) -> None:
        self._function = function
        self._environment = environment
        self._packages = packages
        self._idle_seconds = idle_seconds
        self._slots = asyncio.Semaphore(function.workers)
        self._idle: dict[Worker, asyncio.TimerHandle] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def invoke(self, invocation: Invocation) -> tuple[Outcome, bytes]:
        """Outcome and output of one event. When cancelled, the worker is killed: the event has no owner any more."""
        async with self._slots:
            worker = self._take() or Worker(self._function, self._environment, self._packages)
            answered = False
            try:
                result = await worker.invoke(invocation)
                answered = True
                return result
            finally:
                if answered and worker.is_usable and not self._is_closed:
                    self._keep(worker)
                else:
                    await worker.stop()

    async def close(self) -> None:
        """End the idle workers, and each busy one once it has answered."""
        self._is_closed = True
        while (worker := self._take()) is not None:
            await worker.stop()

    def _take(self) -> Worker | None:
        """The worker that was used last: the others may then grow old and end."""
        while self._idle:
            worker, timer = self._idle.popitem()
            timer.cancel()
            if worker.is_usable:
                return worker
            self._end(worker)
        return None

    def _keep(self, worker: Worker) -> None:
        timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._expire, worker)
        self._idle[worker] = timer

    def _expire(self, worker: Worker) -> None:
        del self._idle[worker]
        self._end(worker)

    def _end(self, worker: Worker) -> None:
        task = asyncio.create_task(worker.stop())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
