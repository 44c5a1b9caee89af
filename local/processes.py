"""Starting processes that outlive the command that started them, and stopping every one of them.

Each component leads its own session, so all it starts can be found by the session's id even after
the component itself was killed. A record on disk names it by process id *and* start time, since
process ids are used again. What was started and never recorded (the command was killed in between)
is found by the mark in its environment.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from local.logs import put_aside_if_large
from local.state import LocalStackError, StateDirectory, plain_errors

LOOPBACK = "127.0.0.1"
_MARK = "HOLISTICOS_STACK"
_PROC = Path("/proc")


@dataclass(frozen=True)
class Record:
    """A component that was started. ``started`` is its start in clock ticks since boot, and the boot."""

    name: str
    pid: int
    started: str
    port: int | None = None

    @property
    def is_alive(self) -> bool:
        return _started(self.pid) == self.started


class Processes:
    """The processes of one stack."""

    def __init__(self, state: StateDirectory) -> None:
        self._state = state

    def spawn(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        port: int | None = None,
        cwd: Path | None = None,
        user: tuple[int, int] | None = None,
    ) -> Record:
        """Start a component; its output goes to ``logs/{name}.log``.

        ``user`` is the user and group id to run as, where they differ from ours.

        Raises:
            LocalStackError: it cannot be started.
        """
        log = self._state.logs / f"{name}.log"
        with plain_errors(f"cannot start {name}"):
            put_aside_if_large(log)
        with plain_errors(f"cannot start {name}"), log.open("ab") as output:
            process = subprocess.Popen(
                command,
                env={**environment, _MARK: str(self._state.path)},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user[0] if user else None,
                group=user[1] if user else None,
                extra_groups=[] if user else None,
            )
            # It outlives this object on purpose; without this the interpreter warns of a running child.
            process.returncode = 0
            record = Record(name, process.pid, _started(process.pid) or "", port)
            self._file(name).write_text(json.dumps(asdict(record)), encoding="utf-8")
        return record

    def find(self, name: str) -> Record | None:
        """The component's record, whether it still runs or not."""
        try:
            return Record(**json.loads(self._file(name).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def running(self, name: str) -> Record | None:
        record = self.find(name)
        if record is None or record.is_alive:
            return record
        _reap(record.pid)
        return None

    def stop(self, name: str, *, how: signal.Signals = signal.SIGTERM, grace_seconds: float = 10) -> None:
        """End a component and everything in its session, by force when it takes longer than ``grace_seconds``."""
        record = self.find(name)
        if record is None:
            return
        _end(record.pid, record.started, how, grace_seconds)
        for pid in _leftovers(record):
            _kill(pid)
        self._file(name).unlink(missing_ok=True)

    def sweep(self) -> list[str]:
        """Kill what a killed command left behind; the names of what was found.

        Components that still run stay as they are.
        """
        found = []
        for file in sorted(self._state.records.glob("*.json")):
            record = self.find(file.stem)
            if self.running(file.stem) is None:
                found.append(file.stem)
                for pid in _leftovers(record) if record else ():
                    _kill(pid)
                file.unlink(missing_ok=True)
        recorded = {record.pid for file in self._state.records.glob("*.json") if (record := self.find(file.stem))}
        for pid in _marked(self._state.path):
            with contextlib.suppress(ProcessLookupError):
                if os.getsid(pid) not in recorded:
                    found.append(f"process {pid}")
                    _kill(pid)
        return found

    def _file(self, name: str) -> Path:
        return self._state.records / f"{name}.json"


class Ports:
    """Port numbers that stay the same from one start to the next, as long as they are free."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def choose(self, name: str) -> int:
        """The port ``name`` had last time, or another where that is taken by now."""
        known = self._known()
        port = known.get(name)
        if port is None or not is_free(port):
            port = free_port()
        with plain_errors(f"cannot write {self._file}"):
            self._file.write_text(json.dumps({**known, name: port}), encoding="utf-8")
        return port

    def _known(self) -> dict[str, int]:
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: connections of a server that ended a moment ago do not keep the port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, component: str) -> None:
    """Raises ``LocalStackError`` where something else listens there."""
    if not is_free(port):
        raise LocalStackError(
            f"port {port} for the {component} is taken by another program; end it, or choose another port"
        )


def _end(pid: int, started: str, how: signal.Signals, grace_seconds: float) -> None:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        # Checked while the handle is held: from here on the number cannot come to mean another process.
        if _started(pid) != started:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, how)
            if not _ended(handle, grace_seconds):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                _ended(handle, 5)
        _reap(pid)
    finally:
        os.close(handle)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        handle = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            _ended(handle, 5)
        finally:
            os.close(handle)
        _reap(pid)


def _ended(handle: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):  # a child of another process
        os.waitpid(pid, os.WNOHANG)


def _stat(pid: int) -> list[str] | None:
    """The fields of ``/proc/{pid}/stat`` from the third on; the second, a name, may hold anything."""
    try:
        return (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _started(pid: int) -> str | None:
    """When a process started, as text that no other process ever has together with its id; None once it ended."""
    fields = _stat(pid)
    if fields is None or fields[0] in "ZX":
        return None
    boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{fields[19]}"


def _leftovers(record: Record) -> Iterator[int]:
    """Members of a dead leader's session.

    While the session has members its id is given to no new process: a process that has it now and is
    not the leader we started means that our session is long empty.
    """
    if _started(record.pid) is not None:
        return
    for pid in _pids():
        fields = _stat(pid)
        if fields is not None and int(fields[3]) == record.pid and fields[0] not in "ZX":
            yield pid


def _marked(path: Path) -> Iterator[int]:
    mark = f"{_MARK}={path}".encode()
    for pid in _pids():
        try:
            environment = (_PROC / str(pid) / "environ").read_bytes()
        except OSError:  # ended meanwhile, or another user's
            continue
        if mark in environment.split(b"\0") and pid != os.getpid():
            yield pid


def _pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
