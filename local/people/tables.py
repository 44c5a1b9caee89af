"""Strict reading of comma-separated files, row by row.

An export that was cut off or edited by hand must not become silently wrong health data: whatever
does not fit the header or its column's type ends the import with the file and the line.
"""

import csv
import io
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from local.people.archive import plain_file
from local.people.errors import PersonDataError, UnreadableFileError

_PERSON_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
_ID_RULE = "a person's id is 1 to 64 letters, digits, '-' or '_'"
_MISSING = frozenset({"", "nan", "null", "none", "na"})
"""How exporting programs write an empty cell."""


def checked_person_id(person_id: str) -> str:
    """``person_id``, where it can be one. Raises ``PersonDataError``."""
    if not _PERSON_ID.match(person_id):
        raise PersonDataError(f"{person_id!r} cannot be a person's id; {_ID_RULE}")
    return person_id


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, cells by column name."""

    path: Path
    line: int
    cells: dict[str, str]

    def error(self, problem: str) -> UnreadableFileError:
        return UnreadableFileError(self.path, problem, self.line)

    def person_id(self, column: str) -> str:
        value = self.cells[column].strip()
        if not _PERSON_ID.match(value):
            raise self.error(f"{column} is {value!r}; {_ID_RULE}")
        return value

    def number(self, column: str) -> float | None:
        """The number in a cell, or None where the cell is empty."""
        text = self.cells[column].strip()
        if text.lower() in _MISSING:
            return None
        try:
            value = float(text)
        except ValueError:
            raise self.error(f"{column} is {text!r}, which is not a number") from None
        if not math.isfinite(value) or value < 0:
            raise self.error(f"{column} is {text!r}, which cannot be")
        return value

    def moment(self, column: str, *formats: str) -> datetime:
        """The naive local time in a cell, in the first of ``formats`` that fits; ISO 8601 without any."""
        text = self.cells[column].strip()
        for layout in formats:
            try:
                # The exports hold naive local times; the writer of the records adds the zone.
                return datetime.strptime(text, layout)  # noqa: DTZ007
            except ValueError:
                continue
        if not formats:
            try:
                return datetime.fromisoformat(text).replace(tzinfo=None)
            except ValueError:
                pass
        raise self.error(f"{column} is {text!r}, which is not a date as this format writes it")

    def day(self, column: str, *formats: str) -> date:
        return self.moment(column, *formats).date()


def read_rows(path: Path, columns: Collection[str], *, only: tuple[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows of a table that has at least ``columns``; other columns are ignored.

    ``only`` names a column and the value that the wanted rows have in it.

    Raises:
        UnreadableFileError: naming file and line, on everything that is not such a table.
    """
    with plain_file(path) as file:
        yield from rows_in(file, path, columns, only=only)


def rows_in(
    stream: IO[bytes],
    path: Path,
    columns: Collection[str],
    *,
    optional: Collection[str] = (),
    only: tuple[str, str] | None = None,
) -> Iterator[Row]:
    """The same of an open file, called ``path`` in errors; ``optional`` columns are empty where there is none."""
    line = 0
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text, strict=True)
        header = next(reader, None)
        if header is None:
            raise UnreadableFileError(path, "the file is empty")
        line = 1
        if missing := [name for name in columns if name not in header]:
            raise UnreadableFileError(path, f"the header lacks {', '.join(missing)}", line)
        wanted = {name: header.index(name) for name in (*columns, *optional) if name in header}
        absent = dict.fromkeys(set(optional) - set(wanted), "")
        for fields in reader:
            line = reader.line_num
            if not fields:
                continue
            if len(fields) != len(header):
                raise UnreadableFileError(
                    path, f"{len(fields)} fields where the header names {len(header)}; the file may be cut off", line
                )
            if only and fields[wanted[only[0]]].strip() != only[1]:
                continue
            yield Row(path, line, {**absent, **{name: fields[at] for name, at in wanted.items()}})
    except csv.Error as error:
        raise UnreadableFileError(path, f"not a comma-separated table ({error})", line + 1) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(path, "not text in UTF-8", line + 1) from error
    finally:
        # Whoever opened the stream closes it.
        text.detach()


def read_optional(path: Path, columns: Collection[str], *, only: tuple[str, str] | None = None) -> Iterator[Row]:
    """As ``read_rows``; nothing where there is no such file."""
    return read_rows(path, columns, only=only) if path.exists() else iter(())
