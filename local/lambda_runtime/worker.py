"""One execution environment: an ``awslambdaric`` process that serves a function's events one by one."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.lambda_runtime.environment import worker_environment
from local.lambda_runtime.function import LocalFunction
from local.lambda_runtime.runtime_api import Invocation, Outcome, RuntimeApi

INIT_SECONDS = 60.0
"""Lambda gives ten, on processors it does not share with nine other cold starts."""

_MAX_OUTPUT = 1024 * 1024
_READ = 64 * 1024


class Worker:
    """A process of the function, started by its first event; it serves until it ends or times out."""

    def __init__(self, function: LocalFunction, environment: Mapping[str, str], packages: Path) -> None:
        self._function = function
        self._given = environment
        self._packages = packages
        self._api = RuntimeApi()
        self._process: asyncio.subprocess.Process | None = None
        self._exit: asyncio.Task[int] | None = None
        self._pipe = -1
        self._output = bytearray()

    @property
    def is_usable(self) -> bool:
        """Whether it can take another event."""
        return self._exit is not None and not self._exit.done() and self._api.init_error is None

    async def invoke(self, invocation: Invocation) -> tuple[Outcome, bytes]:
        """Serve one event; the outcome, and what the function wrote to its output."""
        if self._process is None:
            await self._start()
        outcome = await self._outcome(invocation)
        self._read_output()
        output = bytes(self._output)
        self._output.clear()
        return outcome, output

    async def stop(self) -> None:
        """Kill the process with everything it started."""
        self._api.close()
        if self._process is not None and self._exit is not None:
            # What the function started may outlive it; its group keeps the number from being used again.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._exit
            self._process = None
        if self._pipe >= 0:
            self._read_output()  # what it wrote last
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = -1

    async def _start(self) -> None:
        address = await self._api.start()
        self._pipe, write_end = os.pipe()
        os.set_blocking(self._pipe, False)
        asyncio.get_running_loop().add_reader(self._pipe, self._read_output)
        try:
            self._process = await asyncio.create_subprocess_exec(
                # Without site-packages (-S) and without the working folder in the path (-P).
                *(sys.executable, "-S", "-P", "-m", "awslambdaric", self._given["_HANDLER"]),
                env=worker_environment(self._function, self._given, packages=self._packages, runtime_api=address),
                cwd=self._given["LAMBDA_TASK_ROOT"],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                process_group=0,
            )
        finally:
            os.close(write_end)
        self._exit = asyncio.create_task(self._process.wait())

    async def _outcome(self, invocation: Invocation) -> Outcome:
        request = f"RequestId: {invocation.request_id} Error:"
        initialized = asyncio.create_task(self._api.initialized.wait())
        await self._wait_for(initialized, INIT_SECONDS)
        initialized.cancel()
        if self._api.init_error is not None:
            return self._api.init_error
        if self._exit is not None and self._exit.done():
            return Outcome.error("Runtime.ExitError", f"{request} {_ended(self._exit.result())}")
        if not self._api.initialized.is_set():
            await self.stop()
            return Outcome.error("Sandbox.Timedout", f"{request} Init timed out after {INIT_SECONDS:.2f} seconds")
        timeout = self._function.timeout
        answered = self._api.give(invocation, int((time.time() + timeout) * 1000))
        await self._wait_for(answered, timeout)
        if answered.done():
            return answered.result()
        if self._exit is not None and self._exit.done():
            return Outcome.error("Runtime.ExitError", f"{request} {_ended(self._exit.result())}")
        await self.stop()
        return Outcome.error("Sandbox.Timedout", f"{request} Task timed out after {timeout:.2f} seconds")

    async def _wait_for(self, event: asyncio.Future[Any], seconds: float) -> None:
        """Wait until it happens, the process ends, or the time is over."""
        either: set[asyncio.Future[Any]] = {event}
        if self._exit is not None:
            either.add(self._exit)
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def _read_output(self) -> None:
        """Take what is in the pipe now; all that was written before an answer is in it when the answer is."""
        while self._pipe >= 0:
            try:
                piece = os.read(self._pipe, _READ)
            except BlockingIOError:
                return
            if not piece:
                asyncio.get_running_loop().remove_reader(self._pipe)
                return
            self._output += piece
            del self._output[:-_MAX_OUTPUT]


def _ended(code: int) -> str:
    """How Lambda words the end of a runtime."""
    if code == 0:
        return "Runtime exited without providing a reason"
    reason = f"signal: {(signal.strsignal(-code) or str(-code)).lower()}" if code < 0 else f"exit status {code}"
    return f"Runtime exited with error: {reason}"
