"""The use case of ``reconcile`` over its ports."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.workflow import ReconcileOutcome, ReconcileTask
from holisticos.ports import AnalysisStore, AuditLog, Clock, ErasureStore, HealthSource, UserStore
from holisticos.runtime.metrics import record
from holisticos.services.profiles import profile_of
from holisticos.services.reconciliation import Store, reconcile

ACTOR: Final = "function:reconcile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    """``run`` runs a coroutine to its end."""

    analyses: AnalysisStore
    users: UserStore
    erasures: ErasureStore
    audit: AuditLog
    upstream: HealthSource
    database: HealthSource
    store: Store
    clock: Clock
    run: Callable[[Coroutine[Any, Any, ReconcileOutcome]], ReconcileOutcome]

    def execute(self, task: ReconcileTask) -> ReconcileOutcome:
        """Raises ``HealthSourceError`` where the health API or the database cannot be used."""
        try:
            head = self.analyses.head(task.analysis_id)
        except NotFoundError:
            return ReconcileOutcome()  # erased in the meantime
        if self.erasures.is_being_erased(head.user_id):
            return ReconcileOutcome()
        now = self.clock.now()
        outcome = self.run(
            reconcile(
                profile_of(self.users, head.user_id),
                head.as_of,
                upstream=self.upstream,
                database=self.database,
                store=self.store,
                now=now,
            )
        )
        for part, found in outcome.parts.items():
            record("RecordsMissing", found.missing, part=part.value)
            record("RecordsOutdated", found.outdated, part=part.value)
        repaired = sum(found.repaired for found in outcome.parts.values())
        self.audit.append(
            AuditRecord(
                user_id=head.user_id,
                at=now,
                action=AuditAction.HEALTH_DATA_WRITTEN if repaired else AuditAction.HEALTH_DATA_READ,
                actor=ACTOR,
                resource="reconciliation",
                correlation_id=task.correlation_id,
                counts={part.value: found.repaired for part, found in outcome.parts.items() if found.repaired},
            )
        )
        return outcome
