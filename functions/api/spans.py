"""The days a request is about."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from functions.api.problems import FieldError, invalid
from functions.api.schemas import EARLIEST
from holisticos.contracts.analysis import AnalysisWindow
from holisticos.health.windows import last_complete_day

MAX_DAYS: Final = 90
USUAL_DAYS: Final = 7

DATE_RANGE: Final = r"^([1-9][0-9]?d|\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2})$"
"""Some days back from the last complete one, or an ISO 8601 interval of dates with both included."""

_DESCRIBED_DATE: Final = r"[2-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"

DESCRIBED_DATE_RANGE: Final = rf"^(([1-9]|[1-8]\d|90)d|{_DESCRIBED_DATE}/{_DESCRIBED_DATE})$"
"""What ``span_of_range`` takes, as far as a pattern can say it; what it cannot, or what is wrong, is said in words."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY: Final = timedelta(days=1)


def _iso_date(value: Any) -> Any:
    """Pydantic alone would take numbers for seconds since 1970."""
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise PydanticCustomError("iso_date", "must be an ISO 8601 date, as 2026-03-14")
    return value


LocalDate = Annotated[
    date,
    # JSON Schema knows no least date.
    Field(ge=EARLIEST.date(), json_schema_extra={"pattern": f"^{_DESCRIBED_DATE}$"}),
    BeforeValidator(_iso_date),
]
"""A day in the time zone of the user's profile."""


@dataclass(frozen=True, slots=True)
class LocalSpan:
    """Local days, and the instants between which their records lie."""

    window: AnalysisWindow
    start: datetime
    end: datetime

    def holds(self, day: date) -> bool:
        return self.window.start <= day <= self.window.end


def span_of_dates(first: date | None, last: date | None, timezone: str, now: datetime) -> LocalSpan:
    """From ``first`` to ``last``, both included; by default the last seven complete days.

    Raises the problem ``invalid-request`` for a span that is turned round, longer than ``MAX_DAYS`` or not over.
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    for field, day in (("start_date", first), ("end_date", last)):
        if day is not None and day > today:
            raise _wrong(field, "must not be after today")
    if last is None:
        complete = last_complete_day(now, ZoneInfo(timezone))
        last = complete if first is None else max(first, complete)
    if first is None:
        first = max(EARLIEST.date(), last - (USUAL_DAYS - 1) * _DAY)
    if first > last:
        raise _wrong("start_date", "must not be after end_date")
    if (last - first).days >= MAX_DAYS:
        raise _wrong("start_date", f"must be at most {MAX_DAYS} days before end_date")
    return _span(first, last, timezone, now)


def span_of_range(date_range: str, timezone: str, now: datetime) -> LocalSpan:
    """The span of what matches ``DATE_RANGE``. Raises as ``span_of_dates``, and for dates there are none of."""
    if date_range.endswith("d"):
        last = last_complete_day(now, ZoneInfo(timezone))
        days = int(date_range[:-1])
        if days > MAX_DAYS:
            raise _wrong("date_range", f"must be at most {MAX_DAYS} days")
        return _span(last - (days - 1) * _DAY, last, timezone, now)
    try:
        first, last = (date.fromisoformat(text) for text in date_range.split("/"))
    except ValueError:
        raise _wrong("date_range", "has a date that does not exist") from None
    if first < EARLIEST.date():
        raise _wrong("date_range", f"must not begin before {EARLIEST.date()}")
    if first > last:
        raise _wrong("date_range", "must not end before it begins")
    if last > now.astimezone(ZoneInfo(timezone)).date():
        raise _wrong("date_range", "must not end after today")
    if (last - first).days >= MAX_DAYS:
        raise _wrong("date_range", f"must be at most {MAX_DAYS} days")
    return _span(first, last, timezone, now)


def _span(first: date, last: date, timezone: str, now: datetime) -> LocalSpan:
    zone = ZoneInfo(timezone)
    return LocalSpan(
        window=AnalysisWindow(start=first, end=last, timezone=timezone),
        # The first night began the evening before.
        start=datetime.combine(first - _DAY, time(), zone),
        end=min(datetime.combine(last + _DAY, time(), zone), now.astimezone(zone)),
    )


def _wrong(field: str, detail: str) -> Exception:
    return invalid(FieldError(location="query", field=field, detail=detail))
