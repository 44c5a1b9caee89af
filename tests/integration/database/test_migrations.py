from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from database.migrate import MIGRATIONS, ChangedMigrationError, migrate, pending
from holisticos.contracts.errors import ConfigurationError, HealthSourceRejectedError, HealthSourceUnavailableError
from tests.databases import DatabaseServer, connect

NAMES = [path.stem for path in sorted(MIGRATIONS.glob("*.sql"))]


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = connect(url)
    try:
        cursor = connection.cursor()
        cursor.execute(statement)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        connection.close()


def test_applies_each_migration_once(empty_database: str) -> None:
    assert migrate(empty_database) == NAMES
    assert migrate(empty_database) == []
    assert [name for (name,) in rows(empty_database, "select name from schema_migrations order by name")] == NAMES


def test_makes_the_tables_and_keys_that_are_promised(empty_database: str) -> None:
    migrate(empty_database)
    keys = rows(
        empty_database,
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'u' and connamespace = 'public'::regnamespace order by 1",
    )
    assert keys == [
        ("archetypes", "UNIQUE (profile_id, name, periodicity, start_date_time)"),
        ("biomarkers", "UNIQUE (profile_id, type, start_date_time, end_date_time)"),
        ("scores", "UNIQUE (profile_id, type, score_date_time)"),
        ("set_aside", "UNIQUE (profile_id, sha256)"),
    ]


def test_several_at_once_apply_each_migration_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        applied = [name for names in threads.map(lambda _: migrate(empty_database), range(4)) for name in names]
    assert sorted(applied) == NAMES


def test_a_migration_that_fails_leaves_nothing_and_those_before_it_stay(empty_database: str, tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("create table one (id int);")
    (tmp_path / "0002_second.sql").write_text("create table two (id int); create table one (id int);")
    with pytest.raises(HealthSourceRejectedError, match="42P07"):
        migrate(empty_database, tmp_path)
    tables = rows(empty_database, "select tablename from pg_tables where schemaname = 'public' order by 1")
    assert tables == [("one",), ("schema_migrations",)]
    (tmp_path / "0002_second.sql").write_text("create table two (id int);")
    assert migrate(empty_database, tmp_path) == ["0002_second"]


def test_an_applied_migration_must_not_change(empty_database: str, tmp_path: Path) -> None:
    migration = tmp_path / "0001_first.sql"
    migration.write_text("create table one (id int);")
    migrate(empty_database, tmp_path)
    migration.write_text("create table one (id bigint);")
    with pytest.raises(ChangedMigrationError, match="0001_first"):
        migrate(empty_database, tmp_path)


def test_roles_that_publish_the_schema_are_refused(database_server: DatabaseServer, empty_database: str) -> None:
    if not database_server.execute("select 1 from pg_roles where rolname = 'anon'"):
        database_server.execute("create role anon")
    connection = connect(empty_database)
    try:
        connection.autocommit = True
        connection.cursor().execute("alter default privileges grant all on tables to anon")
        migrate(empty_database)
        cursor = connection.cursor()
        cursor.execute("select has_table_privilege('anon', 'biomarkers', 'select')")
        assert cursor.fetchone()[0] is False
    finally:
        connection.close()


def test_every_query_has_an_index(empty_database: str) -> None:
    migrate(empty_database)
    connection = connect(empty_database)
    try:
        cursor = connection.cursor()
        cursor.execute("set enable_seqscan = off")
        for table, column in (("biomarkers", "start_date_time"), ("scores", "score_date_time")):
            cursor.execute(
                f"explain select data from {table} where profile_id = 'ada' and {column} < now() order by {column}"  # noqa: S608 - names of our own
            )
            assert f"{table}_by_time" in "\n".join(row[0] for row in cursor.fetchall())
    finally:
        connection.close()


def test_migrations_are_numbered_without_gaps() -> None:
    assert [int(migration.name[:4]) for migration in pending()] == list(range(1, len(NAMES) + 1))


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("postgresql://holisticos:wrong@127.0.0.1:1/none", HealthSourceUnavailableError),
        ("mysql://somewhere", ConfigurationError),
    ],
)
def test_says_what_is_wrong_with_the_database(url: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        migrate(url)
    assert "wrong" not in str(caught.value)
