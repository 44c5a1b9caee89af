"""The use case of ``daily`` over its ports."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from functions.daily.due import cursor_at, daily_requests, mornings, position, sampled, slot_of
from holisticos.contracts.workflow import DailyOutcome, DailyTask
from holisticos.ports import AnalysisStore, AuditLog, Clock, UserStore
from holisticos.services.analysis_requests import register_analysis

ENOUGH: Final = 50
"""Analyses in one invocation; a page of a zone may make it one page more."""


@dataclass(frozen=True, slots=True)
class DailyRegistration:
    """Stores some of the analyses of those for whom it is morning. Run again, it stores nothing twice and gives the
    same ids.

    The ids of analyses stored by an earlier run are given too: that run may have died before they were
    started, and starting one twice starts it once.
    """

    analyses: AnalysisStore
    users: UserStore
    audit: AuditLog
    clock: Clock
    daily_at: time
    reconciled_percent: int = 0

    def register(self, task: DailyTask) -> DailyOutcome:
        slot = slot_of(task.scheduled_for)
        first, inside = position(task.cursor)
        registered: list[str] = []
        for zone, day in mornings(slot, self.daily_at).items():
            if zone < first:
                continue
            if len(registered) >= ENOUGH:
                return self._outcome(registered, cursor_at(zone, None))
            users, following = self.users.due(zone, inside if zone == first else None)
            requests = daily_requests(users, day=day, scheduled_for=slot, correlation_id=task.correlation_id)
            for analysis_id, request in requests.items():
                register_analysis(analysis_id, request, analyses=self.analyses, audit=self.audit, clock=self.clock)
            registered += requests
            if following is not None:
                return self._outcome(registered, cursor_at(zone, following))
        return self._outcome(registered, None)

    def _outcome(self, registered: list[str], cursor: str | None) -> DailyOutcome:
        sample = sampled(registered, self.reconciled_percent)
        return DailyOutcome(analysis_ids=tuple(registered), sample=sample, cursor=cursor)
