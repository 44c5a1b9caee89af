"""The wearable feed as a client sees it; pure but for the store that is read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field

from functions.api.sse import News, encode
from holisticos.contracts.feed import FeedEvent, FeedEventType, Reading
from holisticos.contracts.names import Part

SCHEMA_VERSION = 1


class WearableEvent(BaseModel):
    """The ``data`` of one event: new data of the user's, or an analysis of them."""

    schema_version: int = SCHEMA_VERSION
    seq: int
    at: datetime
    type: FeedEventType
    part: Part | None = None
    counts: dict[str, int] | None = Field(default=None, description="how many records of which type came")
    changed: int | None = Field(default=None, description="how many of them were new or had another value")
    readings: list[Reading] | None = Field(default=None, description="the newest of them")
    analysis_id: str | None = None

    @classmethod
    def of(cls, event: FeedEvent, withheld: frozenset[str]) -> Self:
        hidden = _hidden(event, withheld)
        return cls(
            seq=event.seq,
            at=event.at,
            type=event.type,
            part=event.part,
            counts={name: count for name, count in event.counts.items() if name not in hidden} or None,
            changed=event.changed if event.part else None,
            readings=[reading for reading in event.readings if reading.type not in hidden] or None,
            analysis_id=event.analysis_id,
        )


class WearableSnapshot(BaseModel):
    """The ``data`` of the event that comes first: the present state, from which the feed goes on."""

    schema_version: int = SCHEMA_VERSION
    seq: int = Field(description="number of the newest event that is in it")
    at: datetime
    type: Literal["snapshot"] = "snapshot"
    latest: dict[str, Reading] = Field(description="the newest reading of each type in the events that are kept")


def news_of(events: Sequence[FeedEvent], seen: int | None, withheld: frozenset[str], now: datetime) -> News:
    """What a client has to be told that has seen everything up to ``seen``, and nothing where that is ``None``.

    Where events between are no longer kept, or the numbers began anew, it begins with the present state.
    """
    last = events[-1].seq if events else 0
    first = events[0].seq if events else 1
    if seen is None or seen > last or seen < first - 1:
        snapshot = WearableSnapshot(seq=last, at=now, latest=_latest(events, withheld))
        return News([(last, encode(last, snapshot.type, snapshot))])
    views = [WearableEvent.of(event, withheld) for event in events if event.seq > seen]
    return News([(view.seq, encode(view.seq, view.type, view)) for view in views])


def _latest(events: Iterable[FeedEvent], withheld: frozenset[str]) -> dict[str, Reading]:
    latest: dict[str, Reading] = {}
    for event in events:
        hidden = _hidden(event, withheld)
        for reading in event.readings:
            known = latest.get(reading.type)
            if reading.type not in hidden and (known is None or known.end <= reading.end):
                latest[reading.type] = reading
    return {name: latest[name] for name in sorted(latest)}


def _hidden(event: FeedEvent, withheld: frozenset[str]) -> set[str]:
    """Types that the user has come to withhold since the event was written."""
    return {name for name, needed in event.categories.items() if not withheld.isdisjoint(needed)} if withheld else set()
