"""`holisticos db migrate` on any PostgreSQL."""

import pytest
from typer.testing import CliRunner

from database.migrate import MIGRATIONS
from local.cli import app
from local.errors import LocalError

NAMES = [path.stem for path in sorted(MIGRATIONS.glob("*.sql"))]


def migrated(*arguments: str, **environment: str) -> str:
    result = CliRunner().invoke(app, ["db", "migrate", *arguments], env=environment, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_fresh_database_gets_the_whole_schema_and_nothing_twice(empty_database: str) -> None:
    assert migrated("--url", empty_database).splitlines() == [f"Applied {name}" for name in NAMES]
    assert migrated(DATABASE_URL=empty_database) == "The schema is up to date\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://user:secret@db.test/x", "postgresql://"),
        ("postgresql://user:secret@127.0.0.1:9/x", "could not be reached"),
        ("nothing", "postgresql://"),
    ],
)
def test_what_cannot_be_migrated_is_told_in_one_line_without_the_password(url: str, said: str) -> None:
    with pytest.raises(LocalError) as caught:
        migrated("--url", url)

    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_wrong_credentials_are_told(empty_database: str) -> None:
    host = empty_database.rpartition("@")[2]

    with pytest.raises(LocalError, match="credentials"):
        migrated("--url", f"postgresql://nobody:secret@{host}")
