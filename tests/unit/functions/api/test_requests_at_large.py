"""What holds for every request: correlation id, headers, log, metrics."""

import asyncio
import re
from datetime import datetime

import pytest
from starlette.types import Message, Receive, Scope, Send

from functions.api.middleware import RequestFrame
from holisticos.runtime.pseudonym import user_digest
from tests.fakes.clock import FixedClock
from tests.output import Output
from tests.unit.functions.api.served import ANALYSIS, Served


@pytest.mark.parametrize("given", ["mobile-4711", "6f1c0c1e-6a0b-4f0e-9d8c-2b7a51e0a9d3", "a" * 64])
def test_a_harmless_correlation_id_is_kept(api: Served, given: str) -> None:
    assert api.get("/live", headers={"X-Correlation-Id": given}).headers["X-Correlation-Id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "has blank", 'quo"ted-4711', "näme-4711", "-dash-first", "x\tyyyyyyyy"]
)
def test_any_other_correlation_id_is_replaced(api: Served, given: str) -> None:
    answer = api.get("/live", headers={"X-Correlation-Id": given.encode()})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Correlation-Id"])


@pytest.mark.parametrize("path", ["/live", "/nope", f"/api/v1/analysis/{ANALYSIS}"])
def test_no_answer_may_be_cached_framed_or_sniffed(api: Served, path: str) -> None:
    headers = api.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_request_leaves_one_record_with_digests_and_no_id(api: Served, capsys: pytest.CaptureFixture[str]) -> None:
    api.given_analysis(user_id="ana")
    api.get(f"/api/v1/analysis/{ANALYSIS}", headers={"X-Correlation-Id": "mobile-4711"})
    api.analyze()
    output = Output.of(capsys)
    read, asked = output.logs
    assert (read["category"], read["operation"], read["status"], read["success"]) == (
        "API-TIMING",
        "read_analysis",
        200,
        True,
    )
    assert (read["correlation_id"], read["analysis_id"]) == ("mobile-4711", ANALYSIS)
    assert (asked["operation"], asked["user"]) == ("ask_for_analysis", user_digest("ana"))
    assert '"ana"' not in output.text
    assert "/users/ana" not in output.text


def test_a_request_is_counted_under_its_route(api: Served, capsys: pytest.CaptureFixture[str]) -> None:
    api.analyze("bob")
    api.get("/nope/ana")
    assert [(line["operation"], line["OperationFailure"]) for line in Output.of(capsys).metrics] == [
        ("ask_for_analysis", 0),
        ("unmatched", 0),
    ]


def test_a_failure_of_ours_is_logged_with_its_place_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "hunter2"

    class BrokenClock(FixedClock):
        def now(self) -> datetime:
            raise RuntimeError(secret)

    assert Served(clock=BrokenClock()).analyze().status_code == 500
    output = Output.of(capsys)
    assert {record["category"] for record in output.logs} == {"API-ERROR"}
    assert any("RuntimeError" in record.get("exception", "") for record in output.logs)
    assert [line["OperationFailure"] for line in output.metrics] == [1]
    assert secret not in output.text


def test_an_answer_that_breaks_off_is_not_made_to_look_whole(capsys: pytest.CaptureFixture[str]) -> None:
    async def breaks_off(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(RuntimeError):
        asyncio.run(RequestFrame(breaks_off)(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert [line["OperationFailure"] for line in Output.of(capsys).metrics] == [1]


def test_a_servers_start_and_stop_are_no_requests(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Scope] = []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    async def nothing(*_: object) -> Message:
        return {}

    scope = {"type": "lifespan"}
    asyncio.run(RequestFrame(application)(scope, nothing, nothing))  # type: ignore[arg-type]  # never called
    assert seen == [{"type": "lifespan"}]
    assert Output.of(capsys).text == ""
