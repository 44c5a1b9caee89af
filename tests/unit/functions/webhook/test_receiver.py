"""What the door for webhooks lets in, and what it answers."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.webhook.receiver import MAX_BODY_BYTES, WebhookReceiver
from holisticos.contracts.deliveries import MESSAGES, WebhookDelivery
from holisticos.contracts.errors import ConfigurationError, StoreUnavailableError
from holisticos.services.packing import unpack
from tests.examples import noise
from tests.fakes.clock import FixedClock
from tests.fakes.delivery_queue import InMemoryDeliveryQueue
from tests.output import Output
from tests.webhooks import KEY, gateway_event, signature_of

LARGEST_MESSAGE = 256 * 1024
"""What every queue of SQS takes."""


@pytest.fixture
def queue() -> InMemoryDeliveryQueue:
    return InMemoryDeliveryQueue()


@pytest.fixture
def receiver(queue: InMemoryDeliveryQueue) -> WebhookReceiver:
    return WebhookReceiver(keys=lambda: [KEY], queue=queue, clock=FixedClock())


def problem(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = json.loads(answer["body"])
    assert said["status"] == answer["statusCode"]
    assert said["correlation_id"] == answer["headers"]["X-Correlation-Id"] == "request-1"
    return said


@pytest.mark.parametrize("as_base64", [False, True])
def test_a_signed_delivery_is_queued_as_it_came(
    receiver: WebhookReceiver, queue: InMemoryDeliveryQueue, as_base64: bool
) -> None:
    raw = '{"type": "steps",  "value": "3263", "note": "Ünïcödé"}'.encode()

    answer = receiver.receive(gateway_event(raw, as_base64=as_base64))

    assert (answer["statusCode"], json.loads(answer["body"])["status"]) == (202, "accepted")
    ((message, _),) = queue.sent
    assert isinstance(message, WebhookDelivery)
    assert (message.user_id, message.event_type) == ("ada", "BiomarkerCreatedIntegrationEvent")
    assert (unpack(message.body), message.received_at) == (raw, FixedClock().now())
    assert MESSAGES.validate_json(message.model_dump_json()) == message


def test_header_names_are_read_in_any_case(receiver: WebhookReceiver, queue: InMemoryDeliveryQueue) -> None:
    event = gateway_event({"a": 1})
    event["headers"] = {name.lower(): value for name, value in event["headers"].items()}

    assert receiver.receive(event)["statusCode"] == 202
    assert len(queue.sent) == 1


@pytest.mark.parametrize("signature", [None, "0" * 64, signature_of(b"another body")])
def test_without_a_valid_signature_nothing_is_queued(
    receiver: WebhookReceiver, queue: InMemoryDeliveryQueue, signature: str | None
) -> None:
    # Whatever else is wrong with it: who cannot sign learns nothing more.
    answer = receiver.receive(gateway_event(b"no json", X_Signature=signature, X_External_Id="no user!"))

    assert (problem(answer)["type"], answer["statusCode"]) == ("/problems/unauthenticated", 401)
    assert not queue.sent


@pytest.mark.parametrize("user", ["", "no user!", "a" * 65, "ada\n", "../ada", None])
def test_a_delivery_names_its_user(receiver: WebhookReceiver, queue: InMemoryDeliveryQueue, user: str | None) -> None:
    answer = receiver.receive(gateway_event({"a": 1}, X_External_Id=user))

    assert (answer["statusCode"], problem(answer)["detail"].partition(":")[0]) == (422, "X-External-Id")
    assert not queue.sent


@pytest.mark.parametrize("kind", ["", "two words", "a" * 101, None])
def test_a_delivery_names_its_kind(receiver: WebhookReceiver, kind: str | None) -> None:
    answer = receiver.receive(gateway_event({"a": 1}, X_Event_Type=kind))

    assert (answer["statusCode"], problem(answer)["detail"].partition(":")[0]) == (422, "X-Event-Type")


def test_a_kind_that_nobody_knows_is_queued(receiver: WebhookReceiver, queue: InMemoryDeliveryQueue) -> None:
    assert receiver.receive(gateway_event({"a": 1}, X_Event_Type="SomethingNewEvent"))["statusCode"] == 202
    assert len(queue.sent) == 1


@pytest.mark.parametrize(
    "body", [{"externalId": "bob"}, [{"externalId": "ada"}, {"externalId": "bob"}], {"data": [{"externalId": "bob"}]}]
)
def test_the_header_cannot_turn_a_signed_body_to_another_user(
    receiver: WebhookReceiver, queue: InMemoryDeliveryQueue, body: object
) -> None:
    answer = receiver.receive(gateway_event(body))

    assert problem(answer)["type"] == "/problems/unauthenticated"
    assert not queue.sent


@pytest.mark.parametrize(
    ("body", "status", "type_"),
    [
        (b"", 400, "malformed-body"),
        (b'{"cut": ', 400, "malformed-body"),
        (b"[" * 100_000, 400, "malformed-body"),
        (b"7", 422, "invalid-request"),
        (b'"text"', 422, "invalid-request"),
        (b"x" * (MAX_BODY_BYTES + 1), 413, "body-too-large"),
    ],
)
def test_a_body_that_cannot_be_used_is_explained(
    receiver: WebhookReceiver, queue: InMemoryDeliveryQueue, body: bytes, status: int, type_: str
) -> None:
    answer = receiver.receive(gateway_event(body))

    assert (answer["statusCode"], problem(answer)["type"]) == (status, f"/problems/{type_}")
    assert not queue.sent


def test_the_largest_body_fits_into_a_message(receiver: WebhookReceiver, queue: InMemoryDeliveryQueue) -> None:
    body = json.dumps({"noise": noise(MAX_BODY_BYTES // 2)[: MAX_BODY_BYTES - 20]}).encode()

    assert receiver.receive(gateway_event(body))["statusCode"] == 202
    assert MAX_BODY_BYTES - 1000 < len(body) <= MAX_BODY_BYTES
    assert len(queue.sent[0][0].model_dump_json().encode()) < LARGEST_MESSAGE


def test_a_queue_that_is_down_is_told_so_that_it_is_sent_again(
    receiver: WebhookReceiver, queue: InMemoryDeliveryQueue
) -> None:
    queue.is_down = True

    answer = receiver.receive(gateway_event({"a": 1}))

    assert (answer["statusCode"], problem(answer)["type"]) == (503, "/problems/unavailable")
    assert int(answer["headers"]["Retry-After"]) > 0


@pytest.mark.parametrize("failure", [StoreUnavailableError("read the webhook secret: x"), ConfigurationError("none")])
def test_without_keys_nothing_is_taken_and_nothing_refused(queue: InMemoryDeliveryQueue, failure: Exception) -> None:
    def keys() -> Sequence[bytes]:
        raise failure

    answer = WebhookReceiver(keys=keys, queue=queue, clock=FixedClock()).receive(gateway_event({"a": 1}))

    assert answer["statusCode"] == 503
    assert not queue.sent


def test_nothing_of_a_delivery_is_logged(receiver: WebhookReceiver, capsys: pytest.CaptureFixture[str]) -> None:
    receiver.receive(gateway_event({"value": "3263", "externalId": "ada-lovelace"}, X_External_Id="ada-lovelace"))
    receiver.receive(gateway_event({"value": "3263"}, X_External_Id="ada-lovelace", X_Signature="none"))

    output = Output.of(capsys)
    assert "ada-lovelace" not in output.text
    assert "3263" not in output.text
    assert [metric["reason"] for metric in output.metrics if "WebhooksRefused" in metric] == ["unauthenticated"]


@given(st.dictionaries(st.text(), st.text()), st.text(), st.booleans())
def test_whatever_comes_is_answered(headers: dict[str, str], body: str, as_base64: bool) -> None:
    receiver = WebhookReceiver(keys=lambda: [KEY], queue=InMemoryDeliveryQueue(), clock=FixedClock())
    event = {"headers": headers, "body": body, "isBase64Encoded": as_base64, "requestContext": None}

    assert receiver.receive(event)["statusCode"] == 401
