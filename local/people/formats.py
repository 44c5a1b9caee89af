"""The formats that can be imported, and the recognition of the one a person gives us.

A new format is one module with a ``PersonReader`` and one entry in ``FORMATS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from local.people import apple_health, fitabase, fitbit_takeout, lifesnaps, measurements
from local.people.archive import Archive, plain_file
from local.people.errors import NoDataError, PersonDataError, UnknownFormatError
from local.people.records import PersonReader, Reading, in_silence
from local.people.zones import checked_zone

_BEGINNING: Final = 4096
"""Bytes in which a document of ours has said what it is."""
_SHOWN = 12
"""Names shown of an unknown folder."""


@dataclass(frozen=True, slots=True)
class Format:
    """One importable format.

    ``find`` gives where a reader finds its data when asked for a path, or None where they are not there.
    It may raise what an unreadable file raises, and looks at no more than the beginning of any.
    """

    description: str
    find: Callable[[Path], Path | None]
    reader: Callable[[Path, str | None, Reading], PersonReader]


def _folder_with(main_file: str) -> Callable[[Path], Path | None]:
    def find(path: Path) -> Path | None:
        folder = path.parent if path.name == main_file else path
        return folder if (folder / main_file).is_file() else None

    return find


def _apple_health(path: Path) -> Path | None:
    if Archive.is_one(path):
        return path if apple_health.export_file(Archive(path)) else None
    with plain_file(path) as stream:
        return path if path.suffix.lower() == ".xml" and apple_health.is_export(stream) else None


def _fitbit(path: Path) -> Path | None:
    return path if Archive.is_one(path) and fitbit_takeout.is_export(Archive(path)) else None


def _measurements(path: Path) -> Path | None:
    if path.is_dir():
        return None
    with plain_file(path) as stream:
        beginning = stream.read(_BEGINNING).decode("utf-8-sig", errors="replace")
    if path.suffix.lower() == ".csv":
        return path if measurements.is_table(beginning.partition("\n")[0]) else None
    return path if path.suffix.lower() == ".json" and measurements.FORMAT in beginning else None


FORMATS: Final = (
    Format(
        f"LifeSnaps folder with {lifesnaps.DAILY} (and {lifesnaps.SESSIONS} and {lifesnaps.HOURLY})",
        _folder_with(lifesnaps.DAILY),
        lambda path, timezone, _reading: lifesnaps.LifeSnapsReader(path, timezone or "UTC"),
    ),
    Format(
        f"Fitabase folder with {fitabase.DAILY} (and {fitabase.SLEEP} and {fitabase.HOURLY})",
        _folder_with(fitabase.DAILY),
        lambda path, timezone, _reading: fitabase.FitabaseReader(path, timezone or "UTC"),
    ),
    Format("Apple Health export.zip or export.xml", _apple_health, apple_health.AppleHealthReader),
    Format("Fitbit export of Google Takeout, zipped or not", _fitbit, fitbit_takeout.FitbitTakeoutReader),
    Format(
        f"HolisticOS measurements, a .csv with the columns {', '.join(measurements.COLUMNS)} or a .json",
        _measurements,
        measurements.MeasurementsReader,
    ),
)


def open_input(path: Path, timezone: str | None = None, reading: Reading = in_silence) -> PersonReader:
    """The reader of the data at ``path``; the main file of a folder stands for the folder.

    ``timezone`` is where the persons lived; without it a format that does not say so has its own default.
    ``reading`` follows readers that take long.

    Raises:
        UnknownFormatError: it is in none of ``FORMATS``; the message lists them and what was found.
        NoDataError: the folder or file is empty.
        PersonDataError: there is nothing at ``path``, or it cannot be read, or there is no such time zone.
    """
    if timezone is not None:
        checked_zone(timezone)
    try:
        if not path.exists():
            raise PersonDataError(f"there is nothing at {path}")
        if not (names := _names(path)):
            raise NoDataError(f"{path} is empty")
        for format_ in FORMATS:
            if found := format_.find(path):
                return format_.reader(found, timezone, reading)
    except OSError as error:
        raise PersonDataError(f"{path} cannot be read: {error.strerror or error}") from error
    raise UnknownFormatError(path, names, [format_.description for format_ in FORMATS])


def _names(path: Path) -> list[str]:
    """Some names in a folder, or the file's own; none where it is empty."""
    if path.is_dir():
        return sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in islice(path.iterdir(), _SHOWN))
    return [path.name] if path.stat().st_size else []
