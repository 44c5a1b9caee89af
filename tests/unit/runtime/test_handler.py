"""The frame of a function: payloads in and out, logs bound, errors by name and without data."""

import sys
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from holisticos.contracts.base import Contract
from holisticos.contracts.errors import HealthSourceUnavailableError, InvalidPayloadError
from holisticos.contracts.names import AgentName
from holisticos.contracts.workflow import AnalysisInput
from holisticos.runtime.handler import Handler, instrumented, state_handler
from holisticos.runtime.logging import LogCategory, log
from tests.lambda_context import a_context
from tests.output import Output

PAYLOAD = {"analysis_id": "an-1", "correlation_id": "corr-1"}
SECRET = "resting heart rate 47"


class Outcome(Contract):
    agent: AgentName
    findings: int


def answering(task: AnalysisInput) -> Outcome:
    log(LogCategory.SYSTEM, f"at work on {task.analysis_id}")
    return Outcome(agent=AgentName.ROUTINE, findings=2)


def failing_with(error: BaseException) -> Handler:
    def execute(_task: AnalysisInput) -> Outcome:
        raise error

    return state_handler(AnalysisInput, execute)


def test_the_outcome_is_plain_json() -> None:
    handler = state_handler(AnalysisInput, answering)

    answer = handler(dict(PAYLOAD), a_context())

    assert answer == {"agent": "routine", "findings": 2}
    assert type(answer["agent"]) is str


def test_records_carry_the_ids_of_the_payload_and_the_invocation(capsys: pytest.CaptureFixture[str]) -> None:
    state_handler(AnalysisInput, answering, category=LogCategory.AGENT_ROUTINE, name="run_routine")(
        dict(PAYLOAD), a_context()
    )

    own, timing = Output.of(capsys).logs
    for record in (own, timing):
        assert (record["correlation_id"], record["analysis_id"]) == ("corr-1", "an-1")
        assert record["function_request_id"] == "request-1"
    assert own["message"] == "at work on an-1"
    assert (timing["category"], timing["operation"]) == ("AGENT-PERFORMANCE", "run_routine")


def test_a_warm_process_forgets_the_invocation_before(capsys: pytest.CaptureFixture[str]) -> None:
    @instrumented
    def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
        log(LogCategory.SYSTEM, "at work")
        return {}

    state_handler(AnalysisInput, answering)(dict(PAYLOAD), a_context())
    capsys.readouterr()
    handler({}, a_context())

    (record,) = Output.of(capsys).logs
    assert "analysis_id" not in record
    assert "correlation_id" not in record


def test_a_cold_start_is_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    handler = state_handler(AnalysisInput, answering)
    for _ in range(2):
        handler(dict(PAYLOAD), a_context())

    output = Output.of(capsys)
    assert sum("ColdStart" in line for line in output.metrics) == 1
    assert sum("OperationFailure" in line for line in output.metrics) == 2


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"analysis_id": SECRET}, "correlation_id: missing"),
        ({"analysis_id": "an-1", "correlation_id": {"value": SECRET}}, "correlation_id: string_type"),
        ([SECRET], "payload: model_type"),
        (None, "payload: model_type"),
    ],
)
def test_a_bad_payload_is_named_and_not_quoted(capsys: pytest.CaptureFixture[str], event: Any, named: str) -> None:
    with pytest.raises(InvalidPayloadError) as caught:
        state_handler(AnalysisInput, answering)(event, a_context())

    assert named in str(caught.value)
    assert SECRET not in str(caught.value)
    assert Output.of(capsys).metrics[-1]["OperationFailure"] == 1


def test_an_error_of_ours_passes_as_it_is() -> None:
    error = HealthSourceUnavailableError("the health API did not answer", retry_after=3)

    with pytest.raises(HealthSourceUnavailableError) as caught:
        failing_with(error)(dict(PAYLOAD), a_context())

    assert caught.value is error


class Strict(BaseModel):
    value: int


def a_validation_error() -> ValidationError:
    try:
        Strict.model_validate({"value": SECRET})
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyError(SECRET), a_validation_error()])
def test_a_foreign_error_keeps_its_name_and_place_and_loses_its_message(
    capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    try:
        failing_with(error)(dict(PAYLOAD), a_context())
    except Exception:  # noqa: BLE001 - what Lambda's runtime does
        kind, value, traceback = sys.exc_info()
    assert kind
    assert value
    frames: list[str] = []
    while traceback:
        frames.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next

    assert kind.__name__ == type(error).__name__
    assert SECRET not in str(value)
    assert "execute" in frames
    text = Output.of(capsys).text
    assert SECRET not in text
    assert "in execute" in text


def test_a_failure_is_logged_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(HealthSourceUnavailableError):
        failing_with(HealthSourceUnavailableError("no answer"))(dict(PAYLOAD), a_context())

    output = Output.of(capsys)
    (record,) = output.logs
    assert (record["category"], record["error_type"]) == ("SYSTEM-ERROR", "HealthSourceUnavailableError")
    assert record["analysis_id"] == "an-1"
    assert output.metrics[-1]["OperationFailure"] == 1


def test_overlong_ids_do_not_flood_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    state_handler(AnalysisInput, answering)({"analysis_id": "an-1", "correlation_id": "x" * 10_000}, a_context())

    assert len(Output.of(capsys).logs[0]["correlation_id"]) == 128
