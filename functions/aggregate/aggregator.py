"""Six reports, or fewer, become the result, the memory and the final event."""

from zoneinfo import ZoneInfo

from functions.aggregate.assemble import assemble
from functions.aggregate.memory import remember
from holisticos.agents import progress
from holisticos.agents.consent import consented
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.errors import ConflictError
from holisticos.contracts.events import FINAL_EVENT_OF, EventType, NewEvent
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus
from holisticos.contracts.report import AgentReport
from holisticos.contracts.usage import UNUSED, ModelCall, ModelUse
from holisticos.contracts.workflow import AggregateOutcome, AggregateTask
from holisticos.health.assembly import has_usable_days
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.privacy import shared_memory
from holisticos.health.snapshot import decode
from holisticos.ports import AnalysisStore, AnswerStore, AuditLog, Clock, SnapshotStore, UserStore

_MESSAGES = {
    AnalysisStatus.COMPLETED: "Your analysis is ready",
    AnalysisStatus.PARTIAL: "Your analysis is ready, with parts missing",
    AnalysisStatus.NO_DATA: "There were no data to analyse",
}
_NO_ANSWER = "the agent did not answer"


class Aggregator:
    """Ends an analysis. Running again after a failure goes on from what is stored; an ended analysis stays as it is."""

    def __init__(
        self,
        *,
        analyses: AnalysisStore,
        users: UserStore,
        snapshots: SnapshotStore,
        answers: AnswerStore,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._analyses = analyses
        self._users = users
        self._snapshots = snapshots
        self._answers = answers
        self._audit = audit
        self._clock = clock

    def run(self, task: AggregateTask) -> AggregateOutcome:
        """Raises what the stores raise."""
        head, events = self._analyses.progress(task.analysis_id)
        if head.status.is_final:
            return AggregateOutcome(status=head.status)
        context = consented(decode(self._snapshots.get(task.snapshot)))
        self._record(task, head, AuditAction.SNAPSHOT_READ)
        reports = self._analyses.reports(task.analysis_id)
        if has_usable_days(context):
            reports = self._with_degraded(task, reports)
        if not progress.seen(events, EventType.AGGREGATING):
            self._tell(task, EventType.AGGREGATING, progress.AGGREGATING, "Putting it all together")
        result = assemble(head, context, reports, task.snapshot, self._clock.now())
        try:
            self._finish(task, head, context, result)
        except ConflictError:
            # Somebody ended it meanwhile, be it another run of this step or a reader who saw it overdue.
            return AggregateOutcome(status=self._analyses.head(task.analysis_id).status)
        return AggregateOutcome(status=result.status)

    def _with_degraded(
        self, task: AggregateTask, reports: dict[AgentName, AgentReport]
    ) -> dict[AgentName, AgentReport]:
        """The reports, with one that gives the reason in the place of each that is missing."""
        reasons = {outcome.agent: outcome.reason for outcome in task.outcomes}
        _, events = self._analyses.progress(task.analysis_id)
        ended = progress.ended_agents(events)
        complete: dict[AgentName, AgentReport] = {}
        for agent in AgentName:
            if (report := reports.get(agent)) is not None:
                complete[agent] = report
                continue
            reason = reasons.get(agent) or _NO_ANSWER
            paid = self._paid(task.analysis_id, agent)
            complete[agent] = AgentReport(agent=agent, status=AgentStatus.DEGRADED, reason=reason, language_model=paid)
            self._analyses.put_report(task.analysis_id, complete[agent])
            if agent not in ended:
                ended |= {agent}
                self._tell(
                    task,
                    EventType.AGENT_DEGRADED,
                    progress.agents_progress(len(ended)),
                    f"{agent.capitalize()} agent could not finish",
                    agent,
                )
        return complete

    def _paid(self, analysis_id: str, agent: AgentName) -> ModelUse | None:
        """What an agent that did not come to its end had spent on the language model."""
        answers = [answer for whose, answer in self._answers.of_analysis(analysis_id) if whose is agent]
        if not answers:
            return None
        calls = [ModelCall(outcome=UNUSED, usage=answer.usage, nano_usd=answer.nano_usd) for answer in answers]
        return ModelUse.of(answers[0].model, calls, repaired=False, reused=False)

    def _finish(
        self, task: AggregateTask, head: AnalysisHead, context: UserHealthContext, result: AnalysisResult
    ) -> None:
        """Memory before the final event: who asks again on seeing the event is answered with this memory.

        What is remembered of a withheld category is deleted with it, also where there is nothing new to remember.
        """
        memory = _memory(context, result)
        if memory is not None:
            self._users.put_memory(head.user_id, memory, self._clock.now())
            self._record(task, head, AuditAction.MEMORY_WRITTEN)
        event = NewEvent(
            at=result.completed_at,
            type=FINAL_EVENT_OF[result.status],
            progress=progress.FINAL,
            message=_MESSAGES[result.status],
        )
        self._analyses.finish(result, event)
        self._record(task, head, AuditAction.RESULT_WRITTEN)

    def _tell(
        self, task: AggregateTask, type_: EventType, done: int, message: str, agent: AgentName | None = None
    ) -> None:
        status = AnalysisStatus.AGGREGATING if type_ is EventType.AGGREGATING else None
        event = NewEvent(at=self._clock.now(), type=type_, progress=done, message=message, agent=agent)
        self._analyses.append(task.analysis_id, event, status)

    def _record(self, task: AggregateTask, head: AnalysisHead, action: AuditAction) -> None:
        self._audit.append(
            AuditRecord(
                user_id=head.user_id,
                at=self._clock.now(),
                action=action,
                actor="function:aggregate",
                resource=task.analysis_id,
                correlation_id=task.correlation_id,
            )
        )


def _memory(context: UserHealthContext, result: AnalysisResult) -> Memory | None:
    """What is to be kept; ``None`` where that is as it was, as after an analysis of the past."""
    if context.of_the_past:
        return None
    withheld = context.profile.privacy.withheld_categories
    if result.status is AnalysisStatus.NO_DATA:
        return context.memory if withheld else None
    memory = remember(
        context.memory,
        result,
        context.as_of.astimezone(ZoneInfo(context.profile.timezone)).date(),
        answers=context.feedback,
    )
    return shared_memory(memory, withheld)
