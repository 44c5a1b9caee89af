"""Comparing our database with the health API, and repairing it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from holisticos.contracts.names import Part
from holisticos.contracts.workflow import ReconciledPart, ReconcileOutcome
from holisticos.health.privacy import shared_archetypes, shared_biomarkers, shared_scores
from holisticos.health.profile import Profile
from holisticos.health.reconciling import compare
from holisticos.health.records import Records, Score
from holisticos.health.versions import HealthRecord
from holisticos.ports import HealthSource

DAYS: Final = 14
"""Longer than any outage should last that nobody noticed; older records hardly change any more."""

Store = Callable[[str, Sequence[HealthRecord], datetime], int]
"""Stores what was read of a user at an instant; how many rows were changed."""

Read = Callable[[HealthSource, str, datetime, datetime], Awaitable[Records[Any]]]

_PARTS: Final[dict[Part, tuple[Read, Callable[..., Records[Any]]]]] = {
    Part.SCORES: (lambda source, *span: source.scores(*span), shared_scores),
    Part.BIOMARKERS: (lambda source, *span: source.biomarkers(*span), shared_biomarkers),
    Part.ARCHETYPES: (lambda source, *span: source.archetypes(*span), shared_archetypes),
}


async def reconcile(
    profile: Profile,
    until: datetime,
    *,
    days: int = DAYS,
    upstream: HealthSource,
    database: HealthSource,
    store: Store,
    now: datetime,
) -> ReconcileOutcome:
    """Make the database what the health API says of the ``days`` local days before ``until``.

    What the database has alone is counted and left: the health API may have forgotten what was imported. What the
    user withholds is neither compared nor stored. Raises ``HealthSourceError`` where one of the two cannot be read,
    and nothing is changed then, or where a part cannot be stored.
    """
    zone = ZoneInfo(profile.timezone)
    end = until.astimezone(zone)
    start = datetime.combine(end.date() - timedelta(days=days), time(), zone)

    async def both(part: Part) -> tuple[list[HealthRecord], list[HealthRecord]]:
        read, share = _PARTS[part]
        answers = await asyncio.gather(*(read(one, profile.user_id, start, end) for one in (upstream, database)))
        shared = (share(answer, profile.privacy.withheld_categories).kept for answer in answers)
        first, second = ([record for record in records if _begins(record) >= start] for records in shared)
        return first, second

    found = dict(zip(_PARTS, await asyncio.gather(*map(both, _PARTS)), strict=True))
    outcome: dict[Part, ReconciledPart] = {}
    for part, (wanted, present) in found.items():
        difference = compare(wanted, present)
        repairs = (*difference.missing, *difference.outdated)
        repaired = await asyncio.to_thread(store, profile.user_id, repairs, now) if repairs else 0
        outcome[part] = ReconciledPart(
            upstream=difference.upstream,
            stored=difference.stored,
            missing=len(difference.missing),
            outdated=len(difference.outdated),
            surplus=difference.surplus,
            repaired=repaired,
        )
    return ReconcileOutcome(parts=outcome)


def _begins(record: HealthRecord) -> datetime:
    """Sources differ in whether what began before a span belongs to it."""
    return record.at if isinstance(record, Score) else record.start
