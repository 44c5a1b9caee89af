"""Records as a source gave them, validated one by one.

A record keeps the source's own words (``raw``) because it is stored again in the fallback database;
series are made from the typed fields only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

Record_co = TypeVar("Record_co", covariant=True)


class DropReason(StrEnum):
    """Why a received record is not used; shown to the user in the data quality."""

    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    UNREADABLE_TIME = "unreadable_time"
    UNREADABLE_VALUE = "unreadable_value"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_FINITE = "not_finite"
    NEGATIVE = "negative"
    IMPLAUSIBLE = "implausible"
    ENDS_BEFORE_START = "ends_before_start"
    IMPOSSIBLE_SPAN = "impossible_span"
    TOO_OLD = "too_old"
    FUTURE = "future"
    WITHHELD = "withheld"

    @property
    def is_damage(self) -> bool:
        """Whether the record itself is wrong; the others are sound and merely not wanted here."""
        return self not in _SOUND


_SOUND = frozenset({DropReason.FUTURE, DropReason.WITHHELD})


@dataclass(frozen=True, slots=True)
class Records(Generic[Record_co]):
    """The usable records of one answer, and how many were dropped for which reason.

    ``len(kept) + sum(dropped.values())`` equals the number of records received.
    """

    kept: tuple[Record_co, ...] = ()
    dropped: Mapping[DropReason, int] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return len(self.kept) + sum(self.dropped.values())

    @property
    def damaged(self) -> int:
        """How many were dropped because they are wrong in themselves."""
        return sum(count for reason, count in self.dropped.items() if reason.is_damage)

    def without(self, unwanted: Callable[[Record_co], bool], reason: DropReason) -> "Records[Record_co]":
        """The same answer with the ``unwanted`` moved from kept to dropped."""
        kept = tuple(record for record in self.kept if not unwanted(record))
        moved = len(self.kept) - len(kept)
        if not moved:
            return self
        return Records(kept, {**self.dropped, reason: self.dropped.get(reason, 0) + moved})


@dataclass(frozen=True, slots=True)
class Score:
    """A score 0..1 of one local day."""

    id: str
    type: str
    value: float
    state: str | None
    at: datetime
    raw: Mapping[str, Any]


class Biomarker(NamedTuple):
    """One measured value over a span of time, in the unit of the catalogue where the type is in it.

    A named tuple, as there are thousands of them in every analysis, and a frozen dataclass takes four times
    as long to make.

    ``value`` is a number, an instant (bedtime, date of birth) or a word (biological sex).
    """

    id: str
    category: str
    type: str
    periodicity: str
    aggregation: str
    value: float | datetime | str
    unit: str
    start: datetime
    end: datetime
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArchetypeRecord:
    """A category the source assigned from behaviour over a week or month."""

    id: str
    name: str
    value: str
    ordinality: int | None
    periodicity: str
    start: datetime
    end: datetime
    raw: Mapping[str, Any]
