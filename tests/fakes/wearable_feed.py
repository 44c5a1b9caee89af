"""Wearable feeds in memory."""

from collections.abc import Sequence
from threading import Lock

from holisticos.contracts.feed import FEED_LENGTH, FeedEvent, NewFeedEvent


class InMemoryWearableFeed:
    """``WearableFeed`` for tests; safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: dict[str, list[tuple[str, FeedEvent]]] = {}

    def append(self, user_id: str, event: NewFeedEvent, once: str) -> None:
        with self._lock:
            kept = self._events.setdefault(user_id, [])
            if once not in [name for name, _ in kept]:
                last = kept[-1][1].seq if kept else 0
                kept.append((once, FeedEvent(**event.model_dump(), seq=last + 1)))
                del kept[:-FEED_LENGTH]

    def last(self, user_id: str) -> int:
        events = self.events(user_id)
        return events[-1].seq if events else 0

    def events(self, user_id: str) -> Sequence[FeedEvent]:
        return [event for _, event in self._events.get(user_id, [])]
