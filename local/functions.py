"""The function host as a component of the stack."""

import os
import sys
import time
from pathlib import Path

from local.logs import put_aside_if_large
from local.processes import Processes, Record
from local.state import PROJECT, LocalStackError, StateDirectory

NAME = "functions"
_START_SECONDS = 30


class Functions:
    """Starts and stops the process that runs all functions of a stack."""

    def __init__(self, state: StateDirectory, processes: Processes) -> None:
        self._state = state
        self._processes = processes

    @property
    def socket(self) -> Path:
        """Where pollers hand over their events."""
        return self._state.records / "functions.sock"

    def start(self, packages: Path) -> Record:
        """Start it unless it runs; ``packages`` is the folder with ``awslambdaric``.

        Raises:
            LocalStackError: it does not come up.
        """
        running = self._processes.running(NAME)
        if running is not None:
            return running
        for left_over in self._state.records.glob(f"{self.socket.name}*"):
            left_over.unlink()
        logs = self._state.logs / "functions"
        for log in logs.glob("*.log"):
            put_aside_if_large(log)
        command = [sys.executable, "-m", "local.lambda_runtime.host", "--socket", str(self.socket)]
        record = self._processes.spawn(
            NAME,
            [*command, "--packages", str(packages), "--logs", str(logs)],
            environment={"PATH": os.defpath, "PYTHONPATH": str(PROJECT)},
            cwd=self._state.path,
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self.socket.exists():
            if not record.is_alive or time.monotonic() > deadline:
                raise LocalStackError(
                    f"the function host did not come up; the end of {self._state.logs / f'{NAME}.log'} says why"
                )
            time.sleep(0.01)
        return record

    def stop(self) -> None:
        """End it with all workers."""
        self._processes.stop(NAME, grace_seconds=3)
