"""What every ``DeliveryQueue`` keeps to."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from holisticos.adapters.sqs_deliveries import SqsDeliveryQueue
from holisticos.contracts.deliveries import MESSAGES, AnyMessage, PointsCheck, WebhookDelivery
from holisticos.contracts.errors import StoreError
from holisticos.ports import DeliveryQueue
from tests.contract.conftest import EMULATOR, MOTO, Backend
from tests.fakes.delivery_queue import InMemoryDeliveryQueue

DELIVERY = WebhookDelivery(
    user_id="ada",
    event_type="ScoreCreatedIntegrationEvent",
    sha256="0" * 64,
    body="x" * 250_000,
    received_at=datetime(2026, 3, 14, tzinfo=UTC),
    correlation_id="c",
)
CHECK = PointsCheck(user_id="ada", correlation_id="c")


class Waiting(Protocol):
    """A queue, and what can be received from it now."""

    @property
    def queue(self) -> DeliveryQueue: ...

    def received(self) -> list[AnyMessage]: ...


class InMemory:
    def __init__(self) -> None:
        self.queue = InMemoryDeliveryQueue()

    def received(self) -> list[AnyMessage]:
        return [message for message, delay in self.queue.sent if not delay]


class Sqs:
    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.url = client.create_queue(QueueName=name)["QueueUrl"]
        self.queue = SqsDeliveryQueue(self.url, client)

    def messages(self) -> list[Any]:
        found: list[Any] = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return found

    def received(self) -> list[AnyMessage]:
        return [MESSAGES.validate_json(message["Body"]) for message in self.messages()]


@pytest.fixture
def waiting(backend: Backend) -> Waiting:
    return Sqs(backend.sqs, backend.new_name()) if backend.sqs else InMemory()


def test_messages_arrive_as_they_were_sent(waiting: Waiting) -> None:
    waiting.queue.send(DELIVERY)

    assert waiting.received() == [DELIVERY]


def test_a_delayed_message_is_not_there_yet(waiting: Waiting) -> None:
    waiting.queue.send(CHECK, timedelta(minutes=1))

    assert waiting.received() == []


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_a_postponed_message_is_away_for_a_while(backend: Backend) -> None:
    waiting = Sqs(backend.sqs, backend.new_name())
    waiting.queue.send(CHECK)
    (message,) = waiting.messages()

    waiting.queue.postpone(message["ReceiptHandle"], timedelta(0))
    (again,) = waiting.messages()
    waiting.queue.postpone(again["ReceiptHandle"], timedelta(minutes=1))

    assert waiting.messages() == []


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_a_queue_that_is_not_there_is_an_error(backend: Backend) -> None:
    waiting = Sqs(backend.sqs, backend.new_name())
    gone = SqsDeliveryQueue(f"{waiting.url}-none", backend.sqs)

    with pytest.raises(StoreError, match="queue a delivery"):
        gone.send(CHECK)
