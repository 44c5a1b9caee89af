"""The upstream's own records, in one SQLite file."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

Record = Mapping[str, Any]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS records (
    user_id TEXT NOT NULL,
    part TEXT NOT NULL,
    key TEXT NOT NULL,      -- what makes a record the same record in a later version
    starts REAL NOT NULL,   -- seconds since the epoch
    ends REAL NOT NULL,     -- the same; the last instant that belongs to the record
    body TEXT NOT NULL,     -- the record as it is served
    PRIMARY KEY (user_id, part, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_time ON records (user_id, part, starts, ends);
"""


class Part(StrEnum):
    """An endpoint and the records behind it."""

    SCORES = "scores"
    BIOMARKERS = "biomarkers"
    ARCHETYPES = "archetypes"


_KEYS: Final = {
    Part.SCORES: ("type", "scoreDateTime"),
    Part.BIOMARKERS: ("type", "periodicity", "startDateTime", "endDateTime"),
    Part.ARCHETYPES: ("name", "periodicity", "startDateTime"),
}
_SPANS: Final = {
    Part.SCORES: ("scoreDateTime", "scoreDateTime"),
    Part.BIOMARKERS: ("startDateTime", "endDateTime"),
    Part.ARCHETYPES: ("startDateTime", "endDateTime"),
}


class InvalidRecordError(ValueError):
    """A record lacks what it must have to be found again; the message names it."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of the asked span: an instant, or a whole calendar date.

    A date means that day wherever the person was, so it is compared with the local dates of records.
    """

    at: datetime | date

    @classmethod
    def parse(cls, text: str) -> "Bound":
        """Read ``2025-07-11`` or an ISO 8601 instant; without an offset it is UTC. Raises ``ValueError``."""
        if len(text) == len("2025-07-11"):
            return cls(date.fromisoformat(text))
        # A plus sign that was not percent-encoded arrives as a space.
        at = datetime.fromisoformat(text.replace(" ", "+") if text[-6:-5] == " " else text)
        return cls(at if at.tzinfo else at.replace(tzinfo=UTC))


class Storage:
    """Records by user and part; written whole, a user at a time."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        # One connection a request: requests are answered in several threads.
        return sqlite3.connect(self._file, timeout=10)

    def replace(self, user_id: str, records: Mapping[Part, Sequence[Record]]) -> dict[Part, int]:
        """Make ``records`` everything there is of a user, in one transaction; the numbers stored by part.

        Of several versions of one record the last is kept.

        Raises:
            InvalidRecordError: a record cannot be placed in time; nothing is changed.
        """
        rows = {part: {_key(part, record): _row(part, record) for record in records.get(part, ())} for part in Part}
        with closing(self._connect()) as connection, connection:
            connection.execute("DELETE FROM records WHERE user_id = ?", (user_id,))
            for part, versions in rows.items():
                connection.executemany(
                    "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)",
                    ((user_id, part, key, *row) for key, row in versions.items()),
                )
        return {part: len(versions) for part, versions in rows.items()}

    def delete(self, user_id: str) -> int:
        """Forget a user; the number of records deleted."""
        with closing(self._connect()) as connection, connection:
            return connection.execute("DELETE FROM records WHERE user_id = ?", (user_id,)).rowcount

    def users(self) -> dict[str, dict[str, int]]:
        """Number of records by user and part."""
        with closing(self._connect()) as connection:
            counts: dict[str, dict[str, int]] = {}
            for user_id, part, count in connection.execute(
                "SELECT user_id, part, count(*) FROM records GROUP BY user_id, part"
            ):
                counts.setdefault(user_id, {})[part] = count
        return counts

    def find(
        self, user_id: str, part: Part, start: Bound | None, end: Bound | None, limit: int | None
    ) -> list[str] | None:
        """The bodies of the records that touch the span, newest first; None where the user is unknown.

        Instants include ``start`` and exclude ``end``; dates are both included.
        """
        query = "SELECT body, starts, ends FROM records WHERE user_id = ? AND part = ?"
        values: list[Any] = [user_id, part]
        # A date is widened by a day for the index, then looked at exactly.
        if start:
            query += " AND ends >= ?"
            values.append(_seconds(start.at, -1))
        if end:
            query += " AND starts < ?"
            values.append(_seconds(end.at, 2))
        query += " ORDER BY starts DESC, key"
        with closing(self._connect()) as connection:
            if not connection.execute("SELECT 1 FROM records WHERE user_id = ? LIMIT 1", (user_id,)).fetchone():
                return None
            found = []
            for body, _, _ in connection.execute(query, values):
                if _touches(part, body, start, end):
                    found.append(body)
                    if limit is not None and len(found) == limit:
                        break
        return found


def _key(part: Part, record: Record) -> str:
    try:
        return "\n".join(str(record[field]) for field in _KEYS[part])
    except KeyError as missing:
        raise InvalidRecordError(f"one of the {part} lacks {missing}") from missing


def _row(part: Part, record: Record) -> tuple[float, float, str]:
    first, last = _SPANS[part]
    try:
        span = [_instant(str(record[field])).timestamp() for field in (first, last)]
    except (KeyError, ValueError) as error:
        raise InvalidRecordError(f"one of the {part} has no usable {first} or {last}: {error}") from error
    return span[0], span[1], json.dumps(record, separators=(",", ":"))


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _seconds(at: datetime | date, days: int) -> float:
    if isinstance(at, datetime):
        return at.timestamp()
    return (datetime.combine(at, time(), UTC) + timedelta(days=days)).timestamp()


def _touches(part: Part, body: str, start: Bound | None, end: Bound | None) -> bool:
    """Whether a record that passed the index lies within dates; instants were decided there."""
    dates = [bound for bound in (start, end) if bound and not isinstance(bound.at, datetime)]
    if not dates:
        return True
    record = json.loads(body)
    first, last = (_instant(record[field]).date() for field in _SPANS[part])
    after_start = not start or isinstance(start.at, datetime) or last >= start.at
    before_end = not end or isinstance(end.at, datetime) or first <= end.at
    return after_start and before_end
