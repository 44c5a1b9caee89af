"""Both generated clients make the whole journey of a user, against the application over fakes."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from starlette.datastructures import Headers
from starlette.types import Scope

from functions.api.security import Principal, unauthenticated
from functions.erasure.eraser import Eraser
from holisticos.contracts.analysis import Plan
from holisticos.contracts.events import EventType
from holisticos.contracts.workflow import ErasureStep, ErasureTask
from holisticos.health.memory import PastRecommendation
from tests.examples import a_memory, a_recommendation, a_report, a_result, an_event
from tests.fakes.clock import FixedClock
from tests.fakes.snapshot_store import InMemorySnapshotStore
from tests.integration.clients.conftest import Program
from tests.served_app import serving
from tests.unit.functions.api.events import ENVIRONMENT
from tests.unit.functions.api.served import Served
from tests.wire import daily, score

LAST = date(2026, 3, 13)
WHOLE_ANALYSIS = ["analysis.queued", "analysis.fetching", "agent.completed", "analysis.completed"]


class TokenIsName:
    """Sign-in for clients that send nothing but a bearer token."""

    async def identify(self, scope: Scope) -> Principal:
        kind, _, name = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind != "Bearer":
            raise unauthenticated("Nobody is signed in.")
        return Principal(name)


class AtOnce:
    """Workflows that are over as soon as they are started."""

    def __init__(self, api: Served) -> None:
        self._api = api

    def analyze(self, analysis_id: str, _correlation_id: str, /) -> None:
        store, now = self._api.analyses, self._api.clock.now()
        recommendation = a_recommendation(id="routine.walk")
        store.append(analysis_id, an_event(EventType.FETCHING, at=now, progress=5))
        store.append(analysis_id, an_event(EventType.AGENT_COMPLETED, at=now, progress=50, agent="routine"))
        store.put_report(analysis_id, a_report())
        plan = Plan(minutes_budget=75, minutes_used=15, items=(recommendation,))
        past = PastRecommendation(recommendation=recommendation, given_on=LAST, analysis_id=analysis_id)
        self._api.users.put_memory("ana", a_memory(analyses=1, recommendations=(past,)), self._api.clock.now())
        result = a_result(analysis_id, user_id="ana", plan=plan)
        store.finish(result, an_event(EventType.COMPLETED, at=now, progress=100))

    def erase(self, erasure_id: str, correlation_id: str, /) -> None:
        api = self._api
        eraser = Eraser(
            erasures=api.erasures,
            analyses=api.analyses,
            users=api.users,
            snapshots=InMemorySnapshotStore(),
            exports=api.exports,
            erase_records=lambda user_id: asyncio.run(api.health.erase(user_id)),
            invalidate=lambda _user_id: None,
            audit=api.audit,
            clock=api.clock,
        )
        for step in ErasureStep:
            eraser.execute(ErasureTask(erasure_id=erasure_id, correlation_id=correlation_id, step=step))


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Served:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    served = Served(clock=FixedClock(datetime.fromisoformat("2026-03-14T09:00:00Z")), identity=TokenIsName())
    at_once = AtOnce(served)
    monkeypatch.setattr(served.workflow, "start", at_once.analyze)
    monkeypatch.setattr(served.erasure_workflow, "start", at_once.erase)
    served.health.add(
        "ana",
        scores=[score("sleep", LAST, 0.7)],
        biomarkers=[daily("steps", LAST - timedelta(days=number), 8000) for number in range(10)],
    )
    return served


def test_a_user_does_everything_with_it(api: Served, program: Program) -> None:
    with serving(api.app) as url:
        seen = program.run(url, "ana", "ana")

    assert seen["archetype"] == "Systematic Improver"
    assert seen["sources"] == ["health_api"]
    assert seen["events"] == WHOLE_ANALYSIS
    assert (seen["status"], seen["listed"], seen["adherence"]) == ("completed", True, "partly")
    assert seen["problem"] == "/problems/not-found"
    assert "fhir/bundle.json" in seen["export"]["files"]
    assert {"analysis.read", "data.exported", "feedback.written", "health_data.read"} <= set(seen["actions"])
    assert seen["erased"]["analyses"] == 1
    assert seen["erased"]["exports"] == 1


@pytest.mark.timeout(300)
def test_its_types_are_those_of_the_api(program: Program) -> None:
    program.check_types()


def test_a_wrong_use_does_not_pass_the_types(program: Program) -> None:
    """The check can fail: without it a client of any types would pass."""
    (source,) = program.folder.glob("journey.*s") if program.command[-1].endswith("ts") else program.folder.glob("*.py")
    text = source.read_text()
    try:
        source.write_text(text.replace('"partly"', '"sometimes"'))
        with pytest.raises(AssertionError, match="sometimes"):
            program.check_types()
    finally:
        source.write_text(text)
