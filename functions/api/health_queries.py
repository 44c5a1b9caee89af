"""What clients may ask of the health data; unknown parameters are refused like unknown fields."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from functions.api import cursors
from functions.api.schemas import Instant
from functions.api.spans import DATE_RANGE, DESCRIBED_DATE_RANGE, MAX_DAYS, LocalDate
from holisticos.contracts.names import Category
from holisticos.health.devices import DeviceType

TypeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""As the source names a kind of score or biomarker."""


def _true_or_false(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if value not in {"true", "false"}:
        raise PydanticCustomError("true_or_false", "must be true or false")
    return value == "true"


Flag = Annotated[bool, BeforeValidator(_true_or_false)]


class Question(BaseModel):
    """Base of all sets of query parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ContextQuestion(Question):
    days: int = Field(default=7, ge=1, le=MAX_DAYS, description="how many complete days up to `as_of`")
    include_memory: Flag = Field(default=True, description="whether to add what earlier analyses left")
    as_of: Instant | None = Field(
        default=None,
        description="as of then rather than now; an instant with offset, not in the future",
        examples=["2026-03-14T09:00:00+01:00"],
    )


class DaysQuestion(Question):
    start_date: LocalDate | None = Field(
        default=None, description="first day; by default six days before the last", examples=["2026-03-08"]
    )
    end_date: LocalDate | None = Field(
        default=None,
        description="last day, included; by default the last complete one. Today is allowed and in progress",
        examples=["2026-03-14"],
    )


class ScoresQuestion(DaysQuestion):
    score_types: list[TypeName] = Field(
        default=[], max_length=20, description="only these; by default all", examples=[["sleep", "readiness"]]
    )


class BiomarkersQuestion(DaysQuestion):
    categories: list[Category] = Field(
        default=[], max_length=len(Category), description="only these; by default all", examples=[["activity"]]
    )
    limit: int = Field(default=500, ge=1, le=2000, description="records in a page")
    cursor: str | None = Field(default=None, pattern=cursors.PATTERN, description="`next_cursor` of the page before")


class WearableQuestion(Question):
    device_types: list[DeviceType] = Field(
        default=[],
        max_length=len(DeviceType),
        description="only records of these; by default all. A record that names no device is `unknown`",
        examples=[["watch", "unknown"]],
    )
    metrics: list[TypeName] = Field(
        default=[], max_length=50, description="only these; by default all", examples=[["steps", "sleep_duration"]]
    )
    date_range: str = Field(
        default="7d",
        pattern=DATE_RANGE,
        json_schema_extra={"pattern": DESCRIBED_DATE_RANGE},
        description="days back from the last complete one, as `30d`, or an ISO 8601 interval with both days included",
        examples=["2026-03-08/2026-03-14", "30d"],
    )
