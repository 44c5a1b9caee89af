"""Functions of the embedded cloud behave as on AWS: names of errors, timeouts, crashes, isolation, rights."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.conftest import Trial
from tests.trial_stack import TIMEOUT_SECONDS

pytestmark = pytest.mark.emulator


def test_a_warm_worker_serves_again(trial: Trial) -> None:
    first, second = trial.invoke(), trial.invoke()

    assert first.error is None
    assert second.body == {"pid": first.body["pid"], "served": first.body["served"] + 1}


@pytest.mark.parametrize(
    ("event", "error_type", "message"),
    [
        ({"do": "fail"}, "StaysError", "it will fail again"),
        ({"do": "exit"}, "Runtime.ExitError", "exit status 3"),
        ({"do": "kill"}, "Runtime.ExitError", "signal: killed"),
        ({"do": "hang"}, "Sandbox.Timedout", f"Task timed out after {TIMEOUT_SECONDS}.00 seconds"),
        ({"do": "grow"}, "Function.ResponseSizeTooLarge", "6291556 bytes"),
    ],
)
def test_what_goes_wrong_has_the_name_it_has_on_aws(
    trial: Trial, event: dict[str, str], error_type: str, message: str
) -> None:
    answer = trial.invoke(event)

    assert answer.error == "Unhandled"
    assert answer.body["errorType"] == error_type
    assert message in answer.body["errorMessage"]
    assert trial.invoke().error is None, "the next event finds a worker"


def test_retry_goes_by_the_name_of_our_own_error(trial: Trial, tmp_path: Path) -> None:
    execution = trial.execute({"do": "recover", "marker": str(tmp_path / "tried")})

    assert execution["status"] == "SUCCEEDED"
    assert "served" in json.loads(execution["output"])


@pytest.mark.parametrize(
    ("do", "name"), [("fail", "StaysError"), ("kill", "Runtime.ExitError"), ("hang", "Sandbox.Timedout")]
)
def test_catch_goes_by_name(trial: Trial, do: str, name: str) -> None:
    execution = trial.execute({"do": do})

    assert json.loads(execution["output"]) == {"caught": name}


def test_a_function_sees_what_it_would_see_in_lambda_and_nothing_else(trial: Trial) -> None:
    body = trial.invoke({"do": "look", "names": ["pytest", "ministack", "local", "holisticos", "trial_layer"]}).body

    assert body["found"] == ["trial_layer"]
    own, layer, runtime, *standard = body["path"]
    assert body["environment"]["LAMBDA_TASK_ROOT"] == own
    assert layer.endswith("asset.layer/python")
    assert "/function-runtime/" in runtime
    assert not [entry for entry in standard if "site-packages" in entry or "dist-packages" in entry]
    assert set(body["environment"]) == {
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL"),
        *("AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_EXECUTION_ENV", "AWS_ENDPOINT_URL"),
        *("LAMBDA_TASK_ROOT", "_HANDLER", "HOME", "LANG", "PATH", "PYTHONPATH", "TZ"),
        "GREETING",
    }
    assert body["environment"]["GREETING"] == "hello"
    assert body["environment"]["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.14"
    assert body["arn"].endswith(trial.deployment.outputs["Function"])
    assert 0 < body["remaining"] <= TIMEOUT_SECONDS * 1000


def test_events_queue_for_two_workers_and_their_time_in_the_queue_does_not_count(trial: Trial) -> None:
    answers = trial.invoke_many(8, {"sleep": 0.5})

    assert [answer.error for answer in answers] == [None] * 8
    assert len({answer.body["pid"] for answer in answers}) <= 2


def test_a_function_has_the_rights_of_its_role_and_no_others(trial: Trial) -> None:
    environment = trial.invoke({"do": "look", "names": []}).body["environment"]
    dynamodb = trial.client(
        "dynamodb",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
    )
    table = trial.deployment.outputs["Table"]

    dynamodb.put_item(TableName=table, Item={"pk": {"S": "x"}})
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": "x"}})


def test_output_reaches_the_log_group_and_the_log_file(trial: Trial) -> None:
    served = trial.invoke().body["served"]

    name = trial.deployment.outputs["Function"]
    events = trial.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    assert f"served {served}" in [event["message"] for event in events]
    assert f"served {served}\n" in (trial.state.logs / "functions" / f"{name}.log").read_text()
