"""Which records are the same one, and which of its versions is newer.

A record is found by its ``key``; a source may write it again with another value. Two versions whose
``content`` is equal are one: it leaves out who delivered the record and when, since the same record comes with
other such fields in a webhook than in an answer.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from holisticos.health.parsing import parse_time
from holisticos.health.records import ArchetypeRecord, Biomarker, Score

HealthRecord = Score | Biomarker | ArchetypeRecord

_ABOUT_THE_DELIVERY: Final = frozenset(
    {"id", "profileId", "accountId", "externalId", "createdAt", "createdAtUtc", "receivedAtUtc", "version"}
)
_LEVELS: Final = 50
"""Of nesting; records as they are known have four."""


def key_of(record: HealthRecord) -> tuple[str, ...]:
    """What makes a record the same one in a later version; instants in UTC, to the microsecond."""
    match record:
        case Score():
            return (record.type, _utc(record.at))
        case Biomarker():
            return (record.type, _utc(record.start), _utc(record.end))
        case ArchetypeRecord():
            return (record.name, record.periodicity, _utc(record.start))


def content_of(record: HealthRecord) -> str:
    """64 hex digits that are equal for versions that say the same."""
    said = {name: value for name, value in record.raw.items() if name not in _ABOUT_THE_DELIVERY}
    text = json.dumps(storable(said), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def made_at(record: HealthRecord, delivered_at: datetime | None) -> datetime | None:
    """When the source made this version: as it says itself, else when it was delivered."""
    for name in ("createdAtUtc", "createdAt"):
        said = parse_time(record.raw.get(name), UTC)
        if said is not None and (delivered_at is None or said <= delivered_at):
            return said
    return delivered_at


def newest_of_each(
    records: Iterable[HealthRecord], delivered_at: datetime | None = None
) -> Sequence[tuple[HealthRecord, datetime | None]]:
    """One version of each record, and when it was made.

    A day that is over goes before one in progress, then the version that was made later, then the later in line.
    """
    newest: dict[tuple[object, ...], tuple[HealthRecord, datetime | None]] = {}
    for record in records:
        key = (type(record), *key_of(record))
        made = made_at(record, delivered_at)
        known = newest.get(key)
        if known is None or not _is_older(record, made, *known):
            newest[key] = record, made
    return list(newest.values())


def _is_older(record: HealthRecord, made: datetime | None, known: HealthRecord, known_made: datetime | None) -> bool:
    if in_progress(record) != in_progress(known):
        return in_progress(record)
    return made is not None and known_made is not None and made < known_made


def in_progress(record: HealthRecord) -> bool:
    """Whether it is of a day that was not over when it was written."""
    return isinstance(record, Biomarker) and record.periodicity == "intraday"


def storable(value: Any, levels: int = _LEVELS) -> Any:
    """``value`` without what PostgreSQL's ``jsonb`` cannot hold, or what nobody would read.

    NaN and infinities become null, NUL characters go, halves of a character become question marks; what is nested
    deeper than ``levels`` becomes null.
    """
    if isinstance(value, str):
        whole = value if value.isascii() else value.encode("utf-8", "replace").decode()
        return whole.replace("\x00", "")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if not isinstance(value, Mapping | list | tuple):
        return value
    if levels == 0:
        return None
    if isinstance(value, Mapping):
        return {storable(str(name)): storable(inside, levels - 1) for name, inside in value.items()}
    return [storable(inside, levels - 1) for inside in value]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
