"""An import ends in both places, and both say the same: a real database and the simulated upstream."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from database.migrate import migrate
from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
from local.health_api.server import running
from local.health_api.simulation import Simulation
from local.health_api.storage import Storage
from local.people.records import PersonRecords
from local.people.store import StoreError, import_records
from local.people.synthetic import synthetic_person
from local.postgres import Postgres
from local.processes import Processes, free_port
from local.state import StateDirectory

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
Everything = tuple[Records[Score], Records[Biomarker], Records[ArchetypeRecord]]


@pytest.fixture(scope="module")
def person() -> PersonRecords:
    return synthetic_person(as_of=AS_OF, days=40)


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = StateDirectory(tmp_path_factory.mktemp("database"))
    state.create()
    server = Postgres(state, Processes(state))
    try:
        url = server.start(free_port())
        migrate(url)
        yield url
    finally:
        server.stop()
        server.erase()


@pytest.fixture(scope="module")
def health_api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(Simulation(Storage(tmp_path_factory.mktemp("upstream") / "records.sqlite"))) as url:
        yield url


def read(source: HttpHealthSource | PostgresHealthSource, person: PersonRecords) -> Everything:
    zone = ZoneInfo(person.timezone)
    end = person.as_of.astimezone(zone) + timedelta(seconds=1)
    start = end - timedelta(days=60)

    async def everything() -> Everything:
        id_ = person.person_id
        try:
            return (
                await source.scores(id_, start, end),
                await source.biomarkers(id_, start, end),
                await source.archetypes(id_, start, end),
            )
        finally:
            if isinstance(source, HttpHealthSource):
                await source.aclose()

    try:
        return asyncio.run(everything())
    finally:
        if isinstance(source, PostgresHealthSource):
            source.close()


def finished(records: Records[Biomarker]) -> set[tuple[object, ...]]:
    return {
        (record.type, record.periodicity, record.start, record.end, record.value)
        for record in records.kept
        if record.periodicity != "intraday"
    }


def test_both_places_hold_the_same(person: PersonRecords, health_api_url: str, database_url: str) -> None:
    stored = import_records(person, health_api_url, database_url)
    upstream = read(HttpHealthSource(health_api_url), person)
    database = read(PostgresHealthSource(database_url), person)
    assert len(upstream[0].kept) == len(database[0].kept) == len(person.scores)
    assert len(upstream[2].kept) == len(database[2].kept) == len(person.archetypes)
    assert finished(upstream[1]) == finished(database[1])
    assert len(upstream[1].kept) == len(person.biomarkers)
    # The database keeps one version of a day: the finished one.
    assert {record.periodicity for record in database[1].kept} == {"daily", "hourly"}
    assert stored == sum(len(records.kept) for records in database)


def test_importing_again_changes_nothing(person: PersonRecords, health_api_url: str, database_url: str) -> None:
    once = import_records(person, health_api_url, database_url)
    before = read(PostgresHealthSource(database_url), person)
    assert import_records(person, health_api_url, database_url) == once
    assert read(PostgresHealthSource(database_url), person) == before


def test_an_import_replaces_an_earlier_one(person: PersonRecords, health_api_url: str, database_url: str) -> None:
    import_records(person, health_api_url, database_url)
    fewer = replace(person, biomarkers=person.biomarkers[:50], scores=[], archetypes=[])
    assert import_records(fewer, health_api_url, database_url) == 50
    for source in (HttpHealthSource(health_api_url), PostgresHealthSource(database_url)):
        assert [len(records.kept) for records in read(source, person)] == [0, 50, 0]


def test_progress_reaches_the_end_in_order(person: PersonRecords, health_api_url: str, database_url: str) -> None:
    told: list[tuple[int, int]] = []
    import_records(person, health_api_url, database_url, lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert len(Counter(whole for _, whole in told)) == 1


def test_a_place_that_is_down_is_named(person: PersonRecords, health_api_url: str, database_url: str) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(StoreError, match=f"the health API at {nobody} does not take the records"):
        import_records(person, nobody, database_url)
    with pytest.raises(StoreError, match=r"the database does not take the records: .*reached"):
        import_records(person, health_api_url, f"postgresql://a:b@127.0.0.1:{free_port()}/c")


def test_an_answer_that_refuses_is_told(tmp_path: Path, person: PersonRecords, database_url: str) -> None:
    undated = replace(person, scores=[{"type": "sleep"}])
    with (
        running(Simulation(Storage(tmp_path / "records.sqlite"))) as url,
        pytest.raises(StoreError, match=r"refused the records \(422\).*scoreDateTime"),
    ):
        import_records(undated, url, database_url)
