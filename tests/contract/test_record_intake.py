"""What every ``RecordIntake`` keeps to."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from database.migrate import migrate
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_connections import PostgresLimits
from holisticos.adapters.postgres_intake import PostgresIntake
from holisticos.contracts.deliveries import Aside, AsideReason, DataPoints, Intake
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import Biomarker
from holisticos.health.versions import HealthRecord
from holisticos.ports import RecordIntake
from tests.databases import connect
from tests.fakes.record_intake import InMemoryRecordIntake
from tests.wire import BERLIN, Record, archetype, daily, hourly, score

DAY = date(2025, 7, 11)
NOW = datetime(2025, 7, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)


class Stored:
    """The intake under test, and what is there of a user afterwards."""

    def __init__(self, intake: Any, url: str | None) -> None:
        self.intake: RecordIntake = intake
        self.url = url

    def steps(self, user_id: str = "ada") -> list[float]:
        if self.url is None:
            records = self.intake.records(user_id)  # type: ignore[attr-defined]
            return sorted(float(str(one.value)) for one in records if isinstance(one, Biomarker))
        connection = connect(self.url)
        try:
            cursor = connection.cursor()
            cursor.execute("select data ->> 'value' from biomarkers where profile_id = %s", (user_id,))
            return sorted(float(value) for (value,) in cursor.fetchall())
        finally:
            connection.close()


@pytest.fixture(params=["memory", "postgres"])
def stored(request: pytest.FixtureRequest) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(InMemoryRecordIntake(), None)
        return
    url: str = request.getfixturevalue("empty_database")
    migrate(url)
    intake = PostgresIntake(url, PostgresLimits(wait=20, statement=20))
    yield Stored(intake, url)
    intake.close()


def steps(value: int, hour: int = 9, **fields: Any) -> Record:
    return hourly("steps", datetime(2025, 7, 11, hour, tzinfo=BERLIN), value, **fields)


def parsed(*records: Record) -> list[HealthRecord]:
    return list(parse_biomarkers(records, zone=BERLIN, as_of=ALWAYS).kept)


def take(stored: Stored, sha256: str, *records: Record, user: str = "ada", at: datetime = NOW) -> Intake:
    return stored.intake.take_in(user, sha256, parsed(*records), at)


def test_counts_what_is_new_of_every_part(stored: Stored) -> None:
    records = [
        *parsed(steps(1), steps(2, hour=10)),
        *parse_scores([score("sleep", DAY, 0.5)], zone=BERLIN, as_of=ALWAYS).kept,
        *parse_archetypes([archetype("bed_schedule", "early", DAY)], zone=BERLIN, as_of=ALWAYS).kept,
    ]

    assert stored.intake.take_in("ada", "d1", records, NOW) == Intake(changed=4)
    assert stored.intake.points("ada") == DataPoints(total=4)
    assert stored.intake.points("bob") == DataPoints()


def test_the_same_delivery_again_changes_nothing_and_says_what_it_changed_first(stored: Stored) -> None:
    assert [take(stored, "d1", steps(1)).changed for _ in range(3)] == [1, 1, 1]
    assert stored.intake.points("ada").total == 1


def test_the_same_records_in_another_delivery_are_not_new(stored: Stored) -> None:
    take(stored, "d1", steps(1), steps(2, hour=10))

    again = take(stored, "d2", steps(1, id="other", externalId="ada", createdAtUtc="2025-07-12T08:00:00Z"))

    assert again.changed == 0
    assert stored.intake.points("ada").total == 2


def test_a_version_made_earlier_never_replaces_one_made_later(stored: Stored) -> None:
    versions = [steps(value, createdAtUtc=f"2025-07-12T0{value}:00:00Z") for value in (1, 2, 3)]
    for number, order in enumerate(permutations(versions)):
        for version in order:
            take(stored, f"{number}-{version['value']}", version, user=f"user-{number}")
        assert stored.steps(f"user-{number}") == [3]


def test_without_a_time_of_its_own_a_version_is_as_old_as_its_delivery(stored: Stored) -> None:
    take(stored, "d2", steps(2), at=NOW)
    take(stored, "d1", steps(1), at=NOW - MINUTE)
    assert stored.steps() == [2]
    take(stored, "d3", steps(3), at=NOW + MINUTE)
    assert stored.steps() == [3]


def test_a_day_that_is_over_is_not_put_back_in_progress(stored: Stored) -> None:
    take(stored, "d1", daily("steps", DAY, 900))

    late = take(stored, "d2", daily("steps", DAY, 200, periodicity="intraday"), at=NOW + MINUTE)

    assert (late.changed, stored.steps()) == (0, [900])


def test_bytes_that_were_delivered_for_one_user_are_refused_for_another(stored: Stored) -> None:
    take(stored, "d1", steps(1))

    assert take(stored, "d1", steps(1), user="bob") == Intake(changed=0, refused=True)
    assert stored.steps("bob") == []
    assert stored.intake.points("bob").total == 0


def test_the_count_is_exact_however_many_deliver_at_once(stored: Stored) -> None:
    deliveries = [
        (f"d{number}", [steps(number, hour=hour) for hour in range(number, number + 4)]) for number in range(6)
    ]

    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(lambda one: (one[0], take(stored, one[0], *one[1]).changed), deliveries * 3))

    first = dict(taken)
    assert all(changed == first[digest] for digest, changed in taken)
    assert stored.intake.points("ada").total == sum(first.values())
    assert len(stored.steps()) == 9


def test_points_are_marked_once_for_what_was_seen(stored: Stored) -> None:
    take(stored, "d1", steps(1), steps(2, hour=10))
    seen = stored.intake.points("ada")
    take(stored, "d2", steps(3, hour=11))

    for _ in range(2):
        stored.intake.mark_analysed("ada", seen)

    assert stored.intake.points("ada") == DataPoints(total=3, analysed=2)
    assert stored.intake.points("ada").pending == 1


def test_a_check_is_expected_until_points_are_marked(stored: Stored) -> None:
    take(stored, "d1", steps(1))
    stored.intake.expect_check("ada", NOW)
    seen = stored.intake.points("ada")
    assert seen.check_due_at == NOW

    stored.intake.mark_analysed("ada", seen)

    assert stored.intake.points("ada").check_due_at is None


# What only a database can show.


@pytest.fixture
def database(empty_database: str) -> str:
    migrate(empty_database)
    return empty_database


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    connection = connect(url)
    try:
        cursor = connection.cursor()
        cursor.execute(statement)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        connection.close()


def test_what_was_read_before_it_was_announced_counts_once_when_it_is(database: str) -> None:
    source, intake = PostgresHealthSource(database), PostgresIntake(database)
    try:
        asyncio.run(source.upsert("ada", biomarkers=parse_biomarkers([steps(1)], zone=BERLIN, as_of=ALWAYS).kept))
        announced = [intake.take_in("ada", digest, parsed(steps(1)), NOW).changed for digest in ("d1", "d2")]
        reread = asyncio.run(
            source.upsert("ada", biomarkers=parse_biomarkers([steps(1)], zone=BERLIN, as_of=ALWAYS).kept)
        )
        assert (announced, reread) == ([1, 0], 0)
    finally:
        source.close()
        intake.close()


def test_what_is_set_aside_is_found_once_with_its_reason_and_goes_with_its_user(database: str) -> None:
    source, intake = PostgresHealthSource(database), PostgresIntake(database)
    aside = Aside(event_type="New", reason=AsideReason.UNKNOWN_EVENT, sha256="a1", body='{"a": 1}', received_at=NOW)
    try:
        for _ in range(2):
            intake.set_aside("ada", [aside])
        intake.take_in("ada", "d1", parsed(steps(1)), NOW)
        found = rows(database, "select profile_id, event_type, reason, body from set_aside")
        assert found == [("ada", "New", "unknown_event", '{"a": 1}')]

        asyncio.run(source.erase("ada"))

        left = "select count(*) from (select profile_id from {} union all select profile_id from {}) as all_rows"
        for tables in (("biomarkers", "deliveries"), ("data_points", "set_aside")):
            assert rows(database, left.format(*tables)) == [(0,)]
    finally:
        source.close()
        intake.close()


def test_old_deliveries_are_forgotten(database: str) -> None:
    intake = PostgresIntake(database)
    try:
        for number, at in enumerate((NOW - timedelta(days=40), NOW)):
            intake.take_in("ada", f"d{number}", parsed(steps(number, hour=number)), at)
        assert rows(database, "select sha256 from deliveries") == [("d1",)]
    finally:
        intake.close()
