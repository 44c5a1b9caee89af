"""A queue of deliveries in memory."""

from datetime import timedelta

from holisticos.contracts.deliveries import AnyMessage
from holisticos.contracts.errors import StoreUnavailableError


class InMemoryDeliveryQueue:
    """``DeliveryQueue`` for tests; ``sent`` has the messages with their delays. It can be made to fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[AnyMessage, timedelta]] = []
        self.is_down = False

    def send(self, message: AnyMessage, delay: timedelta = timedelta(0)) -> None:
        if self.is_down:
            raise StoreUnavailableError("queue a delivery: down")
        self.sent.append((message, delay))
