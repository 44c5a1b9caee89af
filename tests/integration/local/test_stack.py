"""The stack as a whole: what survives what, and that nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import emulator
from local.simulated_service import LANGUAGE_MODEL
from local.stack import COMPONENTS, Stack
from local.state import LocalStackError

pytestmark = [pytest.mark.emulator, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def own_stack() -> Iterator[Stack]:
    """A stack that may be ill-treated."""
    folder = Path(tempfile.mkdtemp(prefix="holisticos-stack-"))
    folder.chmod(0o711)
    stack = Stack(folder / "state")
    try:
        yield stack
    finally:
        stack.erase(print)
        folder.rmdir()


def _processes_of(stack: Stack) -> list[str]:
    """Command lines of all that runs with something of the stack's folder among its arguments or variables."""
    mark = str(stack.state.path).encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if mark in command or mark in (process / "environ").read_bytes():
                found.append(command.replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def _require_live(stack: Stack) -> None:
    answer = httpx.get(f"{stack.endpoints().api_url}/live", timeout=60)
    assert answer.is_success, answer.text


def test_what_is_up_already_is_used_and_nothing_is_deployed_again(own_stack: Stack) -> None:
    first = own_stack.up(print)
    before = own_stack.status()

    second = own_stack.up(print)

    assert second == first
    assert own_stack.status() == before
    assert all(component.running for component in before)
    _require_live(own_stack)


def test_state_and_addresses_survive_a_stop(own_stack: Stack) -> None:
    endpoints = own_stack.up(print)
    own_stack.down(print)
    assert _processes_of(own_stack) == []
    with pytest.raises(LocalStackError, match="is down"):
        own_stack.endpoints()

    assert own_stack.up(print) == endpoints
    _require_live(own_stack)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_killed_component_is_seen_and_brought_up_again(own_stack: Stack, name: str) -> None:
    own_stack.up(print)
    _require_live(own_stack)
    (victim,) = (component for component in own_stack.status() if component.name == name)
    assert victim.pid is not None

    os.kill(victim.pid, signal.SIGKILL)
    os.waitid(os.P_PID, victim.pid, os.WEXITED | os.WNOWAIT)

    assert [c.name for c in own_stack.status() if c.state == "crashed"] == [name]
    # Without the stand-in for a language model everything works, and says so.
    expected: AbstractContextManager[Any] = nullcontext()
    if name != LANGUAGE_MODEL:
        expected = pytest.raises(LocalStackError, match=f"not whole .{name} not running")
    with expected:
        own_stack.endpoints()
    told: list[str] = []
    own_stack.up(told.append)
    assert any(name in line for line in told)
    _require_live(own_stack)


def test_nothing_is_left_when_all_were_killed(own_stack: Stack) -> None:
    own_stack.up(print)
    _require_live(own_stack)
    for component in own_stack.status():
        assert component.pid is not None
        os.kill(component.pid, signal.SIGKILL)

    own_stack.down(print)

    assert _processes_of(own_stack) == []


def test_nothing_is_left_of_a_command_that_was_killed_while_it_started(own_stack: Stack) -> None:
    own_stack.down(print)
    script = (
        "from functools import partial; from pathlib import Path; from local.stack import Stack;"
        f"Stack(Path({str(own_stack.state.path)!r})).up(partial(print, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as command:  # noqa: S603 - our own
        assert command.stdout is not None
        assert any("Deploying" in line for line in command.stdout)
        command.kill()

    own_stack.down(print)

    assert _processes_of(own_stack) == []


def test_a_taken_port_is_told(own_stack: Stack) -> None:
    own_stack.down(print)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        stack = Stack(own_stack.state.path, ports={emulator.NAME: port})

        with pytest.raises(LocalStackError, match=f"port {port} for the emulator is taken"):
            stack.up(print)

    assert _processes_of(own_stack) == [], "what was started before is stopped again"


def test_two_commands_do_not_change_a_stack_at_once(own_stack: Stack) -> None:
    with own_stack.state.lock(), pytest.raises(LocalStackError, match=f"process {os.getpid()}"):
        Stack(own_stack.state.path).down(print)
