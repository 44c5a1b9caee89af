"""The emulated AWS: stock ministack in its own process, on loopback alone."""

import http.client
import os
import shutil
import signal
import sys
import time
from http import HTTPStatus
from pathlib import Path

from local.processes import LOOPBACK, Processes, Record, require_free
from local.state import LocalStackError, StateDirectory, plain_errors

REGION = "us-east-1"
NAME = "emulator"
START_SECONDS = 60
STOP_SECONDS = 30
"""All state is written on the way out; long polls in flight delay that."""

CREDENTIALS = ("test", "test")
"""Key and secret of the emulator's root user, for deploying; functions get credentials of their roles."""

_POLLER = Path(__file__).parent / "lambda_runtime" / "poller.py"


class Emulator:
    """Starts and stops the emulator of one stack. Its state survives an orderly stop, not a kill."""

    def __init__(self, state: StateDirectory, processes: Processes) -> None:
        self._state = state
        self._processes = processes

    def start(self, port: int, function_host: Path) -> Record:
        """Start it unless it runs, and wait until it answers.

        Raises:
            LocalStackError: the port is taken, or it does not come up.
        """
        running = self._processes.running(NAME)
        if running is None:
            require_free(port, NAME)
            home = self._state.emulator
            with plain_errors(f"cannot prepare {home}"):
                # Unpacked function code and process notes of an earlier run.
                shutil.rmtree(home / "tmp", ignore_errors=True)
                for folder in ("state", "s3", "tmp"):
                    (home / folder).mkdir(parents=True, exist_ok=True)
                if not any((home / "state").iterdir()):
                    # Buckets are written at once, all else at the end. Of a killed first run only buckets are left.
                    shutil.rmtree(home / "s3")
                    (home / "s3").mkdir()
            running = self._processes.spawn(
                NAME,
                [sys.executable, "-m", "ministack"],
                environment=_environment(home, port, function_host),
                port=port,
                cwd=home,
            )
        self._wait(running)
        return running

    def stop(self) -> None:
        """Stop it in good order, so that it saves its state."""
        self._processes.stop(NAME, how=signal.SIGTERM, grace_seconds=STOP_SECONDS)

    def _wait(self, record: Record) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not record.is_alive:
                break
            # Not by urllib, which asks a proxy of the environment even for loopback.
            connection = http.client.HTTPConnection(LOOPBACK, record.port, timeout=5)
            try:
                connection.request("GET", "/_ministack/health")
                if connection.getresponse().status == HTTPStatus.OK:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                connection.close()
        log = self._state.logs / f"{NAME}.log"
        raise LocalStackError(f"the emulator did not come up; the end of {log} says why")


def url(port: int | None) -> str:
    return f"http://{LOOPBACK}:{port}"


def _environment(home: Path, port: int, function_host: Path) -> dict[str, str]:
    # The developer's own AWS settings must reach neither the emulator nor a function.
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "SSL_CERT_FILE"}}
    return {
        **own,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        # Another listener, on all addresses, unless switched off.
        "IOT_MTLS_ENABLED": "0",
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        "TMPDIR": str(home / "tmp"),
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": "60",
        "LOG_LEVEL": "INFO",
        "MINISTACK_REGION": REGION,
        "AWS_ENDPOINT_URL": url(port),
        "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
        # What the bootstraps of functions, its children, are told.
        "HOLISTICOS_PYTHON": sys.executable,
        "HOLISTICOS_POLLER": str(_POLLER),
        "HOLISTICOS_FUNCTION_HOST": str(function_host),
    }
