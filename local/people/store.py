"""Puts a person's records where the product looks for them: the upstream health API and the database.

The two are written apart, as each has its own storage. An import replaces what an earlier one stored of
the person, so that doing it again changes nothing, and another choice (of the time zone, say) leaves no
second version of the same days behind.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import httpx

from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_connections import Cursor, PostgresConnections, PostgresLimits
from holisticos.contracts.errors import ConfigurationError, HealthSourceError
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from local.people.errors import PersonDataError
from local.people.records import PARTS, PersonRecords

Progress = Callable[[int, int], None]
"""Told how many records of how many have been stored."""

_BATCH: Final = 2_000
_UPLOAD_SECONDS: Final = 120.0
_FORGET: Final = (
    "delete from scores where profile_id = %s",
    "delete from biomarkers where profile_id = %s",
    "delete from archetypes where profile_id = %s",
)
_LIMITS: Final = PostgresLimits(connect=10.0, statement=60.0, connections=1)


class StoreError(PersonDataError):
    """The records could not be stored; what was stored before the failure stays and is stored again."""


def import_records(
    person: PersonRecords, health_api_url: str, database_url: str, progress: Progress = lambda _done, _all: None
) -> int:
    """Store a person's records in both places; the number of rows in the database.

    Raises:
        StoreError: one of the two cannot be reached or refuses.
    """
    count = sum(len(person.part(name)) for name in PARTS)
    progress(0, 2 * count)
    save_to_health_api(person, health_api_url)
    progress(count, 2 * count)
    return asyncio.run(_save_to_database(person, database_url, lambda done: progress(count + done, 2 * count)))


def save_to_health_api(person: PersonRecords, url: str) -> None:
    """Make the person's records everything the simulated upstream has of them. Raises ``StoreError``."""
    body = {name: person.part(name) for name in PARTS}
    try:
        answer = httpx.put(
            f"{url.rstrip('/')}/_data/{person.person_id}", json=body, timeout=_UPLOAD_SECONDS, trust_env=False
        )
    except httpx.HTTPError as error:
        said = str(error) or type(error).__name__
        raise StoreError(f"the health API at {url} does not take the records: {said}") from error
    if answer.is_error:
        raise StoreError(f"the health API at {url} refused the records ({answer.status_code}): {answer.text[:500]}")


async def _save_to_database(person: PersonRecords, url: str, progress: Callable[[int], None]) -> int:
    zone, after = ZoneInfo(person.timezone), person.as_of + timedelta(seconds=1)
    scores = parse_scores(person.scores, zone=zone, as_of=after)
    biomarkers = parse_biomarkers(person.biomarkers, zone=zone, as_of=after)
    archetypes = parse_archetypes(person.archetypes, zone=zone, as_of=after)
    database = PostgresHealthSource(url, _LIMITS)
    try:
        await asyncio.to_thread(_forget, person.person_id, url)
        stored = await database.upsert(person.person_id, scores=scores.kept, archetypes=archetypes.kept)
        done = scores.received + archetypes.received
        progress(done)
        for begin in range(0, len(biomarkers.kept), _BATCH):
            batch = biomarkers.kept[begin : begin + _BATCH]
            stored += await database.upsert(person.person_id, biomarkers=batch)
            progress(done + begin + len(batch))
    except (HealthSourceError, ConfigurationError) as error:
        raise StoreError(f"the database does not take the records: {error}") from error
    finally:
        database.close()
    progress(done + biomarkers.received)
    return stored


def _forget(person_id: str, url: str) -> None:
    connections = PostgresConnections(lambda: url, _LIMITS)

    def work(cursor: Cursor) -> None:
        for statement in _FORGET:
            cursor.execute(statement, (person_id,))

    try:
        connections.run(work)
    finally:
        connections.close()
