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


def test_browsers_and_curl_follow_an_analysis_through_two_cuts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clock, pool = SystemClock(), TestPool()
    api = Served(
        clock=clock,  # type: ignore[arg-type]  # tokens and deadlines are those of a real clock
        identity=TokenIdentityProvider(SigningKeys(pool, clock), CLIENT_ID, clock),
        stream=StreamPolicy(wait=PATIENCE, poll=0.01, ends_with_news=False),
        cors_origins=(ORIGIN,),
    )
    agents = list(AgentName)
    api.given_analysis(
        *(an_event(EventType.AGENT_STARTED, agent=agent) for agent in agents[:3]),
        deadline_at=clock.now() + timedelta(minutes=5),
    )

    def go_on() -> None:
        for agent in agents[3:]:
            api.analyses.append(ANALYSIS, an_event(EventType.AGENT_STARTED, agent=agent))
        api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))

    with serving(api.app) as url:
        told = followed(url, lambda: (ANALYSIS, pool.access_token(clock.now())), tmp_path, go_on)

    assert len(check(told)) == 8
