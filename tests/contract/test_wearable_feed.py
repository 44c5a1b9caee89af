"""What every ``WearableFeed`` keeps to."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from holisticos.adapters.dynamodb_feed import DynamoDbWearableFeed
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.contracts.feed import FEED_LENGTH, FeedEventType, NewFeedEvent, Reading
from holisticos.contracts.names import Part
from holisticos.ports import WearableFeed
from tests.contract.conftest import EMULATOR, MEMORY, MOTO, Backend
from tests.examples import NOON
from tests.fakes.wearable_feed import InMemoryWearableFeed
from tests.tables import create_table


@pytest.fixture
def table(backend: Backend) -> str:
    name = backend.new_name()
    if backend.dynamodb:
        create_table(backend.dynamodb, name)
    return name


@pytest.fixture
def feed(backend: Backend, table: str) -> WearableFeed:
    return DynamoDbWearableFeed(table, backend.dynamodb) if backend.dynamodb else InMemoryWearableFeed()


def an_event(changed: int = 1) -> NewFeedEvent:
    reading = Reading(type="steps", value=3263.5, unit="count", periodicity="daily", start=NOON, end=NOON)
    return NewFeedEvent(
        at=NOON,
        type=FeedEventType.DATA_RECEIVED,
        part=Part.BIOMARKERS,
        counts={"steps": 1},
        changed=changed,
        readings=(reading,),
    )


def test_a_feed_begins_empty(feed: WearableFeed) -> None:
    assert (feed.last("ada"), list(feed.events("ada"))) == (0, [])


def test_events_are_numbered_from_one_in_order_and_kept_whole(feed: WearableFeed) -> None:
    for number in (1, 2, 3):
        feed.append("ada", an_event(number), once=f"delivery-{number}")
    feed.append("bob", an_event(9), once="delivery-9")

    events = feed.events("ada")
    assert [(event.seq, event.changed) for event in events] == [(1, 1), (2, 2), (3, 3)]
    assert NewFeedEvent(**events[0].model_dump(exclude={"seq"})) == an_event(1)
    assert (feed.last("ada"), feed.last("bob")) == (3, 1)


def test_the_same_again_is_not_added(feed: WearableFeed) -> None:
    for _ in range(3):
        feed.append("ada", an_event(), once="delivery-1")

    assert feed.last("ada") == 1


def test_only_the_newest_are_kept_and_numbers_go_on(feed: WearableFeed) -> None:
    for number in range(1, FEED_LENGTH + 6):
        feed.append("ada", an_event(number), once=f"delivery-{number}")

    assert [event.seq for event in feed.events("ada")] == list(range(6, FEED_LENGTH + 6))
    assert feed.last("ada") == FEED_LENGTH + 5


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_many_writers_leave_no_gap_and_no_event_twice(feed: WearableFeed) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: feed.append("ada", an_event(), once=f"delivery-{number // 2}"), range(40)))

    assert [event.seq for event in feed.events("ada")] == list(range(1, 21))


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_a_feed_goes_with_its_user(backend: Backend, table: str, feed: WearableFeed) -> None:
    feed.append("ada", an_event(), once="delivery-1")
    feed.append("bob", an_event(), once="delivery-1")

    erased = DynamoDbUserStore(table, backend.dynamodb).erase("ada")

    assert erased == 2  # the head and one event
    assert (feed.last("ada"), list(feed.events("ada")), feed.last("bob")) == (0, [], 1)
