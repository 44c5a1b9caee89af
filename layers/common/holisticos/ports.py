"""What the product needs from the outside, by role. Adapters implement these; tests have fakes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from holisticos.contracts.analysis import AnalysisHead, AnalysisResult, SnapshotRef
from holisticos.contracts.audit import AuditRecord
from holisticos.contracts.events import Event, NewEvent
from holisticos.contracts.names import AgentName, AnalysisStatus, Source
from holisticos.contracts.report import AgentReport
from holisticos.contracts.wording import Wording, WordingRequest
from holisticos.health.context import Memory
from holisticos.health.profile import Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score


class Clock(Protocol):
    """The only way to ask the time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class HealthSource(Protocol):
    """A place from which a user's health records can be read.

    Spans are instants, ``start`` included, ``end`` excluded. No data is an empty answer; every
    failure raises a ``HealthSourceError``.
    """

    @property
    def source(self) -> Source: ...

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]: ...

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]: ...

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]: ...


class AnalysisStore(Protocol):
    """Analyses: head, event log, reports and result."""

    def create(self, head: AnalysisHead, event: NewEvent) -> None:
        """Store a new analysis with its first event. Raises ``ConflictError`` where the id exists."""
        ...

    def head(self, analysis_id: str) -> AnalysisHead:
        """Raises ``NotFoundError``."""
        ...

    def progress(self, analysis_id: str, after: int = 0) -> tuple[AnalysisHead, Sequence[Event]]:
        """Head and the events numbered above ``after``, from one consistent read. Raises ``NotFoundError``."""
        ...

    def append(self, analysis_id: str, event: NewEvent, status: AnalysisStatus | None = None) -> None:
        """Add an event, and move the analysis to ``status`` in the same write.

        Raises ``ConflictError`` where the analysis is final already: nothing follows a final event.
        """
        ...

    def put_report(self, analysis_id: str, report: AgentReport) -> None: ...

    def reports(self, analysis_id: str) -> dict[AgentName, AgentReport]: ...

    def finish(self, result: AnalysisResult, event: NewEvent) -> None:
        """Store the result, then the final status with its event. Raises ``ConflictError`` where final already."""
        ...

    def result(self, analysis_id: str) -> AnalysisResult:
        """Raises ``NotFoundError`` while there is none."""
        ...


class UserStore(Protocol):
    """Profiles and memory."""

    def profile(self, user_id: str) -> Profile:
        """Raises ``NotFoundError``."""
        ...

    def put_profile(self, profile: Profile) -> None: ...

    def memory(self, user_id: str) -> Memory:
        """Empty for a user without any."""
        ...

    def put_memory(self, user_id: str, memory: Memory) -> None: ...

    def due(self, timezone: str, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        """A page of users in ``timezone`` who want a daily analysis, and the cursor of the next page."""
        ...


class SnapshotStore(Protocol):
    """Content-addressed, immutable bytes."""

    def put(self, owner: str, content: bytes) -> SnapshotRef:
        """Store ``content`` for the user ``owner``; the same bytes give the same reference."""
        ...

    def get(self, ref: SnapshotRef) -> bytes:
        """Raises ``NotFoundError`` or ``SnapshotCorruptError``."""
        ...


class AuditLog(Protocol):
    """Append-only record of every use of a user's data."""

    def append(self, record: AuditRecord) -> None: ...


class WorkflowStarter(Protocol):
    """Starts the analysis workflow."""

    def start(self, analysis_id: str, correlation_id: str) -> None:
        """Start it under the analysis' own id; starting it twice starts it once."""
        ...


class LanguageModel(Protocol):
    """Words and orders what was found; it never computes."""

    def word(self, request: WordingRequest) -> Wording:
        """Raises ``LanguageModelError`` with a cause on every failure."""
        ...
