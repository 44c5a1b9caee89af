"""Fault 22 over a server that streams: a page in a browser, in both ways, and curl follow through two cuts.

The same on the running stack is in ``tests/integration/flow``.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from functions.api.security import TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from functions.api.sse import StreamPolicy
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName
from tests.e2e.followers import NEEDED, ORIGIN, PATIENCE, check, followed
from tests.examples import a_result, an_event
from tests.served_app import serving
from tests.tokens import CLIENT_ID, TestPool
from tests.unit.functions.api.events import ENVIRONMENT
from tests.unit.functions.api.served import ANALYSIS, Served

pytestmark = NEEDED

BEGUN = tuple(AgentName)[:3]
EVENTS = 8
"""It is queued, six agents begin, it is completed."""


@pytest.fixture
def pool() -> TestPool:
    return TestPool()


@pytest.fixture
def api(pool: TestPool, monkeypatch: pytest.MonkeyPatch) -> Served:
    """The application, with an analysis of which three agents have begun."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clock = SystemClock()
    api = Served(
        clock=clock,  # type: ignore[arg-type]  # tokens and deadlines are those of a real clock
        identity=TokenIdentityProvider(SigningKeys(pool, clock), CLIENT_ID, clock),
        stream=StreamPolicy(wait=PATIENCE, poll=0.01, ends_with_news=False),
        cors_origins=(ORIGIN,),
    )
    api.given_analysis(
        *(an_event(EventType.AGENT_STARTED, agent=agent) for agent in BEGUN),
        deadline_at=clock.now() + timedelta(minutes=5),
    )
    return api


def end(api: Served) -> None:
    for agent in set(AgentName) - set(BEGUN):
        api.analyses.append(ANALYSIS, an_event(EventType.AGENT_STARTED, agent=agent))
    api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))


def test_browsers_and_curl_follow_an_analysis_through_two_cuts(api: Served, pool: TestPool, tmp_path: Path) -> None:
    with serving(api.app) as url:
        told = followed(url, lambda: (ANALYSIS, access_token(pool)), tmp_path, when_all_are_cut=lambda: end(api))
    assert len(check(told)) == EVENTS


def test_they_are_cut_off_twice_also_where_all_events_are_there_at_once(
    api: Served, pool: TestPool, tmp_path: Path
) -> None:
    end(api)
    with serving(api.app) as url:
        told = followed(url, lambda: (ANALYSIS, access_token(pool)), tmp_path)
    assert len(check(told)) == EVENTS


def access_token(pool: TestPool) -> str:
    return pool.access_token(SystemClock().now())
