"""The last step: every subset of agents gives a valid, labelled result."""

from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from functions.aggregate import bootstrap, handler
from functions.aggregate.aggregator import Aggregator
from functions.aggregate.settings import AggregateSettings
from holisticos.agents import metrics
from holisticos.agents.orchestration import coordinate, prepare
from holisticos.contracts.analysis import AnalysisResult, DataQuality, Gap
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Archetype
from holisticos.contracts.report import AgentReport, DateSpan
from holisticos.contracts.usage import Usage
from holisticos.contracts.wording import Answer
from holisticos.contracts.workflow import AgentOutcome, AggregateOutcome, AggregateTask
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.series import DailySeries
from holisticos.health.snapshot import encode
from tests.examples import NOON, a_head, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.language_model import InMemoryAnswerStore
from tests.fakes.snapshot_store import InMemorySnapshotStore
from tests.fakes.user_store import InMemoryUserStore
from tests.lambda_context import a_context
from tests.unit.agents.people import remembering
from tests.unit.agents.person import LAST_DAY, Plant, a_person, in_window
from tests.unit.agents.specs import report_of, reports_on

PERSON = a_person()
REPORTS = reports_on(PERSON)
SUBSETS = [set(some) for size in range(7) for some in combinations(AgentName, size)]


class Bench:
    """An analysis whose agents have ended."""

    def __init__(
        self,
        context: UserHealthContext = PERSON,
        reports: dict[AgentName, AgentReport] | None = None,
        **head: Any,
    ) -> None:
        self.analyses = InMemoryAnalysisStore()
        self.users = InMemoryUserStore()
        self.audit = InMemoryAuditLog()
        self.snapshots = InMemorySnapshotStore()
        self.answers = InMemoryAnswerStore()
        self.analyses.create(a_head(**{"status": AnalysisStatus.ANALYZING, **head}), an_event())
        reports = REPORTS if reports is None else reports
        for report in reports.values():
            self.analyses.put_report("an-1", report)
        outcomes = [
            AgentOutcome(agent=agent, status=reports[agent].status)
            if agent in reports
            else AgentOutcome(agent=agent, status=AgentStatus.FAILED, reason="Lambda.Unknown")
            for agent in AgentName
        ]
        ref = self.snapshots.put("user-1", encode(context))
        self.task = AggregateTask(analysis_id="an-1", correlation_id="corr-1", snapshot=ref, outcomes=tuple(outcomes))

    def aggregator(self, **changes: Any) -> Aggregator:
        given: dict[str, Any] = {
            "analyses": self.analyses,
            "users": self.users,
            "snapshots": self.snapshots,
            "answers": self.answers,
            "audit": self.audit,
            "clock": FixedClock(),
            **changes,
        }
        return Aggregator(**given)

    def run(self) -> AnalysisStatus:
        return self.aggregator().run(self.task).status

    @property
    def result(self) -> AnalysisResult:
        return self.analyses.result("an-1")

    def events(self) -> list[tuple[EventType, int]]:
        return [(event.type, event.progress) for event in self.analyses.progress("an-1")[1]][1:]


def test_six_reports_become_a_result() -> None:
    bench = Bench(archetype=Archetype.SYSTEMATIC_IMPROVER)
    assert bench.run() is AnalysisStatus.COMPLETED
    result = bench.result
    assert result.insights
    assert list(result.agents) == list(AgentName)
    assert result.missing == ()
    assert result.plan.minutes_budget == 75
    assert result.snapshot == bench.task.snapshot
    assert result.cost.usd == 0
    assert bench.analyses.head("an-1").status is AnalysisStatus.COMPLETED
    assert bench.events() == [(EventType.AGGREGATING, 85), (EventType.COMPLETED, 100)]


def test_insights_are_ranked_and_cite_only_evidence_that_is_there() -> None:
    bench = Bench()
    bench.run()
    result = bench.result
    scores = [item.score for item in result.insights]
    assert scores == sorted(scores, reverse=True)
    evidence = {item.id for report in result.agents.values() for item in report.evidence}
    found = {item.id for item in result.insights}
    assert all(evidence.issuperset(item.evidence_ids) for item in result.insights)
    assert all(evidence.issuperset(item.evidence_ids) for item in result.plan.items)
    assert all(found.issuperset(item.finding_ids) for item in result.plan.items)


@pytest.mark.parametrize("failing", SUBSETS)
def test_every_subset_of_failing_agents_gives_a_labelled_result(failing: set[AgentName]) -> None:
    bench = Bench(reports={agent: report for agent, report in REPORTS.items() if agent not in failing})
    expected = AnalysisStatus.PARTIAL if failing else AnalysisStatus.COMPLETED
    assert bench.run() is expected
    result = bench.result
    assert result.status is expected
    assert {item.agent for item in result.missing} == failing
    assert all(item.reason == "Lambda.Unknown" for item in result.missing)
    assert {agent for agent, report in result.agents.items() if report.status is AgentStatus.DEGRADED} == failing
    assert all(result.agents[agent] == REPORTS[agent] for agent in AgentName if agent not in failing)
    assert bool(result.insights) is (len(failing) < 6)
    assert result.brief
    degraded = [done for type_, done in bench.events() if type_ is EventType.AGENT_DEGRADED]
    assert degraded == sorted(degraded)
    assert len(degraded) == len(failing)
    assert result == AnalysisResult.model_validate_json(result.model_dump_json())


ALARMED = a_person(plants={metrics.OXYGEN_ASLEEP: in_window(lambda value: value - 8, days=2)})
ALARMS = reports_on(ALARMED)


@pytest.mark.parametrize("failing", SUBSETS)
def test_a_red_flag_beats_everything_whoever_fails(failing: set[AgentName]) -> None:
    bench = Bench(ALARMED, {agent: report for agent, report in ALARMS.items() if agent not in failing})
    bench.run()
    result = bench.result
    seen = not {AgentName.ROUTINE, AgentName.INSIGHTS} <= failing
    assert bool(result.red_flags) is seen
    assert ("talk to a health professional" in result.brief) is seen
    assert "keep it up" not in result.brief
    assert not (seen and any(item.adds_load for item in result.plan.items))


def test_a_report_that_was_written_before_the_branch_was_caught_still_counts() -> None:
    bench = Bench()
    outcomes = tuple(item.model_copy(update={"status": AgentStatus.FAILED}) for item in bench.task.outcomes)
    bench.task = bench.task.model_copy(update={"outcomes": outcomes})
    assert bench.run() is AnalysisStatus.COMPLETED


def test_a_finished_analysis_stays_as_it_is() -> None:
    bench = Bench()
    bench.run()
    first, events, records = bench.result, bench.events(), list(bench.audit.records)
    assert bench.run() is AnalysisStatus.COMPLETED
    assert bench.result == first
    assert bench.events() == events
    assert bench.audit.records == records


def test_an_analysis_that_failed_meanwhile_stays_failed() -> None:
    bench = Bench(status=AnalysisStatus.FAILED)
    assert bench.run() is AnalysisStatus.FAILED


def test_who_ends_it_meanwhile_is_believed() -> None:
    bench = Bench()

    class Overtaken(InMemoryUserStore):
        def put_memory(self, user_id: str, memory: Memory, at: datetime) -> None:
            super().put_memory(user_id, memory, at)
            bench.analyses.append("an-1", an_event(EventType.FAILED), AnalysisStatus.FAILED)

    assert bench.aggregator(users=Overtaken()).run(bench.task) == AggregateOutcome(status=AnalysisStatus.FAILED)


def test_a_retry_after_a_crash_goes_on_and_repeats_no_event() -> None:
    bench = Bench(reports={agent: REPORTS[agent] for agent in list(AgentName)[:5]})

    class Broken(InMemoryUserStore):
        def put_memory(self, user_id: str, memory: Memory, at: datetime) -> None:
            raise RuntimeError(f"killed before memory {memory.analyses} of {user_id} was kept at {at}")

    with pytest.raises(RuntimeError):
        bench.aggregator(users=Broken()).run(bench.task)
    assert bench.run() is AnalysisStatus.PARTIAL
    assert [type_ for type_, _ in bench.events()] == [
        EventType.AGENT_DEGRADED,
        EventType.AGGREGATING,
        EventType.PARTIAL,
    ]
    assert bench.users.memory("user-1").analyses == 1


def test_without_data_nothing_is_invented() -> None:
    empty = a_person(only=frozenset())
    bench = Bench(empty, reports={})
    bench.task = bench.task.model_copy(update={"outcomes": ()})
    assert bench.run() is AnalysisStatus.NO_DATA
    result = bench.result
    assert (result.insights, result.red_flags, result.plan.items, result.missing, result.agents) == ((), (), (), (), {})
    assert "no data" in result.brief
    assert bench.events() == [(EventType.AGGREGATING, 85), (EventType.NO_DATA, 100)]
    assert bench.users.memory("user-1") == Memory()


def test_without_data_only_what_was_measured_before_is_missed() -> None:
    """This person's device never measured heart rate variability, which is named as a gap all the same."""
    week_ago = a_person(only=frozenset({metrics.SLEEP_MINUTES, metrics.STEPS}), last_day=LAST_DAY - timedelta(days=7))
    absent = [metrics.STEPS, metrics.SLEEP_MINUTES, metrics.HRV]
    gaps = tuple(Gap(metric=metric, reason="no value on that day") for metric in absent)
    person = a_person(only=frozenset(), window_days=1).model_copy(
        update={"biomarkers": week_ago.biomarkers, "quality": DataQuality(score=0.0, gaps=gaps)}
    )
    bench = Bench(person, reports={})
    assert bench.run() is AnalysisStatus.NO_DATA
    assert "What is missing most: step count, sleep." in bench.result.brief
    assert metrics.HRV in {gap.metric for gap in bench.result.data_quality.gaps}


@pytest.mark.parametrize("only", [None, frozenset[str]()])
def test_what_is_remembered_of_a_withheld_category_is_deleted(only: frozenset[str] | None) -> None:
    withheld = {"withheld_categories": ["activity"]}
    context = a_person(memory=remembering(), only=only, privacy=withheld)
    bench = Bench(context, reports=reports_on(context) if only is None else {})
    bench.users.put_memory("user-1", remembering(), NOON)
    bench.run()
    kept = bench.users.memory("user-1")
    assert kept.long_term.facts
    assert not [item for item in kept.long_term.facts if item.evidence.metric == "steps"]
    assert "steps" not in kept.model_dump_json()


@pytest.mark.parametrize("only", [None, frozenset[str]()])
def test_an_analysis_of_the_past_leaves_what_is_remembered_of_later_days(only: frozenset[str] | None) -> None:
    context = a_person(only=only, privacy={"withheld_categories": ["body"]}).model_copy(update={"of_the_past": True})
    bench = Bench(context, reports=reports_on(context) if only is None else {})
    bench.users.put_memory("user-1", remembering(), NOON)
    bench.run()
    assert bench.users.memory("user-1") == remembering()
    assert bench.result.previous is None


def test_too_few_data_for_any_agent_are_no_data_and_named() -> None:
    index = DailySeries(metric="body_mass_index", unit="kg/m2", values={LAST_DAY: 23.1})
    person = a_person(only=frozenset()).model_copy(update={"biomarkers": {index.metric: index}})
    reports = reports_on(person)
    bench = Bench(person, reports)
    assert bench.run() is AnalysisStatus.NO_DATA
    gaps = {gap.metric: gap.reason for gap in bench.result.data_quality.gaps}
    assert gaps["body_mass_index"] == "have 1 valid days, need 4"


def test_who_had_too_few_data_is_named_with_the_reason_and_the_rest_is_whole() -> None:
    person = a_person(only=frozenset({metrics.WEIGHT}))
    person = person.model_copy(update={"assignments": coordinate(prepare(person))})
    bench = Bench(person, {agent: report_of(agent, person) for agent in AgentName})
    assert bench.run() is AnalysisStatus.COMPLETED
    missing = {item.agent: item.reason for item in bench.result.missing}
    assert {AgentName.BEHAVIOR, AgentName.ROUTINE} <= set(missing)
    assert missing[AgentName.ROUTINE].startswith("needs 1 day of step count")
    assert AgentName.NUTRITION not in missing
    assert "Not everything could be looked at" not in bench.result.brief


def test_the_day_holds_what_is_in_the_plan_and_nothing_else() -> None:
    bench = Bench()
    bench.run()
    plan = bench.result.plan
    planned = {block.recommendation_id for block in plan.day} - {None}
    assert [plan.day[0].title, plan.day[-1].title] == ["Get up", "Sleep"]
    assert planned <= {item.id for item in plan.items}
    nameless = Bench(reports={agent: report for agent, report in REPORTS.items() if agent is not AgentName.ROUTINE})
    nameless.run()
    assert nameless.result.plan.day == ()


def test_what_nobody_measures_is_no_gap() -> None:
    person = a_person(memory=remembering())
    person = person.model_copy(update={"nights": person.nights[:5]})
    bench = Bench(person, reports_on(person))
    bench.run()
    unavailable = {
        item.metric for report in bench.result.agents.values() for item in report.evidence if item.unavailable_because
    }
    assert metrics.WAKE_TIME_OFF in unavailable
    assert metrics.WAKE_TIME_OFF not in {gap.metric for gap in bench.result.data_quality.gaps}


def test_the_default_archetype_is_named() -> None:
    bench = Bench()
    bench.run()
    assert bench.result.archetype is Archetype.FOUNDATION_BUILDER
    assert bench.result.plan.minutes_budget == 45
    assert len(bench.result.plan.items) <= 2
    assert "you chose no archetype" in bench.result.brief
    chosen = Bench(archetype=Archetype.FOUNDATION_BUILDER)
    chosen.run()
    assert chosen.result.archetype_chosen


def test_the_default_archetype_is_named_where_no_step_is_advised() -> None:
    bench = Bench(ALARMED, {AgentName.INSIGHTS: ALARMS[AgentName.INSIGHTS]})
    bench.run()
    assert "archetype" not in bench.result.brief
    assert not bench.result.archetype_chosen


def test_red_flags_stand_apart_and_lead_brief_and_plan() -> None:
    low = {metrics.OXYGEN_ASLEEP: in_window(lambda value: value - 8, days=2)}
    person = a_person(plants=low)
    bench = Bench(person, reports_on(person))
    bench.run()
    result = bench.result
    assert [item.agents for item in result.red_flags] == [(AgentName.ROUTINE, AgentName.INSIGHTS)]
    assert not any(item.red_flag for item in result.insights)
    assert result.plan.items[0].id.endswith("see_a_professional")
    assert not any(item.adds_load for item in result.plan.items)
    assert "health professional" in result.brief


@pytest.mark.parametrize(
    "plants",
    [
        {metrics.OXYGEN_ASLEEP: in_window(lambda value: value - 8, days=2)},
        {metrics.BREATHING_ASLEEP: in_window(lambda value: value + 3)},
    ],
)
def test_nothing_calls_for_more_beside_a_red_flag_or_strain_of_any_kind(plants: dict[str, Plant]) -> None:
    """Adaptation looks at heart rate variability and resting heart rate alone, and these are in order."""
    few = {metrics.STEPS: lambda _, value: value - 3000}
    person = a_person(plants={**few, **plants})
    calm = Bench(a_person(plants=few), reports_on(a_person(plants=few)))
    calm.run()
    assert "adaptation.next_step" in {item.id for item in calm.result.insights}
    assert "routine.step_capacity" in {item.id for item in calm.result.insights if not item.background}
    bench = Bench(person, reports_on(person))
    bench.run()
    assert "adaptation.next_step" not in {item.id for item in bench.result.insights}
    assert not {"routine.step_capacity", "behavior.weekly_activity"} & {
        item.id for item in bench.result.insights if not item.background
    }
    assert not any(item.adds_load for item in bench.result.plan.items)


def test_the_next_analysis_will_know_this_one() -> None:
    bench = Bench()
    bench.run()
    memory, result = bench.users.memory("user-1"), bench.result
    assert memory.analyses == 1
    assert memory.working.analysis_id == "an-1"
    assert memory.last_window == DateSpan(start=PERSON.window.start, end=PERSON.window.end)
    assert {item.id for item in memory.working.findings} == {item.id for item in (*result.insights, *result.red_flags)}
    cited = {id_ for item in memory.working.findings for id_ in item.evidence_ids}
    assert {item.id for item in memory.working.evidence} == cited
    assert [item.recommendation.id for item in memory.short_term.recommendations] == sorted(
        item.id for item in result.plan.items
    )


def test_every_use_of_the_users_data_is_recorded() -> None:
    bench = Bench()
    bench.run()
    assert [(item.action, item.user_id) for item in bench.audit.records] == [
        (AuditAction.SNAPSHOT_READ, "user-1"),
        (AuditAction.MEMORY_WRITTEN, "user-1"),
        (AuditAction.RESULT_WRITTEN, "user-1"),
    ]


def test_the_lambda_handler_answers_with_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    monkeypatch.setattr(handler, "aggregator", bench.aggregator)
    assert handler.lambda_handler(bench.task.model_dump(mode="json"), a_context()) == {"status": "completed"}


def test_the_wiring_reads_the_environment_when_it_is_first_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in AggregateSettings.model_fields:
        monkeypatch.setenv(name.upper(), "INFO" if name.endswith("level") else "true")
    bootstrap.aggregator.cache_clear()
    assert bootstrap.aggregator() is bootstrap.aggregator()
    bootstrap.aggregator.cache_clear()


def test_what_an_agent_had_spent_before_it_failed_is_in_the_books() -> None:
    bench = Bench(reports={agent: report for agent, report in REPORTS.items() if agent is not AgentName.ROUTINE})
    for digest, tokens in (("first", 10), ("repair", 20)):
        answer = Answer(usage=Usage(tokens_in=tokens, tokens_out=1), model="m", nano_usd=500)
        bench.answers.put("an-1", AgentName.ROUTINE, digest, answer)
    bench.run()
    result = bench.analyses.result("an-1")
    use = result.agents[AgentName.ROUTINE].language_model
    assert use is not None
    assert [call.outcome for call in use.calls] == ["unused", "unused"]
    assert result.cost.model_dump() == {"tokens_in": 30, "tokens_cached": 0, "tokens_out": 2, "usd": 1e-6}
