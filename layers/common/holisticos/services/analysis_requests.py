"""Asking for an analysis: by a user through the API, or once a day for those who want it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.errors import AnalysisRunningError, ConflictError, NotFoundError
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AnalysisStatus, AnalysisType, Archetype, Trigger
from holisticos.ports import AnalysisStore, AuditLog, Clock, WorkflowStarter
from holisticos.services.analysis_progress import read_progress

TIME_ALLOWED = timedelta(minutes=5)
"""Longer than the workflow's own timeouts together; an analysis that is not final by then was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRequest:
    """What is asked for.

    ``actor`` is the signed-in user, or the function that asks for the system; ``as_of`` is by default the
    instant of the request.
    """

    user_id: str
    actor: str
    correlation_id: str
    trigger: Trigger = Trigger.USER
    analysis_type: AnalysisType = AnalysisType.AUTO
    archetype: Archetype | None = None
    as_of: datetime | None = None
    time_allowed: timedelta = TIME_ALLOWED


@dataclass(frozen=True, slots=True)
class RequestedAnalysis:
    """The analysis as it is stored; ``created`` is false where an earlier request made it."""

    head: AnalysisHead
    created: bool


def derive_analysis_id(user_id: str, key: str | date | int | None = None) -> str:
    """The id of an analysis: the same for the same user and key, another user's key is another id.

    ``key`` is the client's idempotency key, the local day of a daily analysis, or the number of data points at
    which the last analysis of new data was asked for; without one the id is random. Keys of two kinds that spell
    the same give different ids.
    """
    match key:
        case None:
            return f"an-{uuid4().hex}"
        case date():
            kind, text = "daily", key.isoformat()
        case int():
            kind, text = "points", str(key)
        case _:
            kind, text = "key", key
    # Length first, so that no two pairs of user and key spell the same text.
    return f"an-{sha256(f'{kind}:{len(user_id)}:{user_id}:{text}'.encode()).hexdigest()[:32]}"


def register_analysis(
    analysis_id: str,
    request: AnalysisRequest,
    *,
    analyses: AnalysisStore,
    audit: AuditLog,
    clock: Clock,
    alone: bool = False,
) -> RequestedAnalysis:
    """Store a queued analysis, or find the one that an earlier request stored under this id.

    The audit record is written first: what cannot be recorded does not happen. Raises ``AnalysisRunningError``
    where it is to run ``alone`` and another one of the user's runs.
    """
    now = clock.now()
    audit.append(
        AuditRecord(
            user_id=request.user_id,
            at=now,
            action=AuditAction.ANALYSIS_REQUESTED,
            actor=request.actor,
            resource=analysis_id,
            correlation_id=request.correlation_id,
        )
    )
    head = AnalysisHead(
        analysis_id=analysis_id,
        user_id=request.user_id,
        analysis_type=request.analysis_type,
        archetype=request.archetype,
        trigger=request.trigger,
        status=AnalysisStatus.QUEUED,
        as_of=request.as_of or now,
        requested_at=now,
        deadline_at=now + request.time_allowed,
        correlation_id=request.correlation_id,
    )
    queued = NewEvent(at=now, type=EventType.QUEUED, progress=0, message="Your analysis is queued")
    try:
        if alone:
            _create_alone(head, queued, analyses, clock)
        else:
            analyses.create(head, queued)
    except AnalysisRunningError:
        raise
    except ConflictError:
        return RequestedAnalysis(analyses.head(analysis_id), created=False)
    return RequestedAnalysis(head, created=True)


def request_analysis(
    analysis_id: str,
    request: AnalysisRequest,
    *,
    analyses: AnalysisStore,
    audit: AuditLog,
    workflow: WorkflowStarter,
    clock: Clock,
) -> RequestedAnalysis:
    """Store an analysis and start its workflow, where no other one of the user's runs.

    Raises ``AnalysisRunningError`` where one does, whoever asked for it. A repeated request under the same id
    starts it again while it is queued: the first one may have died between storing and starting, and starting
    twice starts once.
    """
    requested = register_analysis(analysis_id, request, analyses=analyses, audit=audit, clock=clock, alone=True)
    if requested.head.status is AnalysisStatus.QUEUED:
        workflow.start(analysis_id, requested.head.correlation_id)
    return requested


def _create_alone(head: AnalysisHead, event: NewEvent, analyses: AnalysisStore, clock: Clock) -> None:
    """Store it once no other analysis of the user's runs; of several that are asked for at once, one is stored."""
    ended: str | None = None
    while True:
        try:
            return analyses.create(head, event, alone=True, instead_of=ended)
        except AnalysisRunningError as latest:
            if _runs(latest.analysis_id, analyses, clock):
                raise
            ended = latest.analysis_id


def _runs(analysis_id: str, analyses: AnalysisStore, clock: Clock) -> bool:
    try:
        return not read_progress(analysis_id, analyses=analyses, clock=clock).head.status.is_final
    except NotFoundError:
        return False
