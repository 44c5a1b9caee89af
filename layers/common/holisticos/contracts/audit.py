"""What the audit trail keeps of each use of a user's data."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from holisticos.contracts.base import Contract


class AuditAction(StrEnum):
    ANALYSIS_REQUESTED = "analysis.requested"
    ANALYSIS_READ = "analysis.read"
    PROGRESS_READ = "progress.read"
    STREAM_TICKET_ISSUED = "stream_ticket.issued"
    HEALTH_DATA_READ = "health_data.read"
    HEALTH_DATA_WRITTEN = "health_data.written"
    SNAPSHOT_WRITTEN = "snapshot.written"
    SNAPSHOT_READ = "snapshot.read"
    REPORT_WRITTEN = "report.written"
    RESULT_WRITTEN = "result.written"
    MEMORY_READ = "memory.read"
    MEMORY_WRITTEN = "memory.written"
    PROFILE_READ = "profile.read"
    PROFILE_WRITTEN = "profile.written"
    FEEDBACK_WRITTEN = "feedback.written"
    AUDIT_READ = "audit.read"
    DATA_EXPORTED = "data.exported"
    ERASURE_REQUESTED = "erasure.requested"
    ERASURE_READ = "erasure.read"
    DATA_ERASED = "data.erased"
    ACCESS_DENIED = "access.denied"


class AuditRecord(Contract):
    """One use: who did what to whose data, when, and as part of which request."""

    user_id: str
    at: datetime
    action: AuditAction
    actor: str
    """The signed-in user, or who acted for the system: ``function:...`` or ``agent:...``, which no user's id can be."""
    resource: str
    """What was used: an analysis id, ``profile``, ``biomarkers`` and the like; never a value."""
    correlation_id: str
    success: bool = True
    counts: dict[str, int] = Field(default={}, description="how many of what, where the record is to prove it")

    @property
    def by_service(self) -> bool:
        """Whether the system used the data by itself, on nobody's request of that moment."""
        return ":" in self.actor
