"""Applies the migrations of this folder, in order of their names, each once and as a whole."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holisticos.adapters.postgres_connections import Cursor, PostgresConnections, PostgresLimits
from holisticos.contracts.errors import ConfigurationError

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_LOCK: Final = 4_730_118_962_207
"""Any number of our own: whoever migrates takes it, so that two at once do not apply one migration twice."""

_HISTORY: Final = """
create table if not exists schema_migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
)
"""


class ChangedMigrationError(ConfigurationError):
    """A migration that was applied has been edited since: databases would no longer be the same."""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    statements: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.statements.encode()).hexdigest()


def migrate(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Bring the database at ``url`` up to date; the names of the migrations that were applied now.

    Raises ``ChangedMigrationError``, ``ConfigurationError`` for a wrong URL, and ``HealthSourceError`` where
    the database cannot be reached or refuses; what was applied until then stays.
    """
    connections = PostgresConnections(lambda: url, PostgresLimits(connect=5.0, statement=300.0, connections=1))
    try:
        return [migration.name for migration in pending(folder) if connections.run(_Application(migration))]
    finally:
        connections.close()


def pending(folder: Path = MIGRATIONS) -> Sequence[Migration]:
    """All migrations of ``folder``, in order of their names."""
    return [Migration(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


@dataclass(frozen=True, slots=True)
class _Application:
    """Applies one migration in the transaction it is called in; False where it has been applied before."""

    migration: Migration

    def __call__(self, cursor: Cursor) -> bool:
        cursor.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        cursor.execute(_HISTORY)
        cursor.execute("select sha256 from schema_migrations where name = %s", (self.migration.name,))
        applied = cursor.fetchone()
        if applied is not None:
            if applied[0] != self.migration.digest:
                raise ChangedMigrationError(f"migration {self.migration.name} was changed after it was applied")
            return False
        cursor.execute(self.migration.statements)
        cursor.execute(
            "insert into schema_migrations (name, sha256) values (%s, %s)",
            (self.migration.name, self.migration.digest),
        )
        return True
