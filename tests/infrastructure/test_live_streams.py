"""A stage whose streams are sent as they come into being."""

import os
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.api.stream_settings import StreamSettings
from infra.assets import ROOT
from local.processes import free_port
from tests.infrastructure.conftest import Synthesis, synthesize
from tests.infrastructure.granted import grants
from tests.infrastructure.methods import methods
from tests.unit.functions.api.events import ENVIRONMENT

ENTRY = "functions/api/serve.sh"
STREAMS = {
    ("GET", "/api/v1/analysis/{analysis_id}/stream"),
    ("GET", "/api/v1/users/{user_id}/wearable-data/stream"),
    ("GET", "/api/v1/ticketed/{proxy+}"),
}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesize("prod", tmp_path_factory.mktemp("live"), {"live_streams": True})


def function(synthesis: Synthesis) -> tuple[str, dict[str, Any]]:
    (found,) = [
        (name, properties)
        for name, properties in synthesis.resources("AWS::Lambda::Function").items()
        if properties["Handler"] == ENTRY
    ]
    return found


def test_no_stage_has_them_unless_it_says_so(dev: Synthesis, prod: Synthesis) -> None:
    for synthesis in (dev, prod):
        assert all(method["Integration"].get("ResponseTransferMode") is None for method in methods(synthesis).values())


def test_streams_go_to_their_own_function_in_pieces_and_nothing_else_does(live: Synthesis) -> None:
    name, _ = function(live)
    streamed = {
        key for key, method in methods(live).items() if method["Integration"].get("ResponseTransferMode") == "STREAM"
    }
    assert streamed == STREAMS
    for key in STREAMS:
        integration = methods(live)[key]["Integration"]
        assert name in str(integration["Uri"])
        assert "/response-streaming-invocations" in str(integration["Uri"])
        assert integration["TimeoutInMillis"] == 15 * 60 * 1000
    assert live.violations == []


def test_a_way_to_a_stream_hides_no_other_resource(live: Synthesis) -> None:
    """API Gateway takes the most special resource, and answers 403 where that one does not know the method."""
    known = methods(live)
    for way in ("/analysis", "/analysis/{analysis_id}", "/users", "/users/{user_id}", "/users/{user_id}/wearable-data"):
        for path in (f"/api/v1{way}", f"/api/v1{way}/{{proxy+}}"):
            method = known["ANY", path]
            assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
            assert method["AuthorizationScopes"] == ["aws.cognito.signin.user.admin"]
            assert "ResponseTransferMode" not in method["Integration"]


def test_only_tickets_open_a_stream_without_a_token(live: Synthesis) -> None:
    for key in STREAMS:
        kind = methods(live)[key]["AuthorizationType"]
        assert kind == ("NONE" if "ticketed" in key[1] else "COGNITO_USER_POOLS")


def test_it_has_the_settings_of_streams_and_the_adapter(live: Synthesis) -> None:
    _, properties = function(live)
    variables = properties["Environment"]["Variables"]
    adapter = {name for name in variables if name.startswith("AWS_")}
    assert set(variables) - adapter == {name.upper() for name in StreamSettings.model_fields}
    assert variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"
    assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"
    assert "LambdaAdapterLayerArm64" in str(properties["Layers"][1])
    assert properties["Timeout"] > 600


def test_it_may_do_no_more_than_streams_need(live: Synthesis) -> None:
    actions = {action for role, action, _ in grants(live) if role.startswith("LiveStreams")}
    assert actions == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }


def test_the_entry_starts_the_application(tmp_path: Path) -> None:
    assert os.access(ROOT / ENTRY, os.X_OK)
    port = str(free_port())
    environment = {
        **{name.upper(): ENVIRONMENT[name.upper()] for name in StreamSettings.model_fields},
        "PATH": f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin",
        "LAMBDA_TASK_ROOT": str(ROOT),
        "PYTHONPATH": str(ROOT / "layers" / "common"),
        "AWS_LWA_PORT": port,
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    with subprocess.Popen([ROOT / ENTRY], cwd=tmp_path, env=environment) as server:  # noqa: S603 - the project's own
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=10), timeout=20) as client:
                answer = client.get(f"http://127.0.0.1:{port}/live")
        finally:
            server.terminate()
    assert answer.status_code == 200
    assert "server" not in answer.headers
