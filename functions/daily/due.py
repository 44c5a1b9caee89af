"""In which time zones it is morning, and which analyses that asks for; pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from holisticos.contracts.errors import InputError
from holisticos.contracts.names import Trigger
from holisticos.services.analysis_requests import AnalysisRequest, derive_analysis_id

SLOT: Final = timedelta(minutes=15)
"""How often it is asked: clocks of the world differ by whole quarters of an hour."""

TIME_ALLOWED: Final = timedelta(hours=1)
"""More than a user's own request gets: between storing and starting lie a whole page and perhaps a retry."""


def slot_of(scheduled_for: datetime) -> datetime:
    """The quarter of an hour that a run stands for, however late it is."""
    instant = scheduled_for.astimezone(UTC)
    return instant.replace(minute=instant.minute - instant.minute % 15, second=0, microsecond=0)


def mornings(slot: datetime, at: time) -> dict[str, date]:
    """The time zones whose clocks came to ``at`` since the slot before, sorted by name, and of which local day.

    Clocks that jump over it come to it by jumping. Clocks that are put back may come to it twice: then the
    analyses have the same ids, and the second time nothing happens.
    """
    return {name: day for name in all_zones() if (day := _morning(slot, at, name)) is not None}


@cache
def all_zones() -> Sequence[str]:
    """Every zone that a profile can name, links and their targets alike."""
    return sorted(available_timezones())


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


def sampled(analysis_ids: Sequence[str], percent: int) -> tuple[str, ...]:
    """Those whose users' data are reconciled: ``percent`` of them, by ids that are as good as random.

    The same each time for the same day, other users the next: an id follows from user and day.
    """
    return tuple(id_ for id_ in analysis_ids if int(id_[-8:], 16) % 100 < percent)


def position(cursor: str | None) -> tuple[str, str | None]:
    """The zone a run goes on with, and the cursor in it. Raises ``InputError``."""
    if cursor is None:
        return "", None
    zone, separator, inside = cursor.partition("|")
    if not separator:
        raise InputError("cursor is not one of ours")
    return zone, inside or None


def cursor_at(zone: str, inside: str | None) -> str:
    return f"{zone}|{inside or ''}"


def _morning(slot: datetime, at: time, timezone: str) -> date | None:
    zone = ZoneInfo(timezone)
    # Wall clocks, as people read them.
    now, before = (moment.astimezone(zone).replace(tzinfo=None) for moment in (slot, slot - SLOT))
    days = (now.date(), before.date())
    return next((day for day in days if before < datetime.combine(day, at) <= now), None)
