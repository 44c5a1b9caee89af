"""The one flow of all agents."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from holisticos.agents import bootstrap
from holisticos.agents.runner import TOO_FEW_DATA, AgentPorts, AgentRunner
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import ConflictError, NotFoundError, SnapshotCorruptError
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Archetype, Engine
from holisticos.contracts.workflow import AgentOutcome, AgentTask
from holisticos.health.context import UserHealthContext
from holisticos.health.snapshot import encode
from local.agents import SPECS
from tests.examples import a_head, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.language_model import FakeLanguageModel, a_desk
from tests.fakes.snapshot_store import InMemorySnapshotStore
from tests.lambda_context import a_context as a_lambda_context
from tests.unit.agents.person import a_person


class Bench:
    """An analysis that is being run on fakes."""

    def __init__(self, context: UserHealthContext, *, model: FakeLanguageModel | None = None, **head: Any) -> None:
        self.analyses = InMemoryAnalysisStore()
        self.audit = InMemoryAuditLog()
        self.snapshots = InMemorySnapshotStore()
        self.clock = FixedClock()
        desk = a_desk(model) if model else None
        self.ports = AgentPorts(self.analyses, self.snapshots, self.audit, self.clock, desk)
        self.analyses.create(a_head(**{"status": AnalysisStatus.ANALYZING, **head}), an_event())
        ref = self.snapshots.put("user-1", encode(context))
        self.task = AgentTask(analysis_id="an-1", correlation_id="corr-1", snapshot=ref)

    def run(self, agent: AgentName = AgentName.ROUTINE) -> AgentOutcome:
        return AgentRunner(SPECS[agent], self.ports).run(self.task)

    def events(self) -> list[tuple[EventType, AgentName | None, int]]:
        _, events = self.analyses.progress("an-1")
        return [(event.type, event.agent, event.progress) for event in events if event.agent]


def test_a_run_writes_report_events_and_audit() -> None:
    bench = Bench(a_person())
    outcome = bench.run()
    report = bench.analyses.reports("an-1")[AgentName.ROUTINE]
    assert outcome == AgentOutcome(agent=AgentName.ROUTINE, status=AgentStatus.COMPLETE, reason="not_configured")
    assert report.findings
    assert report.engine is Engine.RULES
    assert report.reason == "not_configured"
    assert bench.events() == [
        (EventType.AGENT_STARTED, AgentName.ROUTINE, 20),
        (EventType.AGENT_COMPLETED, AgentName.ROUTINE, 30),
    ]
    assert [(item.action, item.actor, item.resource) for item in bench.audit.records] == [
        (AuditAction.SNAPSHOT_READ, "agent:routine", "an-1"),
        (AuditAction.REPORT_WRITTEN, "agent:routine", "an-1"),
    ]
    assert all("user-1" not in message for message in _messages(bench))


def _messages(bench: Bench) -> list[str]:
    return [event.message for event in bench.analyses.progress("an-1")[1]]


def test_the_six_share_the_progress_from_20_to_80() -> None:
    bench = Bench(a_person())
    for agent in AgentName:
        bench.run(agent)
    assert [done for type_, _, done in bench.events() if type_ is EventType.AGENT_COMPLETED] == [30, 40, 50, 60, 70, 80]
    assert set(bench.analyses.reports("an-1")) == set(AgentName)


def test_a_retried_run_writes_the_same_report_and_no_event_twice() -> None:
    bench = Bench(a_person())
    first = bench.run()
    report = bench.analyses.reports("an-1")
    assert bench.run() == first
    assert bench.analyses.reports("an-1") == report
    assert len(bench.events()) == 2


def test_too_few_data_are_skipped_and_the_reason_stays_out_of_the_outcome() -> None:
    bench = Bench(a_person(only=frozenset({"nights"})))
    outcome = bench.run(AgentName.ADAPTATION)
    report = bench.analyses.reports("an-1")[AgentName.ADAPTATION]
    assert (outcome.status, outcome.reason) == (AgentStatus.SKIPPED, TOO_FEW_DATA)
    assert "have 0 valid days" in (report.reason or "")
    assert bench.events()[-1][0] is EventType.AGENT_COMPLETED
    assert "skipped" in _messages(bench)[-1]


def test_how_long_it_took_is_measured_by_the_clock() -> None:
    bench = Bench(a_person())

    class Slow(InMemorySnapshotStore):
        def get(self, ref: object) -> bytes:
            bench.clock.advance(timedelta(milliseconds=150))
            return bench.snapshots.get(ref)  # type: ignore[arg-type]  # passed through

    ports = AgentPorts(bench.analyses, Slow(), bench.audit, bench.clock)
    AgentRunner(SPECS[AgentName.ROUTINE], ports).run(bench.task)
    assert bench.analyses.reports("an-1")[AgentName.ROUTINE].duration_ms == 150


def test_an_ended_analysis_gets_nothing_more() -> None:
    bench = Bench(a_person(), status=AnalysisStatus.FAILED)
    with pytest.raises(ConflictError):
        bench.run()
    assert bench.analyses.reports("an-1") == {}


def test_failures_keep_their_names_for_the_state_machine() -> None:
    bench = Bench(a_person())
    bench.snapshots.contents[bench.task.snapshot.key] = b"{}"
    with pytest.raises(SnapshotCorruptError):
        bench.run()
    with pytest.raises(NotFoundError):
        AgentRunner(SPECS[AgentName.ROUTINE], bench.ports).run(bench.task.model_copy(update={"analysis_id": "an-9"}))


def test_the_archetype_that_was_asked_for_goes_before_that_of_the_profile() -> None:
    model = FakeLanguageModel()
    context = a_person(archetype="Foundation Builder", privacy={"share_with_language_model": True})
    bench = Bench(context, model=model, archetype=Archetype.PEAK_PERFORMER)
    outcome = bench.run()
    assert outcome.engine is Engine.MODEL
    assert model.sections(0)["reader"]["archetype"] == Archetype.PEAK_PERFORMER


def test_a_failing_model_is_named_and_costs_no_finding() -> None:
    context = a_person(privacy={"share_with_language_model": True})
    bench = Bench(context, model=FakeLanguageModel(fails_with="timeout"))
    outcome = bench.run()
    assert outcome == AgentOutcome(agent=AgentName.ROUTINE, status=AgentStatus.COMPLETE, reason="timeout")
    assert bench.analyses.reports("an-1")[AgentName.ROUTINE].findings


@pytest.mark.parametrize("agent", list(AgentName))
def test_the_lambda_handler_of_each_agent_runs_it(agent: AgentName, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(a_person())
    monkeypatch.setattr(bootstrap, "ports", lambda: bench.ports)
    function = import_module(f"functions.agents.{agent}.handler")
    answer = function.lambda_handler(bench.task.model_dump(mode="json"), a_lambda_context())
    assert answer == {"agent": agent, "status": "complete", "engine": "rules", "reason": "not_configured"}
