"""The formats that can be imported, and the recognition of the one a person gives us.

A new format is one module with a ``PersonReader`` and one entry in ``FORMATS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from local.people import fitabase, lifesnaps
from local.people.errors import NoDataError, PersonDataError, UnknownFormatError
from local.people.records import PersonReader

_SHOWN = 12
"""Names shown of an unknown folder."""


@dataclass(frozen=True, slots=True)
class Format:
    """One importable format that is a folder with a file of this name in it."""

    name: str
    main_file: str
    other_files: tuple[str, ...]
    reader: Callable[[Path, str], PersonReader]

    @property
    def description(self) -> str:
        return f"{self.name} folder with {self.main_file} (and {' and '.join(self.other_files)})"


FORMATS: Final = (
    Format("LifeSnaps", lifesnaps.DAILY, (lifesnaps.SESSIONS, lifesnaps.HOURLY), lifesnaps.LifeSnapsReader),
    Format("Fitabase", fitabase.DAILY, (fitabase.SLEEP, fitabase.HOURLY), fitabase.FitabaseReader),
)


def open_input(path: Path, timezone: str = "UTC") -> PersonReader:
    """The reader of the data at ``path``; the main file of a folder stands for the folder.

    ``timezone`` is where the persons lived, for formats that do not say it.

    Raises:
        UnknownFormatError: it is in none of ``FORMATS``; the message lists them and what was found.
        NoDataError: the folder or file is empty.
        PersonDataError: there is nothing at ``path``, or it cannot be read.
    """
    try:
        if not path.exists():
            raise PersonDataError(f"there is nothing at {path}")
        for format_ in FORMATS:
            folder = path.parent if path.name == format_.main_file else path
            if (folder / format_.main_file).is_file():
                return format_.reader(folder, timezone)
        names = _names(path)
    except OSError as error:
        raise PersonDataError(f"{path} cannot be read: {error.strerror or error}") from error
    if not names:
        raise NoDataError(f"{path} is empty")
    raise UnknownFormatError(path, names, [format_.description for format_ in FORMATS])


def _names(path: Path) -> list[str]:
    """Some names in a folder, or the file's own; none where it is empty."""
    if path.is_dir():
        return sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in islice(path.iterdir(), _SHOWN))
    return [path.name] if path.stat().st_size else []
