"""The application under a server that streams for real."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from httpx_sse import connect_sse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT

from functions.api.sse import StreamPolicy
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName
from tests import served_app
from tests.examples import a_result, an_event
from tests.sse import messages
from tests.unit.functions.api.events import ENVIRONMENT
from tests.unit.functions.api.served import ANALYSIS, Served

URL = f"/api/v1/analysis/{ANALYSIS}/stream"
ANA = {"X-Test-User": "ana"}
PATIENCE = 30
"""Seconds; far more than it takes, for a machine that is busy."""


@contextmanager
def serving(api: Served) -> Iterator[httpx.Client]:
    """A client of the application under a server of its own."""
    with served_app.serving(api.app) as url, httpx.Client(base_url=url, headers=ANA, timeout=10) as client:
        yield client


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def api() -> Served:
    return served(stall=PATIENCE)


def served(stall: float) -> Served:
    """The application with an analysis that has begun."""
    policy = StreamPolicy(wait=PATIENCE, poll=0.005, heartbeat=0.02, stall=stall, ends_with_news=False)
    api = Served(stream=policy)
    api.given_analysis()
    return api


def test_each_event_arrives_while_the_stream_is_open(api: Served) -> None:
    with serving(api) as client, connect_sse(client, "GET", URL) as stream:
        got = messages(stream)
        seen = [next(got).event]
        for agent in AgentName:
            api.analyses.append(ANALYSIS, an_event(EventType.AGENT_STARTED, agent=agent))
            seen.append(next(got).event)
        api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))
        seen += [message.event for message in got]
    assert seen == ["analysis.queued", *["agent.started"] * 6, "analysis.completed"]


def test_silence_is_filled_with_heartbeats(api: Served) -> None:
    with serving(api) as client, client.stream("GET", URL, params={"after": 1}) as answer:
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(5)] == ["retry: 100", ": still here", "", ": still here", ""]


def test_a_client_that_leaves_is_not_read_for_any_longer(api: Served) -> None:
    reads = threading.Semaphore(0)
    read = api.analyses.progress

    def counted(analysis_id: str, after: int = 0):  # type: ignore[no-untyped-def]  # as the fake's own
        reads.release()
        return read(analysis_id, after)

    api.analyses.progress = counted  # type: ignore[method-assign]
    with serving(api) as client:
        with client.stream("GET", URL) as answer:
            next(answer.iter_lines())
        # The server has noticed once no read comes for a hundred times the pause between two.
        while reads.acquire(timeout=0.5):
            pass
        assert client.get("/live").status_code == 200


# A client that opens a stream and never reads.

UNREAD = 1000
"""Events: far more than all buffers on the way hold."""


class Watched:
    """The application, and what became of the first stream that it sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._streams = 0
        self.sent = 0
        self.over = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            self.sent += len(message.get("body", b""))
            await send(message)

        self._streams += 1
        if self._streams > 1:
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, counted)
        finally:
            self.over.set()


@contextmanager
def never_read(url: str) -> Iterator[socket.socket]:
    """A connection over which the stream is asked for, with hardly a place for what comes."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(PATIENCE)
        connection.connect((urlsplit(url).hostname, urlsplit(url).port))
        connection.sendall(f"GET {URL} HTTP/1.1\r\nHost: test\r\nX-Test-User: ana\r\n\r\n".encode())
        connection.recv(1, socket.MSG_PEEK)
        yield connection


def read_to_the_end(url: str) -> list[int]:
    with httpx.Client(base_url=url, headers=ANA, timeout=PATIENCE) as client, connect_sse(client, "GET", URL) as stream:
        return [int(message.id) for message in messages(stream)]


def unread(api: Served) -> None:
    """Give the analysis more events than anybody can be sent who does not read."""
    for number in range(UNREAD - 2):
        api.analyses.append(ANALYSIS, an_event(EventType.AGENT_STARTED, message=f"{number:0200}"))
    api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))


def test_who_does_not_read_blocks_nobody_and_fills_no_memory(api: Served) -> None:
    unread(api)
    watched = Watched(api.app)
    with served_app.serving(watched, send_buffer=4096) as url:
        with never_read(url):
            for _ in range(3):
                assert read_to_the_end(url) == list(range(1, UNREAD + 1))
            assert not watched.over.is_set()
            # What the server holds back at most, and the buffers of the system on both sides.
            assert watched.sent < 2 * HIGH_WATER_LIMIT
        assert watched.over.wait(PATIENCE), "who has left is still waited for"


def test_who_does_not_read_is_let_go() -> None:
    api = served(stall=0.1)
    unread(api)
    watched = Watched(api.app)
    with served_app.serving(watched, send_buffer=4096) as url, never_read(url) as connection:
        assert watched.over.wait(PATIENCE), "who does not read is waited for without end"
        got = b"".join(iter(lambda: connection.recv(65536), b""))
        # What it was sent is not whole, and says so: the last chunk is missing.
        assert len(got) < 2 * HIGH_WATER_LIMIT
        assert not got.endswith(b"0\r\n\r\n")
        assert read_to_the_end(url) == list(range(1, UNREAD + 1))


def test_who_does_not_read_is_let_go_at_the_end_of_the_stream(api: Served) -> None:
    watched = Watched(api.app)
    with served_app.serving(watched) as url, never_read(url):
        api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))
        assert watched.over.wait(PATIENCE)
