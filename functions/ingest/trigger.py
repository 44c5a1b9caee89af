"""An analysis when enough new data came."""

from dataclasses import dataclass
from typing import Final

from holisticos.contracts.deliveries import CHECK_AGAIN, PointsCheck
from holisticos.contracts.errors import AnalysisRunningError
from holisticos.contracts.feed import FeedEventType, NewFeedEvent
from holisticos.contracts.names import Trigger
from holisticos.ports import (
    AnalysisStore,
    AuditLog,
    Clock,
    DeliveryQueue,
    RecordIntake,
    WearableFeed,
    WorkflowStarter,
)
from holisticos.services.analysis_requests import AnalysisRequest, derive_analysis_id, request_analysis

ACTOR: Final = "function:ingest"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDataTrigger:
    """Asks for an analysis of a user once ``threshold`` records are new since the last time it did.

    The analysis is named by the count at which the last one was asked for: however many ask at once, and however
    often one that was killed is run again, there is one analysis a count.
    """

    threshold: int
    intake: RecordIntake
    feed: WearableFeed
    queue: DeliveryQueue
    analyses: AnalysisStore
    audit: AuditLog
    workflow: WorkflowStarter
    clock: Clock

    def check(self, user_id: str, correlation_id: str) -> None:
        """Where an analysis of the user's runs, another look is taken when it should have ended."""
        seen = self.intake.points(user_id)
        if seen.pending < self.threshold:
            return
        analysis_id = derive_analysis_id(user_id, seen.analysed)
        request = AnalysisRequest(user_id=user_id, actor=ACTOR, correlation_id=correlation_id, trigger=Trigger.NEW_DATA)
        try:
            request_analysis(
                analysis_id,
                request,
                analyses=self.analyses,
                audit=self.audit,
                workflow=self.workflow,
                clock=self.clock,
            )
        except AnalysisRunningError:
            self._look_again(user_id, correlation_id)
            return
        self.intake.mark_analysed(user_id, seen)
        started = NewFeedEvent(at=self.clock.now(), type=FeedEventType.ANALYSIS_STARTED, analysis_id=analysis_id)
        self.feed.append(user_id, started, once=analysis_id)

    def _look_again(self, user_id: str, correlation_id: str) -> None:
        now = self.clock.now()
        due = self.intake.points(user_id).check_due_at
        if due is not None and now < due:
            return  # one look at a time, however many deliveries come meanwhile
        self.queue.send(PointsCheck(user_id=user_id, correlation_id=correlation_id), CHECK_AGAIN)
        self.intake.expect_check(user_id, now + CHECK_AGAIN)
