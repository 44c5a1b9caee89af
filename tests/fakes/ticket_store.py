"""Stream tickets in memory."""

from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.ticket import StreamTicket


class InMemoryTicketStore:
    """``TicketStore`` for tests."""

    def __init__(self) -> None:
        self.tickets: dict[str, StreamTicket] = {}

    def put(self, ticket: StreamTicket) -> None:
        self.tickets[ticket.digest] = ticket.model_copy(update={"expires_at": ticket.expires_at.replace(microsecond=0)})

    def find(self, digest: str) -> StreamTicket:
        try:
            return self.tickets[digest]
        except KeyError:
            raise NotFoundError("there is no such ticket") from None
