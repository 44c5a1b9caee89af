"""The application as API Gateway invokes it."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from functions.api.gateway import Gateway, through_gateway
from functions.api.security import TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from tests.fakes.clock import FixedClock
from tests.tokens import CLIENT_ID, TestPool
from tests.unit.functions.api.events import event
from tests.unit.functions.api.served import Served


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    clock = FixedClock()
    identity = TokenIdentityProvider(SigningKeys(TestPool(), clock), CLIENT_ID, clock)
    yield through_gateway(Served(clock=clock, identity=identity).app)
    asyncio.set_event_loop(None)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_an_analysis_is_asked_for_followed_and_read(gateway: Gateway) -> None:
    accepted = gateway(event("POST", "/api/v1/users/ana/analyze", body="{}"), None)
    assert accepted["statusCode"] == 202
    links = json.loads(accepted["body"])["links"]

    read = gateway(event("GET", links["self"]), None)
    assert (read["statusCode"], json.loads(read["body"])["status"]) == (200, "queued")

    stream = gateway(event("GET", links["stream"]), None)
    assert stream["statusCode"] == 200
    assert stream["headers"]["content-type"].startswith("text/event-stream")
    assert stream["isBase64Encoded"] is False
    assert "event: analysis.queued\n" in stream["body"]


def test_a_query_reaches_the_stream(gateway: Gateway) -> None:
    accepted = gateway(event("POST", "/api/v1/users/ana/analyze"), None)
    following = event("GET", json.loads(accepted["body"])["links"]["stream"])
    following["queryStringParameters"] = {"after": "1"}
    following["multiValueQueryStringParameters"] = {"after": ["1"]}
    assert "event:" not in gateway(following, None)["body"]


def test_a_problem_is_sent_as_text(gateway: Gateway) -> None:
    answer = gateway(event("GET", "/api/v1/nope"), None)
    assert answer["statusCode"] == 404
    assert answer["isBase64Encoded"] is False
    assert json.loads(answer["body"])["type"] == "/problems/not-found"


def test_the_gateways_request_id_is_the_correlation_id(gateway: Gateway) -> None:
    assert gateway(event("GET", "/live"), None)["headers"]["x-correlation-id"] == "41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9"
    given = gateway(event("GET", "/live", X_Correlation_Id="mobile-4711"), None)
    assert given["headers"]["x-correlation-id"] == "mobile-4711"


@pytest.mark.parametrize("authorization", ["", "Bearer forged", "Bearer e30.e30.AA"])
def test_what_the_gateway_believes_is_not_enough(gateway: Gateway, authorization: str) -> None:
    believed = event("POST", "/api/v1/users/ana/analyze", X_Test_User="ana", Authorization=authorization)
    assert believed["requestContext"]["authorizer"]["claims"]["username"] == "ana"
    assert gateway(believed, None)["statusCode"] == 401


def test_two_tokens_are_none(gateway: Gateway) -> None:
    twice = event("POST", "/api/v1/users/ana/analyze")
    twice["multiValueHeaders"]["Authorization"] *= 2
    assert gateway(twice, None)["statusCode"] == 401


@pytest.mark.parametrize(
    "headers",
    [{"Host": "a:b:c"}, {"Host": "[::1]:x"}, {"Host": ""}, {"X_Forwarded_Port": "abc"}, {"x_forwarded_port": "-"}],
)
def test_a_forged_host_or_port_does_no_harm(gateway: Gateway, headers: dict[str, str]) -> None:
    assert gateway(event("GET", "/live", **headers), None)["statusCode"] == 200
    assert gateway(event("POST", "/api/v1/users/ana/analyze", body="{}", **headers), None)["statusCode"] == 202


def test_headers_may_be_missing(gateway: Gateway) -> None:
    bare = event("GET", "/live") | {"headers": None, "multiValueHeaders": None}
    assert gateway(bare, None)["statusCode"] == 200


def test_a_repeated_key_is_no_key(gateway: Gateway) -> None:
    twice = event("POST", "/api/v1/users/ana/analyze")
    twice["multiValueHeaders"]["Idempotency-Key"] = ["one", "two"]
    assert gateway(twice, None)["statusCode"] == 422


def test_no_path_is_logged(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    gateway(event("POST", "/api/v1/users/ana/analyze"), None)
    assert "/users/ana" not in caplog.text + capsys.readouterr().out
