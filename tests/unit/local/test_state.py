"""The folder of a stack: who may change it, and what is said when that cannot be."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from holisticos.contracts.names import HealthProvider
from local.endpoints import Endpoints
from local.llm import Llm
from local.state import LocalStackError, StateDirectory, plain_errors


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints(
        api_url="http://127.0.0.1:1/api",
        health_api_url="http://127.0.0.1:2",
        database_url="postgresql://user:pass-word@127.0.0.1:3/db",
        emulator_url="http://127.0.0.1:1",
        language_model_url="http://127.0.0.1:4/v1",
        language_model=Llm.STUB,
        health_provider=HealthProvider.SAHHA,
        health_api_secret_arn="arn",
        language_model_secret_arn="arn",
        region="us-east-1",
        tables={"users": "Users"},
        functions={"api": "Api"},
        state_machines={"daily": "arn"},
        user_pool_id="pool",
        user_pool_client_id="client",
        snapshot_bucket="bucket",
        database_secret_arn="arn",
        webhook_secret_arn="arn",
        delivery_queue_url="http://queue",
        failed_deliveries_url="http://failed",
    )


def test_only_its_owner_may_read_what_a_stack_keeps(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")

    state.create()

    for folder in (state.records, state.logs, state.emulator):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o711


def test_a_nearly_full_disk_is_told_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(100, 99, 5 << 20))

    with pytest.raises(LocalStackError, match="5 MB are free"):
        StateDirectory(tmp_path).create()


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "cannot write: the disk is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), "cannot write: the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "cannot write: .*Permission denied: '/x'"),
    ],
)
def test_what_the_system_refuses_is_one_line(raised: OSError, said: str) -> None:
    with pytest.raises(LocalStackError, match=said), plain_errors("cannot write"):
        raise raised


def test_the_lock_names_who_holds_it_and_is_free_again_after(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)

    with state.lock(), pytest.raises(LocalStackError, match=f"process {os.getpid()}"), state.lock():
        pass
    with state.lock():
        pass


def test_endpoints_are_read_as_written_by_their_owner_alone(tmp_path: Path, endpoints: Endpoints) -> None:
    file = tmp_path / "endpoints.json"

    endpoints.write(file)

    assert Endpoints.read(file) == endpoints
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_password_is_in_no_traceback(endpoints: Endpoints) -> None:
    show: Callable[[object], str] = repr

    assert "pass-word" not in show(endpoints)
