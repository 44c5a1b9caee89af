"""Why a person's data could not be read."""

from collections.abc import Sequence
from pathlib import Path

from local.errors import LocalError


class PersonDataError(LocalError):
    """The data given cannot be imported; the message says which file and line, and what to do."""


class UnknownFormatError(PersonDataError):
    """The input is in none of the known formats."""

    def __init__(self, path: Path, found: Sequence[str], known: Sequence[str]) -> None:
        seen = ", ".join(found) if found else "nothing"
        super().__init__(f"{path} is in no known format. Found: {seen}. Known formats: {'; '.join(known)}.")
        self.found = tuple(found)
        self.known = tuple(known)


class UnreadableFileError(PersonDataError):
    """A file is missing, damaged, or says something that cannot be; ``line`` counts from 1."""

    def __init__(self, path: Path, problem: str, line: int | None = None) -> None:
        super().__init__(f"{path}{f', line {line}' if line else ''}: {problem}")
        self.path = path
        self.line = line


class NoDataError(PersonDataError):
    """The files are sound, and hold no measured day."""


class UnknownPersonError(PersonDataError):
    """The input holds other persons than the one asked for."""

    def __init__(self, person_id: str, known: Sequence[str], shown: int = 5) -> None:
        rest = f" and {len(known) - shown} more" if len(known) > shown else ""
        super().__init__(f"there is no person {person_id!r}; there are {', '.join(known[:shown])}{rest}")
