"""GET /api/v1/users/{user_id}/wearable-data/stream"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource, ServerSentEvent
from hypothesis import given
from hypothesis import strategies as st

from functions.api.feed_views import news_of
from functions.api.limits import REQUESTS, STREAMS
from functions.api.sse import HEARTBEAT, News, StreamPolicy, event_stream
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.feed import FEED_LENGTH, FeedEventType, NewFeedEvent
from holisticos.health.profile import PrivacyPreferences, Profile
from tests.examples import NOON
from tests.fakes.wearable_feed import InMemoryWearableFeed
from tests.sse import messages
from tests.unit.functions.api.feeds import an_event, given_events
from tests.unit.functions.api.served import Served

URL = "/api/v1/users/ana/wearable-data/stream"


def sent(answer: httpx.Response) -> list[ServerSentEvent]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    return list(messages(EventSource(answer)))


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(message.event, message.id) for message in sent(answer)]


def test_who_comes_first_gets_the_present_state(api: Served) -> None:
    given_events(api.feed, 2)
    api.feed.append("ana", an_event(9, "heart_rate_resting", "vitals"), once="x")

    (message,) = sent(api.get(URL))

    data = json.loads(message.data)
    assert (message.event, message.id, data["schema_version"], data["seq"]) == ("snapshot", "3", 1, 3)
    assert {name: reading["value"] for name, reading in data["latest"].items()} == {"heart_rate_resting": 9, "steps": 2}


def test_an_empty_feed_has_a_state_too(api: Served) -> None:
    (message,) = sent(api.get(URL))

    assert (message.event, message.id, json.loads(message.data)["latest"]) == ("snapshot", "0", {})
    answer = api.get(URL, headers={"Last-Event-ID": "0"})
    assert sent(answer) == []
    assert HEARTBEAT.decode() in answer.text


@pytest.mark.parametrize(
    "options",
    [
        {"params": {"after": "1"}},
        {"headers": {"Last-Event-ID": "1"}},
        {"params": {"after": "0"}, "headers": {"Last-Event-ID": "1"}},
    ],
)
def test_who_comes_back_gets_what_came_since(api: Served, options: dict[str, Any]) -> None:
    given_events(api.feed, 3)

    got = sent(api.get(URL, **options))

    assert [(message.event, message.id) for message in got] == [("data.received", "2"), ("data.received", "3")]
    assert json.loads(got[0].data) == {
        "schema_version": 1,
        "seq": 2,
        "at": "2026-03-14T12:00:00Z",
        "type": "data.received",
        "part": "biomarkers",
        "counts": {"steps": 1},
        "changed": 1,
        "readings": [
            {
                "type": "steps",
                "value": 2.0,
                "unit": "count",
                "periodicity": "hourly",
                "start": "2026-03-14T12:02:00Z",
                "end": "2026-03-14T12:02:00Z",
            }
        ],
    }


def test_an_analysis_of_new_data_is_told(api: Served) -> None:
    event = NewFeedEvent(at=NOON, type=FeedEventType.ANALYSIS_STARTED, analysis_id="an-1")
    api.feed.append("ana", event, once="an-1")

    (message,) = sent(api.get(URL, params={"after": "0"}))

    assert json.loads(message.data) == {
        "schema_version": 1,
        "seq": 1,
        "at": "2026-03-14T12:00:00Z",
        "type": "analysis.started",
        "analysis_id": "an-1",
    }


def test_who_was_away_for_too_long_begins_with_the_present_state(api: Served) -> None:
    given_events(api.feed, FEED_LENGTH + 5)

    assert told(api.get(URL, params={"after": "4"})) == [("snapshot", str(FEED_LENGTH + 5))]
    assert len(told(api.get(URL, params={"after": "5"}))) == FEED_LENGTH


def test_numbers_that_began_anew_are_noticed(api: Served) -> None:
    given_events(api.feed, 2)

    assert told(api.get(URL, params={"after": "57"})) == [("snapshot", "2")]


@pytest.mark.parametrize("value", ["-1", "x", "1" * 10, ""])
def test_a_number_that_is_none_is_refused(api: Served, value: str) -> None:
    assert api.get(URL, params={"after": value}).status_code == 422


def test_what_the_user_has_come_to_withhold_is_not_shown(api: Served) -> None:
    given_events(api.feed, 1)
    api.feed.append("ana", an_event(9, "sleep_duration", "sleep"), once="x")
    withheld = PrivacyPreferences(withheld_categories=frozenset({"sleep"}))
    api.users.put_profile(Profile(user_id="ana", privacy=withheld))

    answers = [api.get(URL), api.get(URL, params={"after": "0"})]

    assert told(answers[1]) == [("data.received", "1"), ("data.received", "2")]
    for answer in answers:
        assert "steps" in answer.text
        assert "sleep" not in answer.text


def test_a_feed_is_its_users_alone_and_every_use_is_on_record(api: Served) -> None:
    given_events(api.feed, 1, user="bob")

    assert api.get("/api/v1/users/bob/wearable-data/stream").status_code == 403
    assert api.get(URL, user=None).status_code == 401
    assert [record.user_id for record in api.records(AuditAction.ACCESS_DENIED)] == ["bob"]
    api.get(URL)
    (record,) = api.records(AuditAction.HEALTH_DATA_READ)
    assert (record.user_id, record.actor, record.resource) == ("ana", "ana", "wearable-feed")


def test_it_is_counted_with_the_streams(api: Served) -> None:
    now = api.clock.now()
    api.rates.counts[REQUESTS.bucket, "ana", REQUESTS.window_of(now)] = REQUESTS.requests
    assert api.get(URL).status_code == 200
    api.rates.counts[STREAMS.bucket, "ana", STREAMS.window_of(now)] = STREAMS.requests
    assert api.get(URL).status_code == 429


async def collected(chunks: AsyncIterator[bytes]) -> list[bytes]:
    return [chunk async for chunk in chunks]


@given(
    written=st.lists(st.integers(0, 4), min_size=1, max_size=20).filter(any),
    received=st.lists(st.integers(1, 9), min_size=20, max_size=20),
)
def test_nothing_is_lost_or_repeated_over_disconnects_at_any_point(written: list[int], received: list[int]) -> None:
    """A client is cut off after any number of events and comes back with the last id, while the feed grows."""
    feed = InMemoryWearableFeed()
    policy = StreamPolicy(wait=0, poll=0, ends_with_news=True)
    got: list[int] = []
    seen: int | None = None
    for growth, cut in zip([*written, *[0] * len(received)], [*received, *[9] * len(written)], strict=False):
        given_events(feed, growth)

        async def read_after(number: int) -> News:
            return news_of(feed.events("ana"), number, frozenset(), NOON)

        news = news_of(feed.events("ana"), seen, frozenset(), NOON)
        chunks = asyncio.run(collected(event_stream(news, seen or 0, read_after, policy)))
        ids = [int(line.removeprefix("id: ")) for line in b"".join(chunks).decode().splitlines() if line[:4] == "id: "]
        got += ids[:cut]
        seen = got[-1]
    assert got == list(range(got[0], feed.last("ana") + 1))
