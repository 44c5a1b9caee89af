"""The use case of ``daily`` over its ports."""

from dataclasses import dataclass

from functions.daily.due import daily_requests, local_day
from holisticos.contracts.workflow import DailyOutcome, DailyTask
from holisticos.ports import AnalysisStore, AuditLog, Clock, UserStore
from holisticos.services.analysis_requests import register_analysis


@dataclass(frozen=True, slots=True)
class DailyRegistration:
    """Stores one page of the day's analyses. Run again, it stores nothing twice and gives the same ids.

    The ids of analyses stored by an earlier run are given too: that run may have died before they were
    started, and starting one twice starts it once.
    """

    analyses: AnalysisStore
    users: UserStore
    audit: AuditLog
    clock: Clock

    def register(self, task: DailyTask) -> DailyOutcome:
        day = local_day(task.scheduled_for, task.timezone)
        users, cursor = self.users.due(task.timezone, task.cursor)
        requests = daily_requests(users, day=day, scheduled_for=task.scheduled_for, correlation_id=task.correlation_id)
        for analysis_id, request in requests.items():
            register_analysis(analysis_id, request, analyses=self.analyses, audit=self.audit, clock=self.clock)
        return DailyOutcome(analysis_ids=tuple(requests), cursor=cursor)
