"""What concerns a user's rights over their data: feedback, audit trail, export, erasure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from functions.api.schemas import Request
from functions.api.spans import LocalDate
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.feedback import MAX_NOTE, Adherence, Feedback


def _plain_text(value: str) -> str:
    """Lines and tabs are text; other control characters only serve to confuse whoever shows it."""
    if any(not letter.isprintable() and letter not in "\n\t" and not letter.isspace() for letter in value):
        raise PydanticCustomError("control_characters", "must not have control characters")
    return value.strip()


Note = Annotated[str, Field(max_length=MAX_NOTE), AfterValidator(_plain_text)]


class FeedbackRequest(Request):
    """What became of a recommendation."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"adherence": "partly", "helpful": True, "note": "Not on weekends."}]}
    )

    adherence: Adherence = Field(description="whether it was followed")
    helpful: StrictBool | None = Field(default=None, description="whether it helped, where that can be told")
    note: Note | None = Field(default=None, description="in the user's own words; kept and shown, never interpreted")


class FeedbackView(BaseModel):
    """An answer as it was kept."""

    schema_version: int = 1
    recommendation_id: str
    analysis_id: str = Field(description="the analysis that gave the recommendation")
    at: datetime
    adherence: Adherence
    helpful: bool | None = None
    note: str | None = None

    @classmethod
    def of(cls, feedback: Feedback) -> Self:
        return cls.model_validate(feedback.model_dump(exclude={"user_id"}))


class Actor(StrEnum):
    """Who used the data."""

    SELF = "self"
    SERVICE = "service"
    SOMEBODY_ELSE = "somebody_else"
    """Another user, who was refused, or an operator: one user is not told who another is."""


class AuditView(BaseModel):
    """One use of a user's data."""

    at: datetime
    action: AuditAction
    actor: Actor
    resource: str = Field(description="what was used: an analysis id, `profile`, `biomarkers` and the like")
    success: bool
    correlation_id: str
    counts: dict[str, int] = Field(default={}, description="how many of what, where the record is to prove it")

    @classmethod
    def of(cls, record: AuditRecord) -> Self:
        actor = Actor.SELF if record.actor == record.user_id else Actor.SOMEBODY_ELSE
        if record.by_service:
            actor = Actor.SERVICE
        return cls(**record.model_dump(exclude={"user_id", "actor"}), actor=actor)


class AuditPage(BaseModel):
    """Uses of a user's data, newest first."""

    items: list[AuditView]
    next_cursor: str | None = Field(default=None, description="asks for the next page; absent on the last one")

    @classmethod
    def of(cls, records: Sequence[AuditRecord], next_cursor: str | None) -> Self:
        return cls(items=[AuditView.of(record) for record in records], next_cursor=next_cursor)


class ExportRequest(Request):
    """Which days of health data to export; everything else is always exported whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"start_date": "2026-01-01"}]})

    start_date: LocalDate | None = Field(default=None, description="first day; by default a year before the last")
    end_date: LocalDate | None = Field(default=None, description="last day, included; by default today")


class ExportedFile(BaseModel):
    """One file in an archive."""

    name: str
    bytes: int
    records: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ExportView(BaseModel):
    """An archive that can be fetched for a short time."""

    schema_version: int = 1
    export_id: str
    created_at: datetime
    expires_at: datetime = Field(description="when `url` stops working")
    media_type: str = "application/zip"
    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the archive")
    files: list[ExportedFile]
    url: str = Field(description="fetch it without the access token; whoever has this link has the data")


class ErasureView(BaseModel):
    """How far the erasure of a user is, and what it proves once it is completed."""

    schema_version: int = 1
    erasure_id: str
    status: ErasureStatus
    requested_at: datetime
    completed_at: datetime | None = None
    erased: dict[str, int] = Field(default={}, description="how many of what were erased")
    links: "ErasureLinks"

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        return cls(**erasure.model_dump(include=set(cls.model_fields)), links=ErasureLinks.of(erasure.user_id))


class ErasureLinks(BaseModel):
    """Paths below the base URL of the API."""

    self: str

    @classmethod
    def of(cls, user_id: str) -> Self:
        return cls(self=f"/api/v1/users/{user_id}/erasure")
