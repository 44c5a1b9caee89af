"""Which analyses a day asks for; pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holisticos.contracts.errors import InputError
from holisticos.contracts.names import Trigger
from holisticos.services.analysis_requests import AnalysisRequest, derive_analysis_id

TIME_ALLOWED = timedelta(hours=1)
"""More than a user's own request gets: between storing and starting lie a whole page and perhaps a retry."""


def local_day(scheduled_for: datetime, timezone: str) -> date:
    """The local date of the instant the schedule stands for, however late it is run."""
    try:
        return scheduled_for.astimezone(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("timezone is not an IANA time zone") from None


def daily_requests(
    users: Sequence[str], *, day: date, scheduled_for: datetime, correlation_id: str
) -> dict[str, AnalysisRequest]:
    """The analysis of each user for ``day``, keyed by its id: one a user and day, however often it is asked for."""
    return {
        derive_analysis_id(user_id, day): AnalysisRequest(
            user_id=user_id,
            actor="function:daily",
            correlation_id=correlation_id,
            trigger=Trigger.DAILY,
            as_of=scheduled_for,
            time_allowed=TIME_ALLOWED,
        )
        for user_id in users
    }
