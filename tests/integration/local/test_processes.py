"""Starting processes, and finding and ending every one of them again."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from local.processes import Processes, Record
from local.state import LocalStackError, StateDirectory

# Starts a child that ignores requests to end, and waits.
_CHILD = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(3600)"
_FAMILY = f"""
import subprocess, sys, time
process = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdout=subprocess.PIPE)
process.stdout.readline()
with open(sys.argv[1], "w") as pids:
    pids.write(str(process.pid))
time.sleep(3600)
"""


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    state = StateDirectory(tmp_path / "state")
    state.create()
    return state


@pytest.fixture
def processes(state: StateDirectory) -> Processes:
    return Processes(state)


def _start_family(processes: Processes, folder: Path) -> tuple[Record, int]:
    """A component and the process id of its child, once both are there."""
    note = folder / "child"
    os.mkfifo(note)
    record = processes.spawn("family", [sys.executable, "-c", _FAMILY, str(note)], environment={}, port=1234)
    return record, int(note.read_text())


def _wait_for_end(pid: int) -> None:
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_component_is_found_by_another_command(processes: Processes, state: StateDirectory, tmp_path: Path) -> None:
    record, _ = _start_family(processes, tmp_path)

    assert Processes(state).running("family") == record
    assert record.port == 1234

    processes.stop("family")
    assert Processes(state).running("family") is None


def test_a_stop_ends_what_the_component_started(processes: Processes, tmp_path: Path) -> None:
    record, child = _start_family(processes, tmp_path)

    processes.stop("family")

    assert not _runs(record.pid)
    assert not _runs(child)


def test_a_component_that_does_not_listen_is_ended_by_force(processes: Processes, tmp_path: Path) -> None:
    record, child = _start_family(processes, tmp_path)

    processes.stop("family", how=signal.SIGCONT, grace_seconds=0.01)

    assert not _runs(record.pid)
    assert not _runs(child)


def test_the_children_of_a_killed_component_are_swept_up(processes: Processes, tmp_path: Path) -> None:
    record, child = _start_family(processes, tmp_path)
    os.kill(record.pid, signal.SIGKILL)
    _wait_for_end(record.pid)
    assert _runs(child)

    assert processes.sweep() == ["family"]

    assert not _runs(child)
    assert processes.find("family") is None


def test_what_runs_is_not_swept_up(processes: Processes, tmp_path: Path) -> None:
    record, child = _start_family(processes, tmp_path)

    assert processes.sweep() == []

    assert record.is_alive
    assert _runs(child)
    processes.stop("family")


def test_a_component_that_was_never_recorded_is_swept_up(
    processes: Processes, state: StateDirectory, tmp_path: Path
) -> None:
    record, child = _start_family(processes, tmp_path)
    (state.records / "family.json").unlink()

    assert len(processes.sweep()) == 2

    assert not _runs(record.pid)
    assert not _runs(child)


def test_another_process_with_the_number_of_ours_is_left_alone(processes: Processes, state: StateDirectory) -> None:
    ours = Record("old", os.getpid(), "another boot/1")
    (state.records / "old.json").write_text(json.dumps(vars(ours)))

    assert processes.running("old") is None
    processes.stop("old", how=signal.SIGKILL)

    assert processes.find("old") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": "x"}'])
def test_a_record_that_was_cut_off_counts_as_none(processes: Processes, state: StateDirectory, content: str) -> None:
    (state.records / "cut.json").write_text(content)

    assert processes.running("cut") is None
    assert processes.sweep() == ["cut"]


def test_a_program_that_is_not_there_is_told(processes: Processes) -> None:
    with pytest.raises(LocalStackError, match="cannot start ghost"):
        processes.spawn("ghost", ["/nonexistent/program"], environment={})


def test_a_log_that_grew_large_is_put_aside(processes: Processes, state: StateDirectory) -> None:
    log = state.logs / "talker.log"
    log.write_bytes(b"x" * (11 << 20))

    record = processes.spawn("talker", [sys.executable, "-c", "print('new')"], environment={})
    _wait_for_end(record.pid)

    assert log.read_text() == "new\n"
    assert log.with_suffix(".log.old").stat().st_size == 11 << 20
    processes.sweep()
