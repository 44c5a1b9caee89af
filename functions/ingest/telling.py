"""What a user's feed says of a delivery; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from functions.ingest.reading import Delivered
from holisticos.contracts.feed import MAX_READINGS, FeedEventType, NewFeedEvent, Reading
from holisticos.health.privacy import categories_of
from holisticos.health.records import ArchetypeRecord, Biomarker, Score
from holisticos.health.versions import HealthRecord


def event_of(delivered: Delivered, changed: int, at: datetime) -> NewFeedEvent:
    """The event of a delivery that ``changed`` something, or that brought raw logs."""
    if delivered.logs is not None:
        categories = {name: (name,) for name in delivered.logs}
        return NewFeedEvent(
            at=at, type=FeedEventType.DATA_LOGS_RECEIVED, counts=dict(delivered.logs), categories=categories
        )
    readings = sorted(map(_reading, delivered.records), key=lambda one: (one.end, one.type), reverse=True)
    return NewFeedEvent(
        at=at,
        type=FeedEventType.DATA_RECEIVED,
        part=delivered.part,
        counts=_counts(delivered.records),
        categories=_categories(delivered.records),
        changed=changed,
        readings=tuple(readings[:MAX_READINGS]),
    )


def _counts(records: Iterable[HealthRecord]) -> dict[str, int]:
    counted = Counter(map(_name, records))
    return {name: counted[name] for name in sorted(counted)}


def _categories(records: Iterable[HealthRecord]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for record in records:
        found.setdefault(_name(record), set()).update(categories_of(record))
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def _name(record: HealthRecord) -> str:
    return record.name if isinstance(record, ArchetypeRecord) else record.type


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
