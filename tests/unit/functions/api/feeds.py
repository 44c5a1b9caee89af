"""A wearable feed in which something happened."""

from datetime import timedelta

from holisticos.contracts.feed import FeedEventType, NewFeedEvent, Reading
from holisticos.contracts.names import Part
from tests.examples import NOON
from tests.fakes.wearable_feed import InMemoryWearableFeed


def an_event(value: float = 1, type_: str = "steps", category: str = "activity") -> NewFeedEvent:
    at = NOON + timedelta(minutes=value)
    return NewFeedEvent(
        at=NOON,
        type=FeedEventType.DATA_RECEIVED,
        part=Part.BIOMARKERS,
        counts={type_: 1},
        categories={type_: (category,)},
        changed=1,
        readings=(Reading(type=type_, value=value, unit="count", periodicity="hourly", start=at, end=at),),
    )


def given_events(feed: InMemoryWearableFeed, count: int, user: str = "ana") -> None:
    begun = feed.last(user)
    for number in range(begun + 1, begun + count + 1):
        feed.append(user, an_event(number), once=f"{user}-{number}")
