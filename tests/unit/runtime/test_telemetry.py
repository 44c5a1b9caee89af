"""An operation is timed, logged and counted, whatever its end."""

import asyncio

import pytest

from holisticos.contracts.errors import ConflictError
from holisticos.runtime.logging import LogCategory
from holisticos.runtime.telemetry import operation
from tests.output import Output


def test_a_success_is_logged_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with operation(LogCategory.DB, "read_scores", source="database") as running:
        running.records = 47
        running.set(dropped=2)

    output = Output.of(capsys)
    (record,) = output.logs
    (metric,) = output.metrics
    assert record["category"] == "DB-PERFORMANCE"
    assert record["level"] == "INFO"
    assert (record["operation"], record["success"], record["records"]) == ("read_scores", True, 47)
    assert (record["source"], record["dropped"]) == ("database", 2)
    assert 0 <= record["duration_ms"] < 1000
    assert "error" not in record
    assert (metric["operation"], metric["OperationFailure"]) == ("read_scores", 0)
    assert metric["OperationDuration"] == record["duration_ms"]


def test_a_failure_passes_through_and_is_logged_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    error = ConflictError("analysis an-1 has ended")

    def run() -> None:
        with operation(LogCategory.AGENT_ROUTINE, "run") as running:
            running.set(findings=2)
            raise error

    with pytest.raises(ConflictError) as caught:
        run()

    assert caught.value is error
    output = Output.of(capsys)
    (record,) = output.logs
    assert (record["category"], record["level"], record["success"]) == ("AGENT-ERROR", "ERROR", False)
    assert (record["error_type"], record["error"]) == ("ConflictError", "analysis an-1 has ended")
    assert record["findings"] == 2
    assert "records" not in record
    assert output.metrics[0]["OperationFailure"] == 1


def test_the_message_of_a_foreign_error_is_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="weight"), operation(LogCategory.API, "fetch"):
        raise ValueError("weight 81.5")

    text = Output.of(capsys).text
    assert "81.5" not in text
    assert "ValueError" in text


def test_a_cancelled_operation_has_neither_succeeded_nor_failed(capsys: pytest.CaptureFixture[str]) -> None:
    async def slow() -> None:
        with operation(LogCategory.API, "fetch"):
            await asyncio.Event().wait()

    async def hedge() -> None:
        task = asyncio.create_task(slow())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(hedge())

    output = Output.of(capsys)
    (record,) = output.logs
    assert (record["level"], record["success"], record["cancelled"]) == ("INFO", False, True)
    assert output.metrics == []


def test_operations_nest(capsys: pytest.CaptureFixture[str]) -> None:
    with operation(LogCategory.SYSTEM, "outer") as outer, operation(LogCategory.DB, "inner") as inner:
        inner.records = 1
        outer.records = 2

    assert [(record["operation"], record["records"]) for record in Output.of(capsys).logs] == [
        ("inner", 1),
        ("outer", 2),
    ]
