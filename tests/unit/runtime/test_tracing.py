"""Traces are taken where they are wanted, and carry no messages."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from holisticos.runtime import tracing
from holisticos.runtime.tracing import enabled, subsegment

SECRET = "resting heart rate 47"


class RecordingEmitter:
    """Keeps what would be sent to the daemon."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.patched: set[str] = set()

    def send_entity(self, entity: Any) -> None:
        self.sent.append(entity.to_dict())


@pytest.fixture
def emitter(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingEmitter]:
    """A function that traces."""
    from aws_lambda_powertools.tracing import Tracer
    from aws_xray_sdk import global_sdk_config
    from aws_xray_sdk.core import xray_recorder
    from aws_xray_sdk.core.lambda_launcher import LambdaContext

    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "false")
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    # The recorder's own emitter opened a socket when the SDK was imported; nothing closes it.
    xray_recorder.emitter._socket.close()
    recording = RecordingEmitter()
    monkeypatch.setattr(xray_recorder, "_emitter", recording)
    monkeypatch.setattr(xray_recorder, "_context", LambdaContext())
    # A patched botocore stays patched, also in the tests that come after.
    monkeypatch.setattr("aws_xray_sdk.core.patch", recording.patched.update)
    monkeypatch.setattr(Tracer, "_config", dict(Tracer._default_config))
    was_enabled = global_sdk_config.sdk_enabled()
    global_sdk_config.set_sdk_enabled(True)
    tracing._tracer.cache_clear()
    yield recording
    tracing._tracer.cache_clear()
    global_sdk_config.set_sdk_enabled(was_enabled)


def test_a_part_of_the_trace_is_sent(emitter: RecordingEmitter) -> None:
    with subsegment("read_scores", source="database"):
        pass

    (part,) = emitter.sent
    assert part["name"] == "## read_scores"
    assert part["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert part["annotations"] == {"source": "database"}
    assert emitter.patched == {"botocore"}


def test_an_error_is_annotated_by_type_alone(emitter: RecordingEmitter) -> None:
    with pytest.raises(ValueError, match=SECRET), subsegment("read_scores"):
        raise ValueError(SECRET)

    (part,) = emitter.sent
    assert part["annotations"] == {"error": "ValueError"}
    assert SECRET not in str(part)


def test_coroutines_are_not_traced(emitter: RecordingEmitter) -> None:
    async def work() -> str:
        with subsegment("outer"):
            await asyncio.sleep(0)
            return "done"

    assert asyncio.run(work()) == "done"
    assert emitter.sent == []


@pytest.mark.parametrize(
    ("disabled", "on_lambda", "traces"),
    [("false", True, True), ("0", True, True), ("true", True, False), ("1", True, False), ("false", False, False)],
)
def test_where_it_traces(monkeypatch: pytest.MonkeyPatch, disabled: str, on_lambda: bool, traces: bool) -> None:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", disabled)
    monkeypatch.delenv("LAMBDA_TASK_ROOT", raising=False)
    if on_lambda:
        monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")

    assert enabled() is traces


def test_without_tracing_the_sdk_is_not_imported() -> None:
    program = """
import sys
from holisticos.runtime.logging import LogCategory
from holisticos.runtime.telemetry import operation
with operation(LogCategory.SYSTEM, "work"):
    pass
print([name for name in ("aws_xray_sdk", "asyncio") if name in sys.modules], file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})  # noqa: S603 - our own program

    assert run.stderr.strip() == "[]"
