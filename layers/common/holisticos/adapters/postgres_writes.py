"""What changes health records in PostgreSQL, as work for a transaction.

Whether a record is new is decided by the database, row by row and under its locks, so that counts are exact
however many write at once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from holisticos.adapters.postgres_connections import Cursor
from holisticos.health.records import ArchetypeRecord, Biomarker, Score
from holisticos.health.versions import HealthRecord, content_of, newest_of_each, storable

Row = dict[str, Any]

_BATCH: Final = 1_000

_COMMON: Final = "data jsonb, content text, made_at timestamptz"

# One parameter carries a whole batch, however many rows it has. Written is what says something new, or is
# announced for the first time; never an older version over a newer one.
_IS_NEWS: Final = """
where ({table}.content is distinct from excluded.content or (excluded.announced and not {table}.announced))
  and ({table}.made_at is null or excluded.made_at is null or {table}.made_at <= excluded.made_at)
"""
_CHANGES: Final = """
do update set data = excluded.data, content = excluded.content, made_at = excluded.made_at,
  announced = excluded.announced, updated_at = now()"""

_UPSERT_SCORES: Final = f"""
insert into scores (profile_id, announced, type, score_date_time, data, content, made_at)
select %s, %s, type, score_date_time, data, content, made_at
from jsonb_to_recordset(cast(%s as jsonb)) as r(type text, score_date_time timestamptz, {_COMMON})
on conflict (profile_id, type, score_date_time)
{_CHANGES}
{_IS_NEWS.format(table="scores")}
"""  # noqa: S608 - our own words only, here and below
_UPSERT_BIOMARKERS: Final = f"""
insert into biomarkers (
  profile_id, announced, category, type, start_date_time, end_date_time, data, content, made_at
)
select %s, %s, category, type, start_date_time, end_date_time, data, content, made_at
from jsonb_to_recordset(cast(%s as jsonb))
  as r(category text, type text, start_date_time timestamptz, end_date_time timestamptz, {_COMMON})
on conflict (profile_id, type, start_date_time, end_date_time)
{_CHANGES}, category = excluded.category
{_IS_NEWS.format(table="biomarkers")}
  -- A day that is over is never put back in progress by a message that comes late.
  and not (biomarkers.data ->> 'periodicity' = 'daily' and excluded.data ->> 'periodicity' = 'intraday')
"""  # noqa: S608
_UPSERT_ARCHETYPES: Final = f"""
insert into archetypes (
  profile_id, announced, name, periodicity, start_date_time, end_date_time, data, content, made_at
)
select %s, %s, name, periodicity, start_date_time, end_date_time, data, content, made_at
from jsonb_to_recordset(cast(%s as jsonb))
  as r(name text, periodicity text, start_date_time timestamptz, end_date_time timestamptz, {_COMMON})
on conflict (profile_id, name, periodicity, start_date_time)
{_CHANGES}, end_date_time = excluded.end_date_time
{_IS_NEWS.format(table="archetypes")}
"""  # noqa: S608

_ERASE: Final = tuple(
    f"delete from {table} where profile_id = %s"  # noqa: S608
    for table in ("scores", "biomarkers", "archetypes", "deliveries", "data_points", "set_aside")
)


def upserting(
    user_id: str,
    records: Iterable[HealthRecord],
    *,
    delivered_at: datetime | None = None,
    announced: bool = False,
) -> Callable[[Cursor], int]:
    """Stores ``records``, or replaces those with the same key by newer versions; how many rows changed.

    ``announced`` records also count where their content was read before and never announced.
    """
    newest = newest_of_each(records, delivered_at)
    batches = [
        (_UPSERT_SCORES, [_score_row(one, at) for one, at in newest if isinstance(one, Score)]),
        (_UPSERT_BIOMARKERS, [_biomarker_row(one, at) for one, at in newest if isinstance(one, Biomarker)]),
        (_UPSERT_ARCHETYPES, [_archetype_row(one, at) for one, at in newest if isinstance(one, ArchetypeRecord)]),
    ]

    def work(cursor: Cursor) -> int:
        lock_user(cursor, user_id)
        changed = 0
        for statement, rows in batches:
            for begin in range(0, len(rows), _BATCH):
                cursor.execute(statement, (user_id, announced, _json(rows[begin : begin + _BATCH])))
                changed += cursor.rowcount
        return changed

    return work


def erasing(user_id: str) -> Callable[[Cursor], int]:
    """Deletes everything of a user; how many rows there were."""

    def work(cursor: Cursor) -> int:
        lock_user(cursor, user_id)
        erased = 0
        for statement in _ERASE:
            cursor.execute(statement, (user_id,))
            erased += cursor.rowcount
        return erased

    return work


def lock_user(cursor: Cursor, user_id: str) -> None:
    """Until the transaction ends: two that write the same rows in another order would block each other for good."""
    cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (user_id,))


def _score_row(score: Score, made: datetime | None) -> Row:
    return {"type": score.type, "score_date_time": score.at.isoformat(), **_version(score, made)}


def _biomarker_row(record: Biomarker, made: datetime | None) -> Row:
    return {"category": record.category, "type": record.type, **_span(record), **_version(record, made)}


def _archetype_row(record: ArchetypeRecord, made: datetime | None) -> Row:
    return {"name": record.name, "periodicity": record.periodicity, **_span(record), **_version(record, made)}


def _span(record: Biomarker | ArchetypeRecord) -> Row:
    return {"start_date_time": record.start.isoformat(), "end_date_time": record.end.isoformat()}


def _version(record: HealthRecord, made: datetime | None) -> Row:
    return {"data": record.raw, "content": content_of(record), "made_at": made and made.isoformat()}


def _json(rows: Sequence[Row]) -> str:
    return json.dumps(storable(rows), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
