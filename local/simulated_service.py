"""Services of somebody else, simulated, as components of the stack."""

import os
import socket
import sys
import time
from collections.abc import Sequence

from local.processes import LOOPBACK, Processes, Record, require_free
from local.state import PROJECT, LocalStackError, StateDirectory

HEALTH_API = "health-api"
LANGUAGE_MODEL = "language-model"
_START_SECONDS = 30


class SimulatedService:
    """Starts and stops the server ``module`` as the component ``name``."""

    def __init__(
        self, name: str, module: str, state: StateDirectory, processes: Processes, arguments: Sequence[str] = ()
    ) -> None:
        self._name = name
        self._module = module
        self._state = state
        self._processes = processes
        self._arguments = arguments

    def start(self, port: int) -> Record:
        """Start it unless it runs, and wait until it listens.

        Raises:
            LocalStackError: the port is taken, or it does not come up.
        """
        record = self._processes.running(self._name)
        if record is None:
            require_free(port, self._name)
            record = self._processes.spawn(
                self._name,
                [sys.executable, "-m", self._module, "--port", str(port), *self._arguments],
                environment={"PATH": os.defpath, "LANG": "C.UTF-8"},
                port=port,
                cwd=PROJECT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(record):
            if not record.is_alive or time.monotonic() > deadline:
                log = self._state.logs / f"{self._name}.log"
                raise LocalStackError(f"the simulated {self._name} did not come up; the end of {log} says why")
            time.sleep(0.02)
        return record

    def stop(self) -> None:
        self._processes.stop(self._name, grace_seconds=3)


def _listens(record: Record) -> bool:
    try:
        socket.create_connection((LOOPBACK, record.port or 0), timeout=1).close()
    except OSError:
        return False
    return True
