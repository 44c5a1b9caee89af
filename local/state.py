"""What a stack keeps on disk, and who may change it."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError

PROJECT = Path(__file__).resolve().parent.parent
_NEEDED_BYTES = 512 * 1024 * 1024
"""A fresh stack takes about 200 MB; below this, something would stop half-way."""


class LocalStackError(LocalError):
    """The stack cannot do what was asked; one line says why and what to do."""


@dataclass(frozen=True)
class StateDirectory:
    """The folder of one stack: ``.local`` for the developer's own, a temporary one for tests."""

    path: Path

    @property
    def endpoints(self) -> Path:
        return self.path / "endpoints.json"

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    @property
    def records(self) -> Path:
        """One file per running component."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def emulator(self) -> Path:
        return self.path / "emulator"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def health_data(self) -> Path:
        """What the simulated health API serves."""
        return self.path / "health-api.sqlite"

    def create(self) -> None:
        """Make the folders, readable by their owner alone: they hold health data and passwords.

        Raises:
            LocalStackError: there is too little space, or the folder cannot be written.
        """
        with plain_errors(f"cannot prepare {self.path}"):
            # The folder itself may be passed through: as root, the database runs as another user below it.
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o711)
            for folder in (self.records, self.logs, self.emulator):
                folder.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(self.path).free
        if free < _NEEDED_BYTES:
            raise LocalStackError(
                f"the disk is nearly full: {free >> 20} MB are free at {self.path}, {_NEEDED_BYTES >> 20} MB are needed"
            )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the stack for one change; the lock ends with its process, however that ends.

        Raises:
            LocalStackError: another process is changing the stack now.
        """
        with plain_errors(f"cannot lock {self.path}"):
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(descriptor, 32, 0).decode() or "unknown"
                raise LocalStackError(
                    f"another command (process {holder}) is starting or stopping this stack; wait for it or end it"
                ) from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def plain_errors(doing: str) -> Iterator[None]:
    """Turn what the operating system refuses into one line that says what was being done."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise LocalStackError(f"{doing}: the disk is full") from error
        raise LocalStackError(f"{doing}: {error}") from error
