"""What providers of health records have in common that answer GET requests with JSON.

An answer is a list, or an object that has it under ``data``, ``items`` or ``results``. 404 and 204 mean
that the user has no data.

Where an answer is cut off, at as many records as were asked for or because it says so, the dates are split
in two and each half is asked for: this works whichever way the server sorts.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from holisticos.adapters.http_json import JsonClient
from holisticos.contracts.errors import HealthSourceInvalidError
from holisticos.contracts.names import Part, Source
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score

Record = TypeVar("Record")

_WRAPPERS: Final = ("data", "items", "results")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Local dates of a user in ``zone``, both included."""

    first: date
    last: date
    zone: tzinfo

    @classmethod
    def between(cls, start: datetime, end: datetime) -> Self:
        """Those that ``start`` to ``end`` touches; ``end`` is excluded."""
        zone = start.tzinfo or UTC
        last = (end.astimezone(zone) - timedelta(microseconds=1)).date()
        return cls(start.date(), max(start.date(), last), zone)

    def halves(self) -> tuple["Days", "Days"]:
        middle = self.first + (self.last - self.first) // 2
        return Days(self.first, middle, self.zone), Days(middle + _DAY, self.last, self.zone)


class JsonHealthSource(ABC):
    """``HealthSource`` of a provider. Close it, or use it as a context manager, in the loop that used it.

    A provider that takes a limit is told ``page_size``: an answer of so many records may have been cut off.
    """

    def __init__(self, client: JsonClient, *, page_size: int | None = None) -> None:
        self._client = client
        self._page_size = page_size

    @abstractmethod
    async def _answer(self, part: Part, user_id: str, days: Days, deadline: float) -> object | None:
        """The parsed answer of the provider; None for no data. Raises ``HealthSourceError``."""

    @property
    def source(self) -> Source:
        return Source.HEALTH_API

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]:
        items = await self._items(Part.SCORES, user_id, start, end)
        return _usable(parse_scores(items, zone=start.tzinfo or UTC, as_of=end), Part.SCORES)

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]:
        items = await self._items(Part.BIOMARKERS, user_id, start, end)
        return _usable(parse_biomarkers(items, zone=start.tzinfo or UTC, as_of=end), Part.BIOMARKERS)

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]:
        items = await self._items(Part.ARCHETYPES, user_id, start, end)
        return _usable(parse_archetypes(items, zone=start.tzinfo or UTC, as_of=end), Part.ARCHETYPES)

    async def _items(self, part: Part, user_id: str, start: datetime, end: datetime) -> list[object]:
        return await self._of(part, user_id, Days.between(start, end), self._client.deadline())

    async def _of(self, part: Part, user_id: str, days: Days, deadline: float) -> list[object]:
        answer = await self._answer(part, user_id, days, deadline)
        if answer is None:
            return []
        items, is_whole = _unwrapped(answer, part)
        if is_whole and (self._page_size is None or len(items) < self._page_size):
            return items
        if days.first == days.last:
            raise HealthSourceInvalidError(f"the health API has more than {len(items)} {part} for one day")
        try:
            async with asyncio.TaskGroup() as group:
                halves = [group.create_task(self._of(part, user_id, half, deadline)) for half in days.halves()]
        except ExceptionGroup as errors:
            # One is enough to know; the group has ended the other half.
            first_error = errors.exceptions[0]
            raise first_error from first_error.__cause__
        return _distinct([item for half in halves for item in half.result()])


def _unwrapped(answer: object, part: Part) -> tuple[list[object], bool]:
    """The records of an answer, and whether it has all of them as far as it says.

    Raises ``HealthSourceInvalidError`` for anything else: an error page is not "no data".
    """
    is_whole = True
    while not isinstance(answer, list):
        inside = _inside(answer)
        if inside is None:
            raise HealthSourceInvalidError(f"the health API's answer has no list of {part}")
        if isinstance(inside, list) and isinstance(answer, Mapping):
            is_whole = not _says_there_is_more(answer, len(inside))
        answer = inside
    return answer, is_whole


def _inside(answer: object) -> object | None:
    """What an envelope holds: a list, or another envelope."""
    if not isinstance(answer, Mapping):
        return None
    return next((answer[name] for name in _WRAPPERS if isinstance(answer.get(name), list | Mapping)), None)


def _says_there_is_more(answer: Mapping[str, Any], count: int) -> bool:
    total = answer.get("total")
    return answer.get("has_more") is True or (isinstance(total, int) and total > count)


def _distinct(items: list[object]) -> list[object]:
    """Without the copies of records that span both halves of a split."""
    return list({json.dumps(item, sort_keys=True): item for item in items}.values())


def _usable(records: Records[Record], part: Part) -> Records[Record]:
    """Raises ``HealthSourceInvalidError`` where records came and every one of them is damaged."""
    if records.received and records.damaged == records.received:
        raise HealthSourceInvalidError(f"none of the {records.received} {part} of the health API could be used")
    return records
