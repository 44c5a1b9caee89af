"""The one flow of all agents: read, cut, analyse, word, write, tell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from holisticos.agents import progress
from holisticos.agents.consent import consented
from holisticos.agents.language_model.grounding import GroundedInEvidence, GroundingCheck
from holisticos.agents.language_model.model_desk import ModelDesk
from holisticos.agents.language_model.narrator import Narrator, Worded
from holisticos.agents.spec import AgentSpec, Analysis, Input
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AgentName, AgentStatus
from holisticos.contracts.report import AgentReport
from holisticos.contracts.workflow import AgentOutcome, AgentTask
from holisticos.health.context import UserHealthContext
from holisticos.health.snapshot import decode
from holisticos.ports import AnalysisStore, AuditLog, Clock, SnapshotStore

TOO_FEW_DATA: Final = "too few data"


@dataclass(frozen=True, slots=True)
class AgentPorts:
    """What an agent needs from the outside."""

    analyses: AnalysisStore
    snapshots: SnapshotStore
    audit: AuditLog
    clock: Clock
    language_model: ModelDesk | None = None
    """Absent where the stage has no language model."""
    grounding: GroundingCheck = field(default_factory=GroundedInEvidence)


class AgentRunner:
    """Runs one agent over the ports it is given.

    Failures pass through under their own names: the state machine retries those that may pass, and turns
    the rest into an outcome that ``aggregate`` reports. Running twice for one analysis writes the same
    report again and no event twice.
    """

    def __init__(self, spec: AgentSpec[Input], ports: AgentPorts) -> None:
        self._name = spec.name
        self._analyse: Callable[[UserHealthContext], Analysis] = partial(analysis_of, spec)
        self._ports = ports
        self._narrator = Narrator(spec.name, spec.prompt, ports.language_model, ports.grounding)

    def run(self, task: AgentTask) -> AgentOutcome:
        """Raises what the stores raise, ``ConflictError`` where the analysis has ended already."""
        started = self._ports.clock.now()
        head, events = self._ports.analyses.progress(task.analysis_id)
        if not progress.seen(events, EventType.AGENT_STARTED, self._name):
            done = progress.agents_progress(len(progress.ended_agents(events)))
            self._tell(task, EventType.AGENT_STARTED, done, f"{self._title} agent started")
        context = as_asked(decode(self._ports.snapshots.get(task.snapshot)), head)
        self._record(task, head, AuditAction.SNAPSHOT_READ)
        report = self.report(context, task.analysis_id)
        duration = self._ports.clock.now() - started
        report = report.model_copy(update={"duration_ms": max(0, round(duration.total_seconds() * 1000))})
        self._ports.analyses.put_report(task.analysis_id, report)
        self._record(task, head, AuditAction.REPORT_WRITTEN)
        self._tell_end(task, report)
        # The reason of a skipped agent tells of the data, and outcomes are kept in the execution's history.
        reason = TOO_FEW_DATA if report.status is AgentStatus.SKIPPED else report.reason
        return AgentOutcome(agent=report.agent, status=report.status, engine=report.engine, reason=reason)

    def report(self, context: UserHealthContext, analysis_id: str = "") -> AgentReport:
        """The report on ``context``; without a language model the same context gives the same bytes."""
        if too_few := _too_few(self._name, context):
            return too_few
        analysis = self._analyse(context)
        if not analysis.findings:
            return _report(self._name, Worded(analysis))
        return _report(self._name, self._narrator.word(analysis, context.profile, analysis_id))

    @property
    def _title(self) -> str:
        return self._name.capitalize()

    def _tell_end(self, task: AgentTask, report: AgentReport) -> None:
        _, events = self._ports.analyses.progress(task.analysis_id)
        ended = progress.ended_agents(events)
        if self._name in ended:
            return
        if report.status is AgentStatus.SKIPPED:
            message = f"{self._title} agent skipped: {TOO_FEW_DATA}"
        else:
            message = f"{self._title} agent completed, findings: {len(report.findings)}"
        self._tell(task, EventType.AGENT_COMPLETED, progress.agents_progress(len(ended) + 1), message)

    def _tell(self, task: AgentTask, type_: EventType, done: int, message: str) -> None:
        event = NewEvent(at=self._ports.clock.now(), type=type_, progress=done, message=message, agent=self._name)
        self._ports.analyses.append(task.analysis_id, event)

    def _record(self, task: AgentTask, head: AnalysisHead, action: AuditAction) -> None:
        self._ports.audit.append(
            AuditRecord(
                user_id=head.user_id,
                at=self._ports.clock.now(),
                action=action,
                actor=f"agent:{self._name}",
                resource=task.analysis_id,
                correlation_id=task.correlation_id,
            )
        )


def report_by_rules(spec: AgentSpec[Input], context: UserHealthContext) -> AgentReport:
    """What the agent says without a language model. Pure: the same context gives the same bytes."""
    return _too_few(spec.name, context) or _report(spec.name, Worded(analysis_of(spec, context)))


def analysis_of(spec: AgentSpec[Input], context: UserHealthContext) -> Analysis:
    """What the agent finds in what it may see of ``context``."""
    return spec.analyse(spec.prepare(consented(context)))


def _too_few(agent: AgentName, context: UserHealthContext) -> AgentReport | None:
    """The report of an agent to which the orchestrator gave nothing to do."""
    assignment = context.assignments.get(agent)
    if assignment is None or assignment.enough:
        return None
    return AgentReport(agent=agent, status=AgentStatus.SKIPPED, reason=assignment.reason)


def _report(agent: AgentName, worded: Worded) -> AgentReport:
    analysis = worded.analysis
    if not analysis.findings:
        return AgentReport(
            agent=agent, status=AgentStatus.SKIPPED, reason=analysis.why_nothing, evidence=analysis.evidence
        )
    return AgentReport(
        agent=agent,
        status=AgentStatus.COMPLETE,
        engine=worded.engine,
        reason=worded.reason,
        prompt_version=worded.prompt_version,
        language_model=worded.language_model,
        findings=analysis.findings,
        recommendations=analysis.recommendations,
        evidence=analysis.evidence,
        day=analysis.day,
    )


def as_asked(context: UserHealthContext, head: AnalysisHead) -> UserHealthContext:
    """The archetype of the request goes before that of the profile."""
    if head.archetype is None or head.archetype is context.profile.archetype:
        return context
    return context.model_copy(update={"profile": context.profile.model_copy(update={"archetype": head.archetype})})
