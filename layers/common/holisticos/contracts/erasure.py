"""The erasure of everything that is kept of a user, from request to proof."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from holisticos.contracts.base import Contract


class ErasureStatus(StrEnum):
    REQUESTED = "requested"
    COMPLETED = "completed"
    FAILED = "failed"


class Erasure(Contract):
    """The tombstone: what remains of a user is that they were erased, when, and how much of what."""

    schema_version: int = 1
    erasure_id: str
    user_id: str
    status: ErasureStatus
    requested_at: datetime
    completed_at: datetime | None = None
    correlation_id: str
    erased: dict[str, int] = Field(default={}, description="how many of what were erased")
