"""The wearable feed: what a user's client sees of new data as they arrive."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from holisticos.contracts.base import Contract
from holisticos.contracts.names import Part

FEED_LENGTH = 100
"""How many events are kept; a client that was away for longer begins with the present state."""

MAX_READINGS = 20
"""In one event; the rest is counted, and read by the other routes."""


class FeedEventType(StrEnum):
    DATA_RECEIVED = "data.received"
    DATA_LOGS_RECEIVED = "data_logs.received"
    """The source has got raw logs of a device; the records it makes of them follow."""
    ANALYSIS_STARTED = "analysis.started"


class Reading(Contract):
    """One record: a score (``unit`` is ``score``, 0..1), a biomarker, or a measured archetype (a word)."""

    type: str
    value: float | str = Field(description="a number, an instant (ISO 8601) or a word")
    unit: str = ""
    periodicity: str = ""
    start: AwareDatetime
    end: AwareDatetime


class NewFeedEvent(Contract):
    """An event as its writer gives it."""

    at: AwareDatetime
    type: FeedEventType
    part: Part | None = None
    counts: dict[str, int] = Field(default={}, description="how many records of which type came")
    categories: dict[str, tuple[str, ...]] = Field(
        default={}, description="for each type, what its user must share for it to be shown"
    )
    changed: int = Field(default=0, ge=0, description="how many of them were new or had another value")
    readings: tuple[Reading, ...] = Field(default=(), max_length=MAX_READINGS, description="the newest of them")
    analysis_id: str | None = None


class FeedEvent(NewFeedEvent):
    """A stored event. Numbers start at 1 and have no gaps."""

    seq: int = Field(ge=1)
