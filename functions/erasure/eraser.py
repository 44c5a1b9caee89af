"""The steps of an erasure. Each can be run again, and goes on from what is left."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.names import AnalysisStatus
from holisticos.contracts.workflow import ErasureOutcome, ErasureStep, ErasureTask
from holisticos.ports import (
    AnalysisStore,
    AuditLog,
    Clock,
    ErasureStore,
    ExportStore,
    SnapshotStore,
    UserStore,
)
from holisticos.services.analysis_progress import ERASED, give_up

ACTOR: Final = "function:erasure"

SETTLING: Final = timedelta(seconds=60)
"""How long the functions of a workflow may still write after its analysis was ended: one that runs may end, and be
tried once more."""

_A_STEP: Final = 200
"""Analyses in one invocation, which take some seconds."""
_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """``erase_records`` deletes our copy of a user's health records, and tells how many there were.

    ``invalidate`` lets nothing be found that is cached of a user: it names nobody, and expires within a day.
    """

    erasures: ErasureStore
    analyses: AnalysisStore
    users: UserStore
    snapshots: SnapshotStore
    exports: ExportStore
    erase_records: Callable[[str], int]
    invalidate: Callable[[str], None]
    audit: AuditLog
    clock: Clock

    def execute(self, task: ErasureTask) -> ErasureOutcome:
        """Raises what the stores raise; ``NotFoundError`` where there is no such erasure."""
        erasure = self.erasures.erasure(task.erasure_id)
        if erasure.status is ErasureStatus.COMPLETED:
            return ErasureOutcome()
        match task.step:
            case ErasureStep.CLOSE:
                return self._close(erasure)
            case ErasureStep.ERASE:
                return self._erase(erasure)
            case ErasureStep.PROVE:
                return self._prove(erasure)

    def _close(self, erasure: Erasure) -> ErasureOutcome:
        """End what runs. A final analysis takes no more events, and its workflow stops at its next step."""
        unsettled = 0
        for head in self._heads(erasure.user_id):
            if not head.status.is_final:
                give_up(head.analysis_id, ERASED, analyses=self.analyses, clock=self.clock)
            unsettled += self._may_be_written_to(head)
        return ErasureOutcome(unsettled=unsettled)

    def _erase(self, erasure: Erasure) -> ErasureOutcome:
        """Delete everything, some analyses at a time; nothing while there is one that may be written to."""
        heads = list(islice(self._heads(erasure.user_id), _A_STEP + 1))
        unsettled = sum(map(self._may_be_written_to, heads))
        if not unsettled:
            self._delete(erasure, heads[:_A_STEP])
        return ErasureOutcome(unsettled=unsettled, left=0 if unsettled else max(0, len(heads) - _A_STEP))

    def _prove(self, erasure: Erasure) -> ErasureOutcome:
        """Put on record that nothing is left, where a second look finds nothing.

        What it finds was left, or came back: it is deleted, and has to be looked for once more.
        """
        heads = list(self._heads(erasure.user_id))
        if unsettled := sum(map(self._may_be_written_to, heads)):
            return ErasureOutcome(unsettled=unsettled)
        if found := self._delete(erasure, heads):
            return ErasureOutcome(left=found)
        at = self.clock.now()
        self.audit.append(
            AuditRecord(
                user_id=erasure.user_id,
                at=at,
                action=AuditAction.DATA_ERASED,
                actor=ACTOR,
                resource=erasure.erasure_id,
                correlation_id=erasure.correlation_id,
                counts=erasure.erased,
            )
        )
        self.erasures.complete(erasure.erasure_id, at)
        return ErasureOutcome()

    def _delete(self, erasure: Erasure, heads: Sequence[AnalysisHead]) -> int:
        """Each part is counted as soon as it is gone, so that one that fails leaves the others counted."""
        user_id = erasure.user_id
        parts: dict[str, Callable[[], int]] = {
            "snapshots": lambda: self.snapshots.erase(user_id),
            "exports": lambda: self.exports.erase(user_id),
            "health records": lambda: self.erase_records(user_id),
            "profile, memory and feedback": lambda: self.users.erase(user_id),
        }
        of_analyses = [self.analyses.erase(head.analysis_id) for head in heads]
        self.analyses.forget(user_id)
        self.invalidate(user_id)
        found = sum(of_analyses)
        analyses = sum(1 for count in of_analyses if count)
        self.erasures.add_counts(erasure.erasure_id, {"analyses": analyses, "parts of analyses": found})
        for name, erase in parts.items():
            count = erase()
            self.erasures.add_counts(erasure.erasure_id, {name: count})
            found += count
        return found

    def _heads(self, user_id: str) -> Iterator[AnalysisHead]:
        """As they stand: the list lags behind, and has those that were deleted a moment ago."""
        cursor: str | None = None
        while True:
            listed, cursor = self.analyses.of_user(user_id, _PAGE, cursor)
            for head in listed:
                try:
                    yield self.analyses.head(head.analysis_id)
                except NotFoundError:
                    continue
            if cursor is None:
                return

    def _may_be_written_to(self, head: AnalysisHead) -> bool:
        """A workflow that came to its end writes nothing more; one that was cut off may, for a while."""
        if not head.status.is_final:
            return True
        if head.status is not AnalysisStatus.FAILED or head.completed_at is None:
            return False
        return self.clock.now() - head.completed_at < SETTLING
