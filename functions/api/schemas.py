"""Requests and answers of the API. Requests are strict, answers may grow."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from functions.api.problems import UNKNOWN_ARCHETYPE
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.events import Event
from holisticos.contracts.names import AnalysisStatus, AnalysisType, Archetype, Area, Category, PartOfDay, Trigger
from holisticos.health.profile import Preferences, PrivacyPreferences, Profile
from holisticos.services.analysis_progress import AnalysisProgress

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nobody wore a device before."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


def _known_archetype(value: Any) -> Any:
    if not isinstance(value, str) or value not in set(Archetype):
        raise PydanticCustomError(UNKNOWN_ARCHETYPE.slug, f"known archetypes are: {', '.join(Archetype)}")
    return value


def _known_timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("unknown_timezone", "must be an IANA time zone, as Europe/Berlin") from None
    return value


def _iso_instant(value: Any) -> Any:
    """Pydantic alone would take numbers for seconds since 1970."""
    if not (isinstance(value, str) and _INSTANT.fullmatch(value)):
        raise PydanticCustomError(
            "iso_instant", "must be an ISO 8601 instant with offset, as 2026-03-14T09:00:00+01:00"
        )
    return value


KnownArchetype = Annotated[Archetype, BeforeValidator(_known_archetype)]

Instant = Annotated[AwareDatetime, Field(ge=EARLIEST), BeforeValidator(_iso_instant)]


class Request(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AnalyzeRequest(Request):
    """What to analyse; an empty body asks for the usual."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"archetype": "Foundation Builder", "analysis_type": "initial"}, {}]}
    )

    archetype: KnownArchetype | None = Field(default=None, description="by default that of the profile")
    analysis_type: AnalysisType = AnalysisType.AUTO
    as_of: Instant | None = Field(
        default=None,
        description="analyse as of then rather than now; an instant with offset, not in the future",
        examples=["2016-05-12T23:59:59+02:00"],
    )


class PrivacySettings(Request):
    """What may be used; a withheld category is neither fetched nor analysed nor sent anywhere."""

    withheld_categories: frozenset[Category]
    share_with_language_model: StrictBool


class PlanSettings(Request):
    """What a plan should be like."""

    not_wanted: frozenset[Area] = Field(description="areas in which no advice is wanted")
    move_in_the: PartOfDay | None = Field(description="when walks are to be suggested; null: no matter")


class ProfileSettings(Request):
    """All settings of a user."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "timezone": "Europe/Berlin",
                    "language": "en",
                    "archetype": "Systematic Improver",
                    "privacy": {"withheld_categories": ["reproductive"], "share_with_language_model": False},
                    "daily_analysis": True,
                    "preferences": {"not_wanted": ["eating"], "move_in_the": "morning"},
                }
            ]
        }
    )

    timezone: Annotated[str, Field(max_length=64), AfterValidator(_known_timezone)] = Field(
        description="IANA name; local days follow from it"
    )
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", description="of texts, where there is a choice")
    archetype: KnownArchetype | None = Field(description="how much change to take on; null: not chosen yet")
    privacy: PrivacySettings
    daily_analysis: StrictBool = Field(description="whether to be analysed every morning")
    preferences: PlanSettings | None = Field(default=None, description="absent: they stay as they are")

    def of(self, before: Profile) -> Profile:
        """These settings for the user of ``before``; whether the data are generated is not for them to say."""
        kept = {"user_id": before.user_id, "synthetic": before.synthetic, "preferences": before.preferences}
        return Profile(**(kept | self.model_dump(exclude_none=True)))


class ProfileView(BaseModel):
    """The settings in force."""

    schema_version: int = 1
    user_id: str
    timezone: str
    language: str
    archetype: Archetype | None
    privacy: PrivacyPreferences
    daily_analysis: bool
    preferences: Preferences
    synthetic: bool = Field(description="true where this person's data are generated")

    @classmethod
    def of(cls, profile: Profile) -> Self:
        return cls.model_validate(profile.model_dump())


class Links(BaseModel):
    """Paths below the base URL of the API."""

    self: str
    stream: str

    @classmethod
    def of(cls, analysis_id: str) -> Self:
        return cls(self=f"/api/v1/analysis/{analysis_id}", stream=f"/api/v1/analysis/{analysis_id}/stream")


class AnalysisAccepted(BaseModel):
    """The receipt of a request; the same for every repetition with the same Idempotency-Key."""

    analysis_id: str
    requested_at: datetime
    deadline_at: datetime = Field(description="it has a final status by then")
    links: Links

    @classmethod
    def of(cls, head: AnalysisHead) -> Self:
        return cls(
            analysis_id=head.analysis_id,
            requested_at=head.requested_at,
            deadline_at=head.deadline_at,
            links=Links.of(head.analysis_id),
        )


class AnalysisView(BaseModel):
    """How far an analysis is, and its result once it has one."""

    schema_version: int = 1
    analysis_id: str
    user_id: str
    analysis_type: AnalysisType
    archetype: Archetype | None = None
    trigger: Trigger
    status: AnalysisStatus
    progress: int = Field(ge=0, le=100, description="percent")
    message: str = Field(description="the latest news, for people")
    last_event_id: int = Field(description="where the stream can be taken up")
    as_of: datetime
    requested_at: datetime
    deadline_at: datetime
    completed_at: datetime | None = None
    reason: str | None = Field(default=None, description="why it failed")
    links: Links
    result: AnalysisResult | None = Field(default=None, description="present where it ended with one")

    @classmethod
    def of(cls, progress: AnalysisProgress, result: AnalysisResult | None) -> Self:
        latest = progress.events[-1]
        return cls(
            **progress.head.model_dump(exclude={"schema_version", "correlation_id"}),
            progress=max(event.progress for event in progress.events),
            message=latest.message,
            last_event_id=latest.seq,
            links=Links.of(progress.head.analysis_id),
            result=result,
        )


class AnalysisSummary(BaseModel):
    """One analysis in a list."""

    analysis_id: str
    analysis_type: AnalysisType
    archetype: Archetype | None = None
    trigger: Trigger
    status: AnalysisStatus
    as_of: datetime
    requested_at: datetime
    completed_at: datetime | None = None
    reason: str | None = None
    links: Links

    @classmethod
    def of(cls, head: AnalysisHead) -> Self:
        return cls(**head.model_dump(include=set(cls.model_fields)), links=Links.of(head.analysis_id))


class AnalysisPage(BaseModel):
    """A page of a list."""

    items: list[AnalysisSummary]
    next_cursor: str | None = Field(default=None, description="asks for the next page; absent on the last one")

    @classmethod
    def of(cls, heads: Sequence[AnalysisHead], next_cursor: str | None) -> Self:
        return cls(items=[AnalysisSummary.of(head) for head in heads], next_cursor=next_cursor)


class ProgressEvent(Event):
    """The ``data`` of one event of the stream."""

    schema_version: int = 1
    analysis_id: str

    @classmethod
    def of(cls, event: Event, analysis_id: str) -> Self:
        return cls(**event.model_dump(), analysis_id=analysis_id)


class StreamTicketView(BaseModel):
    """What opens one stream for a while; whoever has it can follow."""

    ticket: str
    expires_at: datetime
    url: str = Field(description="path and query below the base URL of the API, for an EventSource")
