"""The application under a server that streams for real."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from httpx_sse import connect_sse

from functions.api.sse import StreamPolicy
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName
from tests import served_app
from tests.examples import a_result, an_event
from tests.unit.functions.api.events import ENVIRONMENT
from tests.unit.functions.api.served import ANALYSIS, Served

URL = f"/api/v1/analysis/{ANALYSIS}/stream"
ANA = {"X-Test-User": "ana"}


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
    served = Served(stream=StreamPolicy(wait=30, poll=0.005, heartbeat=0.02, ends_with_news=False))
    served.given_analysis()
    return served


def test_each_event_arrives_while_the_stream_is_open(api: Served) -> None:
    with serving(api) as client, connect_sse(client, "GET", URL) as stream:
        got = stream.iter_sse()
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
