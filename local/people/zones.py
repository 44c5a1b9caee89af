"""Which time zone a person lived in, where an export names offsets and no zone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from local.people.errors import PersonDataError

_REGIONS: Final = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


class OffsetLog:
    """The offsets of a person's records: one example a month is remembered of each."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int, timedelta], datetime] = {}
        self._named: dict[str, int] = {}

    def add(self, at: datetime) -> None:
        """An aware time as it stands in a record."""
        offset = at.utcoffset()
        if offset is not None:
            self._seen.setdefault((at.year, at.month, offset), at)

    def name(self, zone: str) -> None:
        """A zone that the export itself names for one record."""
        self._named[zone] = self._named.get(zone, 0) + 1

    def zone(self) -> tuple[str, str]:
        """The zone, and a sentence that says how it is known."""
        named = [(count, name) for name, count in self._named.items() if is_zone(name)]
        if named:
            zone = max(named)[1]
            return zone, f"the time zone is {zone}, as the export names it most often"
        if not self._seen:
            return "UTC", "the export names no time zone; UTC is taken"
        zone = _closest({at: offset for (_, _, offset), at in self._seen.items()})
        return zone, f"the export names offsets and no time zone; {zone} is taken, which has the same ones"


def is_zone(name: str) -> bool:
    return name in _names()


def checked_zone(name: str) -> str:
    """``name``, where it is one of the IANA database. Raises ``PersonDataError``."""
    if not is_zone(name):
        raise PersonDataError(f"there is no time zone {name!r}; zones are named like Europe/Berlin")
    return name


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _closest(offsets: Mapping[datetime, timedelta]) -> str:
    """The zone that shares most of ``offsets``; of several alike the first by name."""
    instants = [(at.astimezone(UTC), offset) for at, offset in offsets.items()]

    def shared(name: str) -> int:
        zone = ZoneInfo(name)
        return sum(at.astimezone(zone).utcoffset() == offset for at, offset in instants)

    if all(offset == timedelta(0) for _, offset in instants):
        return "UTC"
    return min((name for name in _names() if name.startswith(_REGIONS)), key=lambda name: (-shared(name), name))
