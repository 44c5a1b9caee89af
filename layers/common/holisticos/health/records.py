"""Records as a source gave them, validated one by one.

A record keeps the source's own words (``raw``) because it is stored again in the fallback database;
series are made from the typed fields only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

Record_co = TypeVar("Record_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Records(Generic[Record_co]):
    """The usable records of one answer, and how many were dropped for which reason.

    ``len(kept) + sum(dropped.values())`` equals the number of records received.
    """

    kept: tuple[Record_co, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A score 0..1 of one local day."""

    id: str
    type: str
    value: float
    state: str | None
    at: datetime
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Biomarker:
    """One measured value over a span of time; ``value`` is a number or an instant."""

    id: str
    category: str
    type: str
    periodicity: str
    aggregation: str
    value: float | datetime
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
