"""What the product needs from the outside, by role. Adapters implement these; tests have fakes."""

from __future__ import annotations  # only checkers read them, and what they name is much to import

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from typing import IO, Any

    from holisticos.contracts.analysis import AnalysisHead, AnalysisResult, SnapshotRef
    from holisticos.contracts.audit import AuditRecord
    from holisticos.contracts.circuit import Admission
    from holisticos.contracts.deliveries import AnyMessage, Aside, DataPoints, Intake
    from holisticos.contracts.erasure import Erasure
    from holisticos.contracts.events import Event, NewEvent
    from holisticos.contracts.feed import FeedEvent, NewFeedEvent
    from holisticos.contracts.feedback import Feedback
    from holisticos.contracts.idempotency import Claim, RequestKey
    from holisticos.contracts.names import AgentName, AnalysisStatus, Source
    from holisticos.contracts.rate import Allowance, RateLimit
    from holisticos.contracts.report import AgentReport
    from holisticos.contracts.spending import Hold, SpendingLimits, Spent
    from holisticos.contracts.ticket import StreamTicket
    from holisticos.contracts.usage import Usage
    from holisticos.contracts.wording import Answer, Prompt
    from holisticos.health.memory import Memory
    from holisticos.health.profile import Profile
    from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
    from holisticos.health.versions import HealthRecord


class Clock(Protocol):
    """The only way to ask the time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class HealthSource(Protocol):
    """A place from which a user's health records can be read.

    Spans are instants in the user's time zone, ``start`` included, ``end`` excluded. A time that names no
    offset is read in the zone of ``start``. Records that begin at or after ``end`` are dropped as
    ``future``; some that lie before ``start`` may be among the kept. No data is an empty answer; every
    failure raises a ``HealthSourceError``.
    """

    @property
    def source(self) -> Source: ...

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]: ...

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]: ...

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]: ...


class HealthRecordStore(Protocol):
    """A place where health records are kept."""

    async def upsert(
        self,
        user_id: str,
        *,
        scores: Iterable[Score] = (),
        biomarkers: Iterable[Biomarker] = (),
        archetypes: Iterable[ArchetypeRecord] = (),
    ) -> int:
        """Store records, or replace those with the same key; how many were new or changed.

        Raises ``HealthSourceError``. Storing the same again changes nothing.
        """
        ...

    async def erase(self, user_id: str) -> int:
        """Delete every record of a user; how many there were. Raises ``HealthSourceError``."""
        ...


class RecordIntake(Protocol):
    """Takes deliveries of health records in, each once. All of it raises ``HealthSourceError``."""

    def take_in(self, user_id: str, sha256: str, records: Sequence[HealthRecord], delivered_at: datetime) -> Intake:
        """Store the records of the delivery with this digest, and count what they changed, in one step.

        An older version never replaces a newer one. The same delivery again changes nothing and gives the same
        answer; one that was taken in for another user is refused.
        """
        ...

    def store(self, user_id: str, records: Sequence[HealthRecord], read_at: datetime) -> int:
        """Store records that were read, not announced; how many were new or changed. They are no data points."""
        ...

    def set_aside(self, user_id: str, asides: Sequence[Aside]) -> None:
        """Keep what cannot be stored as records; the same twice is kept once."""
        ...

    def points(self, user_id: str) -> DataPoints: ...

    def mark_analysed(self, user_id: str, seen: DataPoints) -> None:
        """An analysis was asked for of what was ``seen``; nothing happens where another one was since."""
        ...

    def expect_check(self, user_id: str, at: datetime) -> None:
        """A check of the points is under way and will look again at this instant."""
        ...


class DeliveryQueue(Protocol):
    """Where deliveries wait until they are taken in."""

    def send(self, message: AnyMessage, delay: timedelta = timedelta(0)) -> None:
        """Raises ``StoreError``. It is delivered at least once, after ``delay`` at the earliest, in any order."""
        ...


class WearableFeed(Protocol):
    """A user's events of new data, numbered from 1 without gaps; the last ``FEED_LENGTH`` are kept."""

    def append(self, user_id: str, event: NewFeedEvent, once: str) -> None:
        """Add an event, unless one under the same name ``once`` is among those that are kept."""
        ...

    def last(self, user_id: str) -> int:
        """The number of the newest event; 0 where there is none. Cheap enough to be asked every second."""
        ...

    def events(self, user_id: str) -> Sequence[FeedEvent]:
        """Those that are kept, in order."""
        ...


class AnalysisStore(Protocol):
    """Analyses: head, event log, reports and result."""

    def create(
        self, head: AnalysisHead, event: NewEvent, *, alone: bool = False, instead_of: str | None = None
    ) -> None:
        """Store a new analysis with its first event, as the user's latest.

        Raises ``ConflictError`` where the id exists. An analysis that is to run ``alone`` is refused with
        ``AnalysisRunningError`` where the user's latest has a deadline that lies ahead, unless it is
        ``instead_of``, of which the caller knows that it has ended.
        """
        ...

    def head(self, analysis_id: str) -> AnalysisHead:
        """Raises ``NotFoundError``."""
        ...

    def progress(self, analysis_id: str, after: int = 0) -> tuple[AnalysisHead, Sequence[Event]]:
        """Head and the events numbered above ``after``, from one consistent read. Raises ``NotFoundError``."""
        ...

    def append(
        self, analysis_id: str, event: NewEvent, status: AnalysisStatus | None = None, reason: str | None = None
    ) -> None:
        """Add an event, and move the analysis to ``status`` in the same write.

        A status never goes back: an earlier one than the present is not taken, the event is added all the
        same. A final one sets ``completed_at`` to the event's instant. An event equal to one that is stored
        is a repeated write and is not added again. Raises ``NotFoundError``, and ``ConflictError`` where the
        analysis is final already: nothing follows a final event.
        """
        ...

    def put_report(self, analysis_id: str, report: AgentReport) -> None:
        """Store the report of one agent in the place of an earlier one of the same agent."""
        ...

    def reports(self, analysis_id: str) -> dict[AgentName, AgentReport]: ...

    def finish(self, result: AnalysisResult, event: NewEvent) -> None:
        """Store the result, the final status and its event in one step.

        Raises ``NotFoundError``, and ``ConflictError`` where the analysis is final already; what was stored
        then stays as it is.
        """
        ...

    def result(self, analysis_id: str) -> AnalysisResult:
        """Raises ``NotFoundError`` while there is none."""
        ...

    def of_user(
        self, user_id: str, limit: int = 20, cursor: str | None = None
    ) -> tuple[Sequence[AnalysisHead], str | None]:
        """A page of a user's analyses, newest first, and the cursor of the next page.

        Eventually consistent: an analysis made a moment ago may be missing, a status may lag.
        """
        ...

    def erase(self, analysis_id: str) -> int:
        """Delete everything of an analysis, its head last; how many things that were."""
        ...

    def forget(self, user_id: str) -> None:
        """Delete what is kept of a user beside their analyses: which of them is the latest."""
        ...


class UserStore(Protocol):
    """Profiles, memory and feedback."""

    def profile(self, user_id: str) -> Profile:
        """Raises ``NotFoundError``."""
        ...

    def put_profile(self, profile: Profile) -> None: ...

    def memory(self, user_id: str) -> Memory:
        """Empty for a user without any. What an older version stored is read as the present one."""
        ...

    def put_memory(self, user_id: str, memory: Memory, at: datetime) -> None:
        """Replace all layers, in one step; the short-term one lasts for 30 days from ``at``."""
        ...

    def due(self, timezone: str, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        """A page of users in ``timezone`` who want a daily analysis, and the cursor of the next page.

        The cursor names no user. Eventually consistent.
        """
        ...

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep an answer beside the earlier ones; the same answer twice is kept once."""
        ...

    def feedback(
        self, user_id: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[Feedback], str | None]:
        """A page of a user's answers, newest first, and the cursor of the next page."""
        ...

    def erase(self, user_id: str) -> int:
        """Delete profile, memory and feedback; how many things that were."""
        ...


class SnapshotStore(Protocol):
    """Content-addressed, immutable bytes."""

    def put(self, owner: str, content: bytes) -> SnapshotRef:
        """Store ``content`` for the user ``owner``; the same bytes give the same reference."""
        ...

    def get(self, ref: SnapshotRef) -> bytes:
        """Raises ``NotFoundError`` or ``SnapshotCorruptError``."""
        ...

    def erase(self, owner: str) -> int:
        """Delete all snapshots of the user ``owner``; how many there were."""
        ...


class ExportStore(Protocol):
    """Archives for users to fetch, for a short time."""

    def put(self, owner: str, name: str, content: IO[bytes]) -> str:
        """Store an archive of the user ``owner`` and return its key. ``content`` is read to its end."""
        ...

    def link(self, key: str, filename: str, valid_for: timedelta) -> str:
        """A URL from which whoever has it can fetch the archive until it expires, under ``filename``."""
        ...

    def erase(self, owner: str) -> int:
        """Delete all archives of the user ``owner``; how many there were."""
        ...


class AuditLog(Protocol):
    """Append-only record of every use of a user's data."""

    def append(self, record: AuditRecord) -> None: ...

    def of_user(
        self, user_id: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[AuditRecord], str | None]:
        """A page of the uses of a user's data, newest first, and the cursor of the next page."""
        ...


class ErasureStore(Protocol):
    """Erasures of users. What is kept here outlives what they erase."""

    def create(self, erasure: Erasure, instead_of: str | None = None) -> None:
        """Store a new erasure. Raises ``ConflictError`` where the user has one that is not completed.

        ``instead_of`` is the id of such a one, which is replaced.
        """
        ...

    def erasure(self, erasure_id: str) -> Erasure:
        """Raises ``NotFoundError``."""
        ...

    def latest(self, user_id: str) -> Erasure:
        """The user's last erasure. Raises ``NotFoundError``."""
        ...

    def is_being_erased(self, user_id: str) -> bool:
        """Whether the user has an erasure that is not completed."""
        ...

    def add_counts(self, erasure_id: str, erased: Mapping[str, int]) -> None:
        """Add to the counts of what was erased."""
        ...

    def complete(self, erasure_id: str, at: datetime) -> None:
        """Mark it completed; the user may begin anew. Completing twice changes nothing."""
        ...


class WorkflowStarter(Protocol):
    """Starts a workflow."""

    def start(self, id_: str, correlation_id: str, /) -> None:
        """Start it for, and under the id of, an analysis or an erasure; starting it twice starts it once."""
        ...


class LanguageModel(Protocol):
    """Words and orders what was found; it never computes."""

    @property
    def name(self) -> str:
        """The model that is asked; calls are priced by it."""
        ...

    @property
    def most_tokens_out(self) -> int:
        """How many tokens an answer takes at most."""
        ...

    def is_available(self) -> bool:
        """Whether there is a key to ask with. Raises ``StoreError`` where that cannot be found out."""
        ...

    def answer(self, prompt: Prompt, seconds: float) -> Answer:
        """Ask once. Takes no longer than ``seconds``, whatever the provider does.

        Raises ``LanguageModelError`` where no answer came, and so nothing is known to be paid.
        """
        ...


class AnswerStore(Protocol):
    """Answers of the language model that are paid for, kept with their analysis and erased with it."""

    def find(self, analysis_id: str, agent: AgentName, digest: str) -> Answer | None: ...

    def put(self, analysis_id: str, agent: AgentName, digest: str, answer: Answer) -> None: ...

    def of_analysis(self, analysis_id: str) -> Sequence[tuple[AgentName, Answer]]:
        """All that were paid for, by agent."""
        ...


class SpendingLog(Protocol):
    """What the language model costs a day, by user and of all; exact, however many processes spend at once."""

    def hold(self, user_id: str, nano_usd: int, limits: SpendingLimits, at: datetime) -> Hold | None:
        """Put money aside before a call; None where a limit would be passed. Raises ``StoreError``."""
        ...

    def settle(self, hold: Hold, usage: Usage, nano_usd: int) -> None:
        """Replace what was put aside by what the call cost. Raises ``StoreError``."""
        ...

    def release(self, hold: Hold) -> None:
        """Give back what was put aside for a call that cost nothing. Raises ``StoreError``."""
        ...

    def of_user(self, user_id: str, day: date) -> Spent:
        """Zero where nothing is known."""
        ...

    def of_all(self, day: date) -> Spent: ...


class RateLimiter(Protocol):
    """Counts requests, exactly, however many processes ask at once."""

    def take(self, user_id: str, limit: RateLimit, at: datetime) -> Allowance:
        """Count one request of the user's, unless the window is used up. Raises ``StoreError``."""
        ...


class CircuitBreaker(Protocol):
    """Says whether a dependency is worth asking, by what became of earlier calls in all processes.

    ``dependency`` is a fixed word. Ask before each call and tell how it went; what is neither a success nor a
    failure of the dependency (it refused a wrong request, the caller went away) is not told. No method raises:
    where the state is out of reach, everything is allowed.
    """

    def admit(self, dependency: str, at: datetime) -> Admission:
        """Whether one call may be made; of all callers after an outage one is allowed, as the probe."""
        ...

    def succeeded(self, dependency: str, at: datetime) -> None: ...

    def failed(self, dependency: str, at: datetime) -> None: ...


class IdempotencyStore(Protocol):
    """Requests that may be sent again, and their answers for a while. All methods raise ``StoreError``."""

    def claim(self, key: RequestKey, at: datetime, keep_for: timedelta) -> Claim:
        """Ask to answer a request; of many who ask at once, one is let.

        What was claimed is kept for ``keep_for``, to the second; a claim without an answer lapses after a while.
        """
        ...

    def answer(self, key: RequestKey, text: str) -> None:
        """Keep the answer of a request that was claimed."""
        ...

    def release(self, key: RequestKey) -> None:
        """Let others answer a request that was claimed: it could not be answered."""
        ...


class TicketStore(Protocol):
    """Stream tickets, for their short life."""

    def put(self, ticket: StreamTicket) -> None:
        """Keep it until it expires, to the second, at least."""
        ...

    def find(self, digest: str) -> StreamTicket:
        """Raises ``NotFoundError``. One that has expired may still be found."""
        ...


class Cache(Protocol):
    """Bytes under keys, for a while and for all processes. Whatever is in it may vanish at any moment."""

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Those of ``keys`` that there are, as they stand now. Raises ``StoreError``."""
        ...

    def put(self, key: str, value: bytes, lifetime: timedelta) -> None:
        """Keep or replace a value. Raises ``StoreError``; ``TooLargeError`` where it cannot be kept in one piece."""
        ...


class KeySet(Protocol):
    """The public keys by which an issuer's tokens are verified."""

    @property
    def issuer(self) -> str:
        """The ``iss`` of its tokens."""
        ...

    def fetch(self) -> Mapping[str, Any]:
        """Its present JSON Web Key Set (RFC 7517), unchecked. Raises ``StoreUnavailableError``."""
        ...
