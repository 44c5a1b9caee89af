"""An analysis that is run again from what was recorded of it gives the same bytes."""

import io
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from functions.aggregate.aggregator import Aggregator
from holisticos.agents.runner import AgentPorts, AgentRunner
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Archetype, Engine
from holisticos.contracts.workflow import AgentTask, AggregateTask
from holisticos.health.context import UserHealthContext
from holisticos.health.profile import Preferences, Profile
from holisticos.health.snapshot import encode
from local.agents import SPECS
from local.console.replay import render_difference
from local.replay import Replay, replay
from tests.examples import a_head, a_memory, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.language_model import FakeLanguageModel, InMemoryAnswerStore, a_desk
from tests.fakes.snapshot_store import InMemorySnapshotStore
from tests.fakes.user_store import InMemoryUserStore
from tests.unit.agents.people import everyone
from tests.unit.agents.person import a_person
from tests.unit.aggregate.real_people import context_of, reader


class Impatient(FixedClock):
    """A clock that moves on by itself: no two readings are the same."""

    def now(self) -> Any:
        self.advance(timedelta(milliseconds=7))
        return super().now()


class Recorded:
    """An analysis that was run on fakes, from the snapshot to the result."""

    def __init__(
        self,
        context: UserHealthContext,
        *,
        failing: frozenset[AgentName] = frozenset(),
        model: FakeLanguageModel | None = None,
        **head: Any,
    ) -> None:
        self.users = InMemoryUserStore(context.profile)
        self.snapshots = InMemorySnapshotStore()
        analyses, audit, clock = InMemoryAnalysisStore(), InMemoryAuditLog(), Impatient()
        asked = {"status": AnalysisStatus.ANALYZING, "user_id": context.user_id, "as_of": context.as_of, **head}
        analyses.create(a_head(**asked), an_event())
        self.ref = self.snapshots.put(context.user_id, encode(context))
        ports = AgentPorts(analyses, self.snapshots, audit, clock, a_desk(model) if model else None)
        task = {"analysis_id": "an-1", "correlation_id": "corr-1", "snapshot": self.ref}
        for agent in [agent for agent in AgentName if agent not in failing]:
            AgentRunner(SPECS[agent], ports).run(AgentTask.model_validate(task))
        Aggregator(
            analyses=analyses,
            users=self.users,
            snapshots=self.snapshots,
            answers=InMemoryAnswerStore(),
            audit=audit,
            clock=clock,
        ).run(AggregateTask.model_validate(task))
        self.head: AnalysisHead = analyses.head("an-1")
        self.result: AnalysisResult = analyses.result("an-1")

    def replay(self, **changes: Any) -> Replay:
        """``changes`` are of the recorded result, as if it had been tampered with."""
        return replay(self.head, self.result.model_copy(update=changes), self.snapshots.get(self.ref))


@pytest.mark.parametrize("number", range(5))
def test_synthetic_people_give_the_same_bytes(number: int) -> None:
    again = Recorded(everyone()[number], archetype=Archetype.PEAK_PERFORMER).replay()
    assert again.same
    assert again.difference is None
    assert again.replayed == again.recorded


@pytest.mark.parametrize("name", ["lifesnaps", "fitabase"])
def test_real_people_give_the_same_bytes(name: str) -> None:
    source = reader(name)
    for person in source.persons()[:3]:
        assert Recorded(context_of(source.records(person.person_id))).replay().same


def test_without_usable_data_it_is_the_same_as_well() -> None:
    recorded = Recorded(a_person(only=frozenset()), failing=frozenset(AgentName))
    assert recorded.result.status is AnalysisStatus.NO_DATA
    assert recorded.replay().same


def test_what_changed_since_has_no_part_in_it() -> None:
    recorded = Recorded(a_person(2, memory=a_memory(analyses=4)))
    assert recorded.users.memory("user-1").analyses == 5
    before = recorded.replay().replayed
    recorded.users.put_profile(Profile(user_id="user-1", preferences=Preferences(move_in_the="morning")))
    recorded.users.put_memory("user-1", a_memory(analyses=9), recorded.head.as_of)
    again = recorded.replay()
    assert again.same
    assert again.replayed == before


def test_failures_are_taken_as_recorded() -> None:
    recorded = Recorded(a_person(), failing=frozenset({AgentName.INSIGHTS, AgentName.MEMORY}))
    assert recorded.result.status is AnalysisStatus.PARTIAL
    assert recorded.replay().same


def test_the_words_of_a_language_model_are_taken_as_recorded_and_what_they_are_about_is_not() -> None:
    context = a_person(privacy={"share_with_language_model": True})
    recorded = Recorded(context, model=FakeLanguageModel())
    report = recorded.result.agents[AgentName.ROUTINE]
    assert report.engine is Engine.MODEL
    assert recorded.replay().same
    lie = report.findings[0].model_copy(update={"importance": 0.999})
    agents = recorded.result.agents | {
        AgentName.ROUTINE: report.model_copy(update={"findings": (lie, *report.findings[1:])})
    }
    found = recorded.replay(agents=agents).difference
    assert found is not None
    assert found.path == "agents.routine.findings[0].importance"


def test_a_silent_model_is_taken_as_recorded() -> None:
    context = a_person(privacy={"share_with_language_model": True})
    recorded = Recorded(context, model=FakeLanguageModel(fails_with="timeout"))
    assert {item.status for item in recorded.result.agents.values()} == {AgentStatus.COMPLETE}
    assert recorded.replay().same


def test_the_first_difference_is_shown() -> None:
    recorded = Recorded(a_person())
    insights = recorded.result.insights
    again = recorded.replay(insights=(insights[0].model_copy(update={"score": 0.0}), *insights[1:]))
    assert not again.same
    found = again.difference
    assert found is not None
    assert (found.path, found.recorded, found.replayed) == ("insights[0].score", 0.0, insights[0].score)
    out = io.StringIO()
    render_difference(Console(file=out, width=80), "an-1", again)
    assert "first difference at insights[0].score" in out.getvalue()


def test_an_insight_too_many_is_a_difference() -> None:
    recorded = Recorded(a_person())
    again = recorded.replay(insights=recorded.result.insights[:-1])
    found = again.difference
    assert found is not None
    assert found.path == f"insights[{len(recorded.result.insights) - 1}]"
    assert found.recorded is None


def test_a_result_without_a_snapshot_cannot_be_replayed() -> None:
    with pytest.raises(ValueError, match="names no snapshot"):
        Recorded(a_person()).replay(snapshot=None)
