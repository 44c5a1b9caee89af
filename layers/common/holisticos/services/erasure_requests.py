"""Asking for the erasure of everything that is kept of a user."""

from uuid import uuid4

from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import ConflictError
from holisticos.ports import AuditLog, Clock, ErasureStore, WorkflowStarter


def request_erasure(
    user_id: str,
    correlation_id: str,
    *,
    actor: str,
    erasures: ErasureStore,
    audit: AuditLog,
    workflow: WorkflowStarter,
    clock: Clock,
) -> Erasure:
    """Store an erasure and start its workflow, or find the one that is under way.

    A user has one at a time, so that a repeated request gives the same. One that failed is taken up by a new
    one, since nothing may be left half erased. The audit record is written first.
    """
    now = clock.now()
    audit.append(
        AuditRecord(
            user_id=user_id,
            at=now,
            action=AuditAction.ERASURE_REQUESTED,
            actor=actor,
            resource="user",
            correlation_id=correlation_id,
        )
    )
    wanted = Erasure(
        erasure_id=f"er-{uuid4().hex}",
        user_id=user_id,
        status=ErasureStatus.REQUESTED,
        requested_at=now,
        correlation_id=correlation_id,
    )
    erasure = _stored(wanted, erasures)
    # Again where it was started before: the first request may have died between storing and starting.
    workflow.start(erasure.erasure_id, erasure.correlation_id)
    return erasure


def _stored(wanted: Erasure, erasures: ErasureStore) -> Erasure:
    try:
        erasures.create(wanted)
    except ConflictError:
        present = erasures.latest(wanted.user_id)
        if present.status is not ErasureStatus.FAILED:
            return present
        erasures.create(wanted, instead_of=present.erasure_id)
    return wanted
