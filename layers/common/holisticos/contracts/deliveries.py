"""What waits in the queue of deliveries, and what becomes of it.

Messages name a user and carry health data: the queue is encrypted, and nothing of a message is ever logged.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from holisticos.contracts.base import Contract
from holisticos.contracts.names import Part

USER_ID_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}$"


class WebhookEvent(StrEnum):
    """What the source announces, by the names it uses."""

    SCORE_CREATED = "ScoreCreatedIntegrationEvent"
    BIOMARKER_CREATED = "BiomarkerCreatedIntegrationEvent"
    ARCHETYPE_CREATED = "ArchetypeCreatedIntegrationEvent"
    DATA_LOG_RECEIVED = "DataLogReceivedIntegrationEvent"


class WebhookDelivery(Contract):
    """One signed webhook, verified and not yet looked into."""

    kind: Literal["webhook"] = "webhook"
    user_id: str = Field(pattern=USER_ID_PATTERN)
    event_type: str = Field(min_length=1, max_length=100)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the raw body")
    body: str = Field(description="the raw body, packed")
    received_at: AwareDatetime
    correlation_id: str


class FetchedRecords(Contract):
    """Records as the health API gave them to somebody who asked; they go into our database too."""

    kind: Literal["fetched"] = "fetched"
    user_id: str = Field(pattern=USER_ID_PATTERN)
    part: Part
    body: str = Field(description="a JSON list of records, packed")
    read_at: AwareDatetime
    correlation_id: str


class PointsCheck(Contract):
    """Look again whether enough new data came for an analysis; one was running when it was due."""

    kind: Literal["points_check"] = "points_check"
    user_id: str = Field(pattern=USER_ID_PATTERN)
    correlation_id: str


AnyMessage = WebhookDelivery | FetchedRecords | PointsCheck
Message = Annotated[AnyMessage, Field(discriminator="kind")]
MESSAGES: Final[TypeAdapter[AnyMessage]] = TypeAdapter(Message)


class Intake(Contract):
    """What a delivery changed; the same answer however often it is delivered."""

    changed: int = Field(ge=0, description="records that were new or had new content")
    refused: bool = Field(default=False, description="the same bytes were delivered for another user before")


class DataPoints(Contract):
    """Records of a user that were new or changed: since the beginning, and those an analysis was asked for."""

    total: int = Field(default=0, ge=0)
    analysed: int = Field(default=0, ge=0)
    check_due_at: AwareDatetime | None = Field(default=None, description="when a check that is under way looks again")

    @property
    def pending(self) -> int:
        return self.total - self.analysed


class AsideReason(StrEnum):
    """Why something was set aside."""

    UNKNOWN_EVENT = "unknown_event"
    UNREADABLE_BODY = "unreadable_body"
    UNUSABLE_RECORD = "unusable_record"
    DELIVERED_FOR_ANOTHER_USER = "delivered_for_another_user"


class Aside(Contract):
    """Something that was delivered and cannot be stored as records."""

    event_type: str
    reason: AsideReason
    sha256: str
    body: str
    received_at: AwareDatetime


CHECK_AGAIN: Final = timedelta(seconds=60)
"""How long after a running analysis was met it is looked again."""
