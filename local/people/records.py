"""What a reader or the generator gives: persons, and one person's records in the wire format."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from local.people.errors import NoDataError

Record = dict[str, Any]
"""One score, biomarker or archetype as the upstream API writes it."""

Reading = Callable[[int, int], None]
"""Told how many bytes of how many have been read."""

PARTS = ("scores", "biomarkers", "archetypes")
"""The three kinds of records, by the names of the upstream's endpoints."""


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A person found in an input.

    ``days`` counts the local days with at least one measured value, ``first`` and ``last`` are the
    outermost of them; ``nights`` counts those with a recorded sleep.
    """

    person_id: str
    days: int
    nights: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """Everything known about one person.

    Records stand in order of time. ``left_out`` counts what the files hold and the records do not, by
    reason; ``notes`` are sentences a reader of results should see.
    """

    person_id: str
    origin: str
    timezone: str
    first_day: date
    last_day: date
    scores: list[Record] = field(default_factory=list)
    biomarkers: list[Record] = field(default_factory=list)
    archetypes: list[Record] = field(default_factory=list)
    left_out: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    synthetic: bool = False

    @property
    def as_of(self) -> datetime:
        """The last second of the last local day: the instant as of which old data are analysed."""
        return datetime.combine(self.last_day, time(23, 59, 59), ZoneInfo(self.timezone))

    def part(self, name: str) -> list[Record]:
        """The records of one of ``PARTS``."""
        return {"scores": self.scores, "biomarkers": self.biomarkers, "archetypes": self.archetypes}[name]


def in_silence(_done: int, _all: int) -> None:
    """A ``Reading`` that nobody follows."""


class PersonReader(Protocol):
    """Reads the persons of one input, however large it is: memory is bounded by one person's records."""

    def persons(self) -> list[PersonSummary]:
        """All persons with at least one measured day, in order of their ids.

        Raises:
            NoDataError: there is none.
            UnreadableFileError: a file is damaged.
        """
        ...

    def records(self, person_id: str) -> PersonRecords:
        """One person's records.

        Raises:
            UnknownPersonError: the person is not among ``persons()``.
            UnreadableFileError: a file is damaged.
        """
        ...


def default_person(persons: Sequence[PersonSummary]) -> PersonSummary:
    """The person with most days; among equals the one with most nights, then with the smallest id."""
    return min(persons, key=lambda person: (-person.days, -person.nights, person.person_id))


def summary_of(person: PersonRecords) -> PersonSummary:
    """The summary of a person whose records have been read."""
    days = {date.fromisoformat(record["endDateTime"][:10]) for record in person.biomarkers}
    nights = {one["endDateTime"] for one in person.biomarkers if one["type"] in {"sleep_end_time", "sleep_duration"}}
    return PersonSummary(person.person_id, len(days), len(nights), min(days), max(days))


class PersonCount:
    """Counts the measured days and nights of everybody in an input."""

    def __init__(self) -> None:
        self._days: dict[str, set[date]] = defaultdict(set)
        self._nights: dict[str, set[date]] = defaultdict(set)

    def add(self, person_id: str, day: date, *, night: bool = False) -> None:
        self._days[person_id].add(day)
        if night:
            self._nights[person_id].add(day)

    def summaries(self, origin: str) -> list[PersonSummary]:
        """Everybody, in order of ids.

        Raises:
            NoDataError: nobody has a measured day; the message names ``origin``.
        """
        if not self._days:
            raise NoDataError(f"{origin}: no person has a day with a measured value")
        return [
            PersonSummary(id_, len(days), len(self._nights[id_]), min(days), max(days))
            for id_, days in sorted(self._days.items())
        ]
