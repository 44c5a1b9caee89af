"""The host of functions as a poller sees it."""

import json
import os
import select
import socket
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from local.lambda_runtime.function import VARIABLE, LocalFunction
from tests.integration.local.conftest import Trial

pytestmark = pytest.mark.emulator


def _hand_over(trial: Trial, event: object, *, timeout: float) -> socket.socket:
    """Give the host an event of the deployed function, as a poller does."""
    given = trial.invoke({"do": "look", "names": []}).body["environment"]
    variables = trial.functions.get_function_configuration(FunctionName=given["AWS_LAMBDA_FUNCTION_NAME"])
    function = replace(LocalFunction.read(variables["Environment"]["Variables"]), timeout=timeout)
    about = {
        "environment": {**given, VARIABLE: function.dump(), "AWS_LAMBDA_FUNCTION_VERSION": "of this test"},
        "headers": {"lambda-runtime-aws-request-id": "id"},
    }
    host = socket.socket(socket.AF_UNIX)
    host.connect(str(trial.state.records / "functions.sock"))
    for part in (about, event):
        body = json.dumps(part).encode()
        host.sendall(struct.pack("!I", len(body)) + body)
    return host


def test_a_worker_ends_with_the_poller_that_waits_for_it(trial: Trial, tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    os.mkfifo(marker)

    with _hand_over(trial, {"do": "hang", "marker": str(marker)}, timeout=3600):
        worker = os.pidfd_open(int(marker.read_text()))

    poll = select.poll()
    poll.register(worker, select.POLLIN)
    assert poll.poll(30_000), "the event has no owner any more, and still the worker runs"
    os.close(worker)


def test_what_a_worker_said_before_it_was_stopped_is_kept(trial: Trial, tmp_path: Path) -> None:
    with _hand_over(trial, {"do": "hang"}, timeout=0.5) as host, host.makefile("rb") as answer:
        said = answer.read()

    assert said.startswith(b"E")
    assert b"served" in said
    assert b"Sandbox.Timedout" in said
