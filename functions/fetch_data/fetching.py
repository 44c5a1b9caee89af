"""One fetch state: read from one source, keep what was read, say where it came from."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from holisticos.agents.orchestration import coordinate, prepare
from holisticos.agents.progress import AGENTS_BEGIN, seen
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.errors import ConflictError
from holisticos.contracts.events import Event, EventType, NewEvent
from holisticos.contracts.names import Part, Source
from holisticos.contracts.workflow import FetchOutcome, FetchTask
from holisticos.health.assembly import has_usable_days
from holisticos.health.context import UserHealthContext
from holisticos.health.snapshot import encode
from holisticos.ports import AnalysisStore, AuditLog, Clock, HealthSource, SnapshotStore, UserStore
from holisticos.runtime.metrics import record
from holisticos.services.health_cache import HealthCache
from holisticos.services.profiles import profile_of
from holisticos.services.user_data import UserDataService

ACTOR = "function:fetch_data"

_NAMES = {Source.HEALTH_API: "the health API", Source.DATABASE: "the database", Source.CACHE: "the cache"}


@dataclass(frozen=True, slots=True)
class FetchData:
    """``source`` gives the source of a name; ``run`` runs a coroutine to its end.

    The ``cache`` stands before the health API; the database is asked where that failed, and is never cached.
    """

    analyses: AnalysisStore
    users: UserStore
    audit: AuditLog
    snapshots: SnapshotStore
    clock: Clock
    source: Callable[[Source], HealthSource]
    cache: HealthCache | None
    run: Callable[[Coroutine[Any, Any, UserHealthContext]], UserHealthContext]

    def execute(self, task: FetchTask) -> FetchOutcome:
        """Write the snapshot of the task's analysis; running twice writes it twice and tells it once.

        Raises ``HealthSourceError`` where the source gives nothing that can be used, ``ConflictError`` where
        the analysis has ended, ``NotFoundError`` where there is none.
        """
        head, events = self.analyses.progress(task.analysis_id)
        if head.status.is_final:
            raise ConflictError("the analysis has ended already")
        context = self._context(head, task)
        snapshot = self.snapshots.put(head.user_id, encode(context))
        self._record(head, task, AuditAction.SNAPSHOT_WRITTEN, task.analysis_id)
        self._tell(task, events, context)
        source = _source_of(context)
        _measure(context, source)
        return FetchOutcome(
            source=source,
            has_data=has_usable_days(context),
            snapshot=snapshot,
            records={part.value: report.kept for part, report in context.sources.items() if part is not Part.MEMORY},
            quality_score=context.quality.score,
            agents=tuple(agent for agent, assignment in context.assignments.items() if assignment.enough),
        )

    def _context(self, head: AnalysisHead, task: FetchTask) -> UserHealthContext:
        profile = profile_of(self.users, head.user_id)
        self._record(head, task, AuditAction.PROFILE_READ, "profile")
        memory = self.users.memory(head.user_id)
        said, _ = self.users.feedback(head.user_id)
        self._record(head, task, AuditAction.MEMORY_READ, "memory and feedback")
        cache = self.cache if task.source is Source.HEALTH_API else None
        service = UserDataService([self.source(task.source)], self.clock, cache=cache)
        reading = service.context(
            profile,
            memory,
            as_of=head.as_of,
            analysis_type=head.analysis_type,
            # Without the user's own words: they are no business of any agent.
            feedback=[item.answer for item in said],
        )
        was_read = False
        try:
            context = self.run(reading)
            was_read = True
        finally:
            self._record(head, task, AuditAction.HEALTH_DATA_READ, task.source.value, success=was_read)
        return context.model_copy(update={"assignments": coordinate(prepare(context))})

    def _tell(self, task: FetchTask, events: Sequence[Event], context: UserHealthContext) -> None:
        if seen(events, EventType.FETCHED):
            return
        kept = sum(report.kept for part, report in context.sources.items() if part is not Part.MEMORY)
        noun = "record" if kept == 1 else "records"
        source = _source_of(context)
        self.analyses.append(
            task.analysis_id,
            NewEvent(
                at=self.clock.now(),
                type=EventType.FETCHED,
                progress=AGENTS_BEGIN,
                message=f"Read {kept:,} {noun} from {_NAMES.get(source, source.value)}",
                source=source,
            ),
        )

    def _record(
        self, head: AnalysisHead, task: FetchTask, action: AuditAction, resource: str, *, success: bool = True
    ) -> None:
        self.audit.append(
            AuditRecord(
                user_id=head.user_id,
                at=self.clock.now(),
                action=action,
                actor=ACTOR,
                resource=resource,
                correlation_id=task.correlation_id,
                success=success,
            )
        )


def _source_of(context: UserHealthContext) -> Source:
    """Where the records were read: in one state all parts come from one place."""
    return context.sources[Part.BIOMARKERS].source


def _measure(context: UserHealthContext, source: Source) -> None:
    """How good the data are that analyses get, over all users."""
    quality, name = context.quality, source.value
    record("DataQuality", quality.score, source=name)
    for part, share in quality.parts.items():
        record("DataQualityPart", share, source=name, part=part)
    record("WearDays", quality.wear_days, source=name)
    if quality.longest_gap_days:
        record("LongestGapDays", max(quality.longest_gap_days.values()), source=name)
    if quality.freshness_hours is not None:
        record("DataFreshnessHours", quality.freshness_hours, source=name)
    record("RecordsDropped", sum(quality.dropped.values()), source=name)
    for reason, count in quality.dropped.items():
        record("RecordsDroppedByReason", count, reason=reason)
