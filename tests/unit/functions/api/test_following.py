"""GET /api/v1/analysis/{analysis_id}/stream"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import chain, cycle, repeat

import httpx
import pytest
from httpx_sse import EventSource, ServerSentEvent
from hypothesis import example, given
from hypothesis import strategies as st

from functions.api.routes.progress import news_of
from functions.api.sse import HEARTBEAT, LIVE, LONG_POLL, News, StreamPolicy, event_stream
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.errors import StoreUnavailableError
from holisticos.contracts.events import Event, EventType
from holisticos.contracts.names import AgentName, AnalysisStatus
from holisticos.services.analysis_progress import AnalysisProgress, read_progress
from tests.examples import a_head, a_result, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.clock import FixedClock
from tests.sse import messages
from tests.unit.functions.api.served import ANALYSIS, AT_ONCE, Served

URL = f"/api/v1/analysis/{ANALYSIS}/stream"

AGENT_EVENTS = [
    an_event(EventType.AGENT_STARTED, agent=agent, progress=10 + 5 * number) for number, agent in enumerate(AgentName)
]
FAST_LIVE = StreamPolicy(wait=60, poll=0, heartbeat=60, ends_with_news=False)


def sent(answer: httpx.Response) -> list[ServerSentEvent]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    return list(messages(EventSource(answer)))


def numbers(answer: httpx.Response) -> list[int]:
    return [int(message.id) for message in sent(answer)]


def finish(api: Served) -> None:
    api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))


def test_a_late_joiner_gets_the_past_first(api: Served) -> None:
    api.given_analysis(*AGENT_EVENTS)
    got = sent(api.get(URL))
    assert [message.id for message in got] == [str(number) for number in range(1, 8)]
    assert got[0].event == "analysis.queued"
    assert [message.event for message in got[1:]] == ["agent.started"] * 6
    data = json.loads(got[1].data)
    assert data == {
        "schema_version": 1,
        "analysis_id": ANALYSIS,
        "seq": 2,
        "at": "2026-03-14T12:00:00Z",
        "type": "agent.started",
        "progress": 10,
        "message": "A message",
        "agent": "behavior",
    }
    assert Event.model_validate(data).agent is AgentName.BEHAVIOR


def test_the_first_thing_said_is_how_soon_to_come_back(api: Served) -> None:
    api.given_analysis()
    assert api.get(URL).text.startswith(f"retry: {AT_ONCE.retry_ms}\nevent: analysis.queued\n")


@pytest.mark.parametrize(
    ("params", "headers", "expected"),
    [
        ({}, {}, [1, 2, 3, 4, 5, 6, 7]),
        ({"after": "0"}, {}, [1, 2, 3, 4, 5, 6, 7]),
        ({"after": "5"}, {}, [6, 7]),
        ({}, {"Last-Event-ID": "5"}, [6, 7]),
        ({"after": "3"}, {"Last-Event-ID": "6"}, [7]),
        ({"after": "6"}, {"Last-Event-ID": "0"}, [7]),
    ],
)
def test_a_stream_is_taken_up_where_it_ended(
    api: Served, params: dict[str, str], headers: dict[str, str], expected: list[int]
) -> None:
    api.given_analysis(*AGENT_EVENTS)
    assert numbers(api.get(URL, params=params, headers=headers)) == expected


@pytest.mark.parametrize("value", ["-1", "1.0", "x", "1" * 10, "", "٣", "1 ; drop"])
def test_a_number_that_is_none_is_refused(api: Served, value: str) -> None:
    api.given_analysis()
    for options in ({"params": {"after": value}}, {"headers": {"Last-Event-ID": value.encode()}}):
        answer = api.get(URL, **options)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] in {"after", "last-event-id"}


def test_no_news_is_a_heartbeat_and_no_event(api: Served) -> None:
    api.given_analysis()
    answer = api.get(URL, params={"after": "1"})
    assert sent(answer) == []
    assert HEARTBEAT.decode() in answer.text


def test_the_stream_ends_with_the_final_event_and_then_tells_clients_to_stay_away(api: Served) -> None:
    api.given_analysis(*AGENT_EVENTS)
    finish(api)
    assert numbers(api.get(URL, params={"after": "6"})) == [7, 8]
    for past_the_end in ("8", "9", "999999999"):
        answer = api.get(URL, headers={"Last-Event-ID": past_the_end})
        assert (answer.status_code, answer.content) == (204, b"")


def test_an_analysis_past_its_deadline_ends_its_streams(api: Served) -> None:
    api.given_analysis()
    api.clock.advance(timedelta(hours=1))
    got = sent(api.get(URL, params={"after": "1"}))
    assert [message.event for message in got] == ["analysis.failed"]


def test_a_stream_is_not_buffered_on_its_way(api: Served) -> None:
    api.given_analysis()
    headers = api.get(URL).headers
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["Cache-Control"] == "no-store"


def test_news_are_seen_while_waiting() -> None:
    """The log grows between two reads, as if agents wrote it."""
    coming = list(AGENT_EVENTS)

    class GrowingStore(InMemoryAnalysisStore):
        def progress(self, analysis_id: str, after: int = 0) -> tuple[AnalysisHead, Sequence[Event]]:
            if coming and after:
                self.append(analysis_id, coming.pop(0))
            return super().progress(analysis_id, after)

    api = Served(analyses=GrowingStore(), stream=StreamPolicy(wait=60, poll=0, ends_with_news=True))
    api.given_analysis()
    assert numbers(api.get(URL, params={"after": "1"})) == [2]
    assert numbers(api.get(URL, params={"after": "2"})) == [3]


# The stream by itself, without HTTP.


async def collected(stream: AsyncIterator[bytes]) -> list[bytes]:
    return [chunk async for chunk in stream]


def events(*numbers_: int, last: EventType = EventType.AGENT_STARTED) -> list[Event]:
    kinds = [EventType.AGENT_STARTED] * (len(numbers_) - 1) + [last]
    return [Event(**an_event(kind).model_dump(), seq=seq) for kind, seq in zip(kinds, numbers_, strict=True)]


def progress(seen: Sequence[Event], status: AnalysisStatus = AnalysisStatus.ANALYZING) -> AnalysisProgress:
    return AnalysisProgress(a_head(ANALYSIS, status=status), seen)


class Script:
    """Answers one read after the other, and remembers after which number was asked."""

    def __init__(self, *answers: AnalysisProgress | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[int] = []

    async def __call__(self, after: int) -> AnalysisProgress:
        self.asked.append(after)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ids(chunks: Sequence[bytes]) -> list[int]:
    return [
        int(line.removeprefix("id: "))
        for chunk in chunks
        for line in chunk.decode().splitlines()
        if line.startswith("id: ")
    ]


def followed(
    seen: AnalysisProgress, after: int, read: Callable[[int], Awaitable[AnalysisProgress]], policy: StreamPolicy
) -> AsyncIterator[bytes]:
    async def read_after(number: int) -> News:
        return news_of(await read(number), number)

    return event_stream(news_of(seen, after), after, read_after, policy)


def test_a_live_stream_goes_on_until_the_final_event() -> None:
    script = Script(
        progress([]),
        progress(events(2, 3)),
        progress([]),
        progress(events(4, last=EventType.COMPLETED), AnalysisStatus.COMPLETED),
    )
    chunks = asyncio.run(collected(followed(progress(events(1)), 0, script, FAST_LIVE)))
    assert ids(chunks) == [1, 2, 3, 4]
    assert script.asked == [1, 1, 3, 3]


def test_a_long_poll_ends_with_the_first_news() -> None:
    script = Script(progress([]), progress(events(2, 3)))
    policy = StreamPolicy(wait=60, poll=0, ends_with_news=True)
    assert ids(asyncio.run(collected(followed(progress(events(1)), 1, script, policy)))) == [2, 3]


def test_silence_is_broken_by_heartbeats() -> None:
    script = Script(progress([]), progress([]), progress(events(2, last=EventType.FAILED), AnalysisStatus.FAILED))
    policy = StreamPolicy(wait=60, poll=0, heartbeat=0, ends_with_news=False)
    chunks = asyncio.run(collected(followed(progress(events(1)), 1, script, policy)))
    assert chunks.count(HEARTBEAT) == 3
    assert ids(chunks) == [2]


def test_a_store_that_fails_ends_the_stream_and_it_is_taken_up_later(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script(StoreUnavailableError("read analysis: ThrottlingException"))
    assert ids(asyncio.run(collected(followed(progress(events(1, 2)), 0, script, FAST_LIVE)))) == [1, 2]
    assert "stream interrupted" in capsys.readouterr().out


@pytest.mark.parametrize("policy", [LONG_POLL, LIVE])
def test_the_policies_hold_what_they_promise(policy: StreamPolicy) -> None:
    assert policy.poll < 0.3
    assert policy.heartbeat < 29
    assert LONG_POLL.wait + 5 < 29


def test_a_long_wait_ends_by_itself() -> None:
    async def never(_after: int) -> AnalysisProgress:
        return progress([])

    policy = StreamPolicy(wait=0.01, poll=0.001, heartbeat=60, ends_with_news=True)
    chunks = asyncio.run(collected(followed(progress([]), 1, never, policy)))
    assert chunks[-1] == HEARTBEAT


@given(
    written=st.lists(st.integers(0, 4), min_size=1).filter(any),
    listeners=st.lists(st.lists(st.integers(0, 14), min_size=1, max_size=14), min_size=1, max_size=20),
    steps=st.integers(0, 12),
)
@example(written=[1], listeners=[[1 + number % 4, number % 3] for number in range(20)], steps=12)
def test_nothing_is_lost_or_repeated_over_disconnects_at_any_point(
    written: list[int], listeners: list[list[int]], steps: int
) -> None:
    """Each listener is cut off after numbers of events of its own and comes back with the last id; the log grows."""
    store, clock = InMemoryAnalysisStore(), FixedClock()
    store.create(a_head(ANALYSIS, deadline_at=clock.now() + timedelta(minutes=5)), an_event())
    waiting = [an_event(EventType.AGENT_STARTED, message=f"step {number}") for number in range(steps)]
    waiting.append(an_event(EventType.COMPLETED, progress=100))

    async def read_after(number: int) -> AnalysisProgress:
        return read_progress(ANALYSIS, number, analyses=store, clock=clock)

    async def listen_once(got: list[int], cut: int) -> None:
        last = got[-1] if got else 0
        seen = read_progress(ANALYSIS, analyses=store, clock=clock)
        got += ids(await collected(followed(seen, last, read_after, AT_ONCE)))[:cut]

    async def listen() -> list[list[int]]:
        heard: list[list[int]] = [[] for _ in listeners]
        connections = [chain(cuts, repeat(1)) for cuts in listeners]
        for growth in cycle(written):
            for _ in range(growth):
                if waiting:
                    event = waiting.pop(0)
                    store.append(ANALYSIS, event, None if waiting else AnalysisStatus.COMPLETED)
            behind = [number for number, got in enumerate(heard) if got[-1:] != [steps + 2]]
            if not behind:
                break
            await asyncio.gather(*(listen_once(heard[number], next(connections[number])) for number in behind))
        return heard

    assert asyncio.run(listen()) == [list(range(1, steps + 3))] * len(listeners)
