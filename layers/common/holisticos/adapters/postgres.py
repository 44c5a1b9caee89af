"""The health records in PostgreSQL as a ``HealthSource``, and as a place to keep them.

The tables are those of ``database/migrations``. ``data`` is the record as the upstream wrote it, and is
read by the same parser; the columns are what is searched by. The driver blocks, so that every call runs
in a thread.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Final, TypeVar

from holisticos.adapters.postgres_connections import Cursor, PostgresLimits
from holisticos.adapters.postgres_database import PostgresDatabase
from holisticos.adapters.postgres_writes import erasing, upserting
from holisticos.contracts.errors import HealthSourceInvalidError
from holisticos.contracts.names import Source
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score

MOST_ROWS: Final = 200_000
"""A year of hourly records of ten types is 90,000; more rows than this would not fit into memory."""

_IN_ONE_PIECE: Final = "select coalesce(json_agg(data), '[]') from ({}) as found"
"""One value that is parsed at once: row by row the driver takes more than twice as long, and a user waits."""

_SELECT_SCORES: Final = _IN_ONE_PIECE.format("""
select data from scores
where profile_id = %s and score_date_time >= %s and score_date_time < %s
order by score_date_time, type
limit %s
""")
_SELECT_BIOMARKERS: Final = _IN_ONE_PIECE.format("""
select data from biomarkers
where profile_id = %s and end_date_time >= %s and start_date_time < %s
order by start_date_time, type, end_date_time
limit %s
""")
_SELECT_ARCHETYPES: Final = _IN_ONE_PIECE.format("""
select data from archetypes
where profile_id = %s and end_date_time >= %s and start_date_time < %s
order by start_date_time, name, periodicity
limit %s
""")

Result = TypeVar("Result")


class PostgresHealthSource:
    """``HealthSource`` on PostgreSQL. ``url`` is a URL, or a function that is asked at every connect."""

    def __init__(
        self,
        url: str | Callable[[], str],
        limits: PostgresLimits | None = None,
        on_refused_credentials: Callable[[], None] = lambda: None,
    ) -> None:
        limits = limits or PostgresLimits()
        self._database = PostgresDatabase(url, limits, on_refused_credentials)
        # Of its own: those that wait for a database that hangs must not be the ones that others need. As many as
        # there are connections: who waits does so in line, and not for a connection that a later one may snatch.
        self._threads = ThreadPoolExecutor(limits.connections, thread_name_prefix="postgres")

    @property
    def source(self) -> Source:
        return Source.DATABASE

    def close(self) -> None:
        """Close the connections that are kept."""
        self._database.close()

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
        return await self._run(upserting(user_id, (*scores, *biomarkers, *archetypes)))

    async def erase(self, user_id: str) -> int:
        """Delete every record of a user, and what was delivered of them; how many rows there were."""
        return await self._run(erasing(user_id))

    async def _select(self, statement: str, user_id: str, start: datetime, end: datetime) -> Sequence[object]:
        def work(cursor: Cursor) -> list[object]:
            cursor.execute(statement, (user_id, start, end, MOST_ROWS + 1))
            found: list[object] = cursor.fetchone()[0]
            return found

        rows = await self._run(work)
        if len(rows) > MOST_ROWS:
            raise HealthSourceInvalidError(f"the database has more than {MOST_ROWS} records between {start} and {end}")
        return rows

    async def _run(self, work: Callable[[Cursor], Result]) -> Result:
        # With its context, as ``asyncio.to_thread``: what is bound to log records stands in it.
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: context.run(self._database.run, work)
        )
