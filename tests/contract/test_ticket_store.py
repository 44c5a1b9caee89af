"""What every ``TicketStore`` keeps to."""

from datetime import timedelta

import pytest

from holisticos.adapters.dynamodb_tickets import DynamoDbTicketStore
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.ticket import StreamTicket, ticket_digest
from holisticos.ports import TicketStore
from tests.contract.conftest import EMULATOR, MOTO, Backend
from tests.examples import NOON
from tests.fakes.ticket_store import InMemoryTicketStore


@pytest.fixture
def tickets(backend: Backend, table: str) -> TicketStore:
    return DynamoDbTicketStore(table, backend.dynamodb) if backend.dynamodb else InMemoryTicketStore()


STREAM = "analysis/an-1/stream"


def a_ticket(text: str = "secret", stream: str = STREAM) -> StreamTicket:
    return StreamTicket(digest=ticket_digest(text, stream), expires_at=NOON)


def test_a_ticket_is_found_by_its_digest_alone(tickets: TicketStore) -> None:
    other = a_ticket("other", "users/ana/wearable-data/stream").model_copy(update={"expires_at": NOON + timedelta(1)})
    tickets.put(a_ticket())
    tickets.put(other)

    assert tickets.find(a_ticket().digest) == a_ticket()
    assert tickets.find(other.digest) == other
    for unknown in ("secret", a_ticket("unknown").digest, a_ticket("other").digest, "x"):
        with pytest.raises(NotFoundError):
            tickets.find(unknown)


def test_it_expires_no_later_than_it_says(tickets: TicketStore) -> None:
    late = NOON + timedelta(seconds=0.9)
    tickets.put(a_ticket().model_copy(update={"expires_at": late}))

    assert tickets.find(a_ticket().digest).expires_at == NOON


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_what_is_stored_opens_nothing(backend: Backend, table: str, tickets: TicketStore) -> None:
    tickets.put(a_ticket())

    assert backend.dynamodb
    (item,) = backend.dynamodb.scan(TableName=table)["Items"]
    assert "secret" not in str(item)
    assert "an-1" not in str(item)
    assert item["expires_at"] == {"N": str(int(NOON.timestamp()))}
