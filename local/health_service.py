"""The simulated upstream health API as a component of the stack."""

import os
import socket
import sys
import time

from local.processes import LOOPBACK, Processes, Record, require_free
from local.state import PROJECT, LocalStackError, StateDirectory

NAME = "health-api"
_START_SECONDS = 30


class HealthService:
    """Starts and stops ``local.health_api``, which serves what was imported into it."""

    def __init__(self, state: StateDirectory, processes: Processes) -> None:
        self._state = state
        self._processes = processes

    def start(self, port: int) -> Record:
        """Start it unless it runs, and wait until it listens.

        Raises:
            LocalStackError: the port is taken, or it does not come up.
        """
        record = self._processes.running(NAME)
        if record is None:
            require_free(port, NAME)
            record = self._processes.spawn(
                NAME,
                [
                    sys.executable,
                    "-m",
                    "local.health_api",
                    "--port",
                    str(port),
                    "--data-file",
                    str(self._state.health_data),
                ],
                environment={"PATH": os.defpath, "LANG": "C.UTF-8"},
                port=port,
                cwd=PROJECT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(record):
            if not record.is_alive or time.monotonic() > deadline:
                log = self._state.logs / f"{NAME}.log"
                raise LocalStackError(f"the simulated health API did not come up; the end of {log} says why")
            time.sleep(0.02)
        return record

    def stop(self) -> None:
        self._processes.stop(NAME, grace_seconds=3)


def _listens(record: Record) -> bool:
    try:
        socket.create_connection((LOOPBACK, record.port or 0), timeout=1).close()
    except OSError:
        return False
    return True
