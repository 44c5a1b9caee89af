"""A function's variables."""

from pathlib import Path

import pytest

from local.lambda_runtime.environment import worker_environment
from local.lambda_runtime.function import VARIABLE, LocalFunction

FUNCTION = LocalFunction(
    runtime="python3.14",
    timeout=15.0,
    workers=2,
    variables=("STAGE", "TABLE"),
    layers=("/layer/python",),
    logging={"AWS_LAMBDA_LOG_FORMAT": "JSON"},
    code="digest",
)
GIVEN = {
    "STAGE": "dev",
    "TABLE": "t",
    "AWS_LAMBDA_FUNCTION_NAME": "f",
    "AWS_SESSION_TOKEN": "",
    "AWS_ACCESS_KEY_ID": "key",
    "LAMBDA_TASK_ROOT": "/code",
    "_HANDLER": "a.b",
    "STATE_DIR": "/of/the/emulator",
    "PYTHONPATH": "/of/the/emulator",
    VARIABLE: FUNCTION.dump(),
}


def test_the_overlays_note_survives_the_environment() -> None:
    assert LocalFunction.read(GIVEN) == FUNCTION


def test_a_function_without_the_note_is_an_error() -> None:
    with pytest.raises(KeyError):
        LocalFunction.read({})


def test_nothing_of_the_emulator_gets_through() -> None:
    environment = worker_environment(FUNCTION, GIVEN, packages=Path("/runtime"), runtime_api="127.0.0.1:1")

    assert environment.items() >= {"STAGE": "dev", "TABLE": "t", "AWS_ACCESS_KEY_ID": "key"}.items()
    assert not {"STATE_DIR", VARIABLE} & environment.keys()
    assert environment["PYTHONPATH"] == "/code:/layer/python:/runtime"


def test_an_empty_session_token_is_none() -> None:
    environment = worker_environment(FUNCTION, GIVEN, packages=Path("/runtime"), runtime_api="127.0.0.1:1")

    assert "AWS_SESSION_TOKEN" not in environment


def test_the_log_group_is_lambdas_own_unless_the_template_names_one() -> None:
    def group(given: dict[str, str]) -> str:
        return worker_environment(FUNCTION, given, packages=Path("/r"), runtime_api="a:1")["AWS_LAMBDA_LOG_GROUP_NAME"]

    assert group(GIVEN) == "/aws/lambda/f"
    assert group({**GIVEN, "AWS_LAMBDA_LOG_GROUP_NAME": "/holisticos/dev/api"}) == "/holisticos/dev/api"
