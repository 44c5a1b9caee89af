"""The health records in PostgreSQL as a ``HealthSource``, and as a place to keep them.

The tables are those of ``database/migrations``. ``data`` is the record as the upstream wrote it, and is
read by the same parser; the columns are what is searched by. The driver blocks, so that every call runs
in a thread.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from holisticos.adapters.postgres_connections import Cursor, PostgresConnections, PostgresLimits
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceInvalidError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
    StoreError,
)
from holisticos.contracts.names import Source
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score

MOST_ROWS: Final = 200_000
"""A year of hourly records of ten types is 90,000; more rows than this would not fit into memory."""

_BATCH: Final = 1_000

_SELECT_SCORES: Final = """
select data from scores
where profile_id = %s and score_date_time >= %s and score_date_time < %s
order by score_date_time, type
limit %s
"""
_SELECT_BIOMARKERS: Final = """
select data from biomarkers
where profile_id = %s and end_date_time >= %s and start_date_time < %s
order by start_date_time, type, end_date_time
limit %s
"""
_SELECT_ARCHETYPES: Final = """
select data from archetypes
where profile_id = %s and end_date_time >= %s and start_date_time < %s
order by start_date_time, name, periodicity
limit %s
"""

# One parameter carries a whole batch, however many rows it has. What is stored already is not written again.
_UPSERT_SCORES: Final = """
insert into scores (profile_id, type, score_date_time, data)
select %s, type, score_date_time, data
from jsonb_to_recordset(cast(%s as jsonb)) as r(type text, score_date_time timestamptz, data jsonb)
on conflict (profile_id, type, score_date_time)
do update set data = excluded.data, updated_at = now()
where scores.data is distinct from excluded.data
"""
_UPSERT_BIOMARKERS: Final = """
insert into biomarkers (profile_id, category, type, start_date_time, end_date_time, data)
select %s, category, type, start_date_time, end_date_time, data
from jsonb_to_recordset(cast(%s as jsonb))
  as r(category text, type text, start_date_time timestamptz, end_date_time timestamptz, data jsonb)
on conflict (profile_id, type, start_date_time, end_date_time)
do update set data = excluded.data, category = excluded.category, updated_at = now()
where biomarkers.data is distinct from excluded.data
  -- A day that is over is never put back in progress by a message that comes late.
  and not (biomarkers.data ->> 'periodicity' = 'daily' and excluded.data ->> 'periodicity' = 'intraday')
"""
_UPSERT_ARCHETYPES: Final = """
insert into archetypes (profile_id, name, periodicity, start_date_time, end_date_time, data)
select %s, name, periodicity, start_date_time, end_date_time, data
from jsonb_to_recordset(cast(%s as jsonb))
  as r(name text, periodicity text, start_date_time timestamptz, end_date_time timestamptz, data jsonb)
on conflict (profile_id, name, periodicity, start_date_time)
do update set data = excluded.data, end_date_time = excluded.end_date_time, updated_at = now()
where archetypes.data is distinct from excluded.data
"""

_ERASE: Final = tuple(
    f"delete from {table} where profile_id = %s"  # noqa: S608 - our own table names
    for table in ("scores", "biomarkers", "archetypes")
)

Result = TypeVar("Result")
Row = dict[str, Any]


class PostgresHealthSource:
    """``HealthSource`` on PostgreSQL. ``url`` is a URL, or a function that is asked at every connect."""

    def __init__(
        self,
        url: str | Callable[[], str],
        limits: PostgresLimits | None = None,
        on_refused_credentials: Callable[[], None] = lambda: None,
    ) -> None:
        self._connections = PostgresConnections((lambda: url) if isinstance(url, str) else url, limits)
        self._on_refused_credentials = on_refused_credentials

    @property
    def source(self) -> Source:
        return Source.DATABASE

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connections.close()

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]:
        rows = await self._select(_SELECT_SCORES, user_id, start, end)
        return parse_scores(rows, zone=start.tzinfo or UTC, as_of=end)

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]:
        rows = await self._select(_SELECT_BIOMARKERS, user_id, start, end)
        return parse_biomarkers(rows, zone=start.tzinfo or UTC, as_of=end)

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]:
        rows = await self._select(_SELECT_ARCHETYPES, user_id, start, end)
        return parse_archetypes(rows, zone=start.tzinfo or UTC, as_of=end)

    async def upsert(
        self,
        user_id: str,
        *,
        scores: Iterable[Score] = (),
        biomarkers: Iterable[Biomarker] = (),
        archetypes: Iterable[ArchetypeRecord] = (),
    ) -> int:
        """Store records, or replace those with the same key; how many rows were new or changed."""
        batches = (
            (_UPSERT_SCORES, _last_of_each(map(_score_row, scores), "type", "score_date_time")),
            (
                _UPSERT_BIOMARKERS,
                _last_of_each(
                    map(_biomarker_row, sorted(biomarkers, key=_is_over)), "type", "start_date_time", "end_date_time"
                ),
            ),
            (
                _UPSERT_ARCHETYPES,
                _last_of_each(map(_archetype_row, archetypes), "name", "periodicity", "start_date_time"),
            ),
        )

        def work(cursor: Cursor) -> int:
            changed = 0
            for statement, rows in batches:
                for begin in range(0, len(rows), _BATCH):
                    cursor.execute(statement, (user_id, _json(rows[begin : begin + _BATCH])))
                    changed += cursor.rowcount
            return changed

        return await self._run(work)

    async def erase(self, user_id: str) -> int:
        """Delete every record of a user; how many rows there were."""

        def work(cursor: Cursor) -> int:
            erased = 0
            for statement in _ERASE:
                cursor.execute(statement, (user_id,))
                erased += cursor.rowcount
            return erased

        return await self._run(work)

    async def _select(self, statement: str, user_id: str, start: datetime, end: datetime) -> Sequence[object]:
        def work(cursor: Cursor) -> list[object]:
            cursor.execute(statement, (user_id, start, end, MOST_ROWS + 1))
            return [row[0] for row in cursor.fetchall()]

        rows = await self._run(work)
        if len(rows) > MOST_ROWS:
            raise HealthSourceInvalidError(f"the database has more than {MOST_ROWS} records between {start} and {end}")
        return rows

    async def _run(self, work: Callable[[Cursor], Result]) -> Result:
        try:
            return await asyncio.to_thread(self._connections.run, work)
        except HealthSourceUnauthorizedError:
            self._on_refused_credentials()
            raise
        except StoreError as error:
            # What keeps the URL is a part of this source: callers have one kind of failure to expect.
            raise HealthSourceUnavailableError(f"the database's address could not be read: {error}") from error
        except ConfigurationError as error:
            raise HealthSourceRejectedError(str(error)) from error


def _is_over(record: Biomarker) -> bool:
    return record.periodicity != "intraday"


def _score_row(score: Score) -> Row:
    return {"type": score.type, "score_date_time": score.at.isoformat(), "data": score.raw}


def _biomarker_row(record: Biomarker) -> Row:
    return {
        "category": record.category,
        "type": record.type,
        "start_date_time": record.start.isoformat(),
        "end_date_time": record.end.isoformat(),
        "data": record.raw,
    }


def _archetype_row(record: ArchetypeRecord) -> Row:
    return {
        "name": record.name,
        "periodicity": record.periodicity,
        "start_date_time": record.start.isoformat(),
        "end_date_time": record.end.isoformat(),
        "data": record.raw,
    }


def _last_of_each(rows: Iterable[Row], *key: str) -> list[Row]:
    """The last row of each key: one statement cannot change a row twice."""
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def _json(rows: Sequence[Row]) -> str:
    return json.dumps(_storable(rows), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _storable(value: Any) -> Any:
    """``value`` without what ``jsonb`` cannot hold: NaN and infinities become null, NUL characters go."""
    if isinstance(value, Mapping):
        return {_storable(str(name)): _storable(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inside) for inside in value]
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, float) and not (-_LARGEST <= value <= _LARGEST):
        return None
    return value


_LARGEST: Final = 1.7976931348623157e308
