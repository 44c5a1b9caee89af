"""What a user's feed says of a delivery; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from functions.ingest.reading import Delivered
from holisticos.contracts.feed import MAX_READINGS, FeedEventType, NewFeedEvent, Reading
from holisticos.health.records import ArchetypeRecord, Biomarker, Score
from holisticos.health.versions import HealthRecord


def event_of(delivered: Delivered, changed: int, at: datetime) -> NewFeedEvent:
    """The event of a delivery that ``changed`` something, or that brought raw logs."""
    if delivered.logs is not None:
        return NewFeedEvent(at=at, type=FeedEventType.DATA_LOGS_RECEIVED, counts=dict(delivered.logs))
    readings = sorted(map(_reading, delivered.records), key=lambda one: (one.end, one.type), reverse=True)
    return NewFeedEvent(
        at=at,
        type=FeedEventType.DATA_RECEIVED,
        part=delivered.part,
        counts=_counts(delivered.records),
        changed=changed,
        readings=tuple(readings[:MAX_READINGS]),
    )


def _counts(records: Iterable[HealthRecord]) -> dict[str, int]:
    counted = Counter(record.name if isinstance(record, ArchetypeRecord) else record.type for record in records)
    return {name: counted[name] for name in sorted(counted)}


def _reading(record: HealthRecord) -> Reading:
    match record:
        case Score():
            return Reading(type=record.type, value=record.value, unit="score", start=record.at, end=record.at)
        case Biomarker():
            value = record.value.isoformat() if isinstance(record.value, datetime) else record.value
            return Reading(
                type=record.type,
                value=value,
                unit=record.unit,
                periodicity=record.periodicity,
                start=record.start,
                end=record.end,
            )
        case ArchetypeRecord():
            return Reading(
                type=record.name,
                value=record.value,
                periodicity=record.periodicity,
                start=record.start,
                end=record.end,
            )
