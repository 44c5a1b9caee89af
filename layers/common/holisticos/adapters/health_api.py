"""The upstream health API (hos-fapi, which wraps Sahha) as a ``HealthSource``.

``GET {base}/api/v1/sahha/{scores|biomarkers|archetypes}?user_id&start_date&end_date&limit``; dates are
local dates of the user, both included. The answer is a list, or an object that has it under ``data``,
``items`` or ``results``. 404 and 204 mean that the user has no data.

Where an answer is cut off at ``limit``, the dates are split in two and each half is asked for: this
works whichever way the server sorts.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx

from holisticos.adapters.http_json import HttpLimits, JsonClient
from holisticos.contracts.errors import HealthSourceInvalidError
from holisticos.contracts.names import Part, Source
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score

Record = TypeVar("Record")

PAGE_SIZE: Final = 8_000
"""Three months of daily records of fifty types and of hourly steps are fewer. So many fit into the largest body."""

_WRAPPERS: Final = ("data", "items", "results")
_DAY: Final = timedelta(days=1)


class HttpHealthSource:
    """``HealthSource`` over HTTP. Close it, or use it as a context manager, in the loop that used it."""

    def __init__(
        self,
        base_url: str,
        *,
        limits: HttpLimits | None = None,
        page_size: int = PAGE_SIZE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = JsonClient(base_url, limits=limits, transport=transport)
        self._page_size = page_size

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
        # ``end`` is excluded; both dates are included.
        last = (end.astimezone(start.tzinfo) - timedelta(microseconds=1)).date()
        return await self._between(part, user_id, start.date(), max(start.date(), last), self._client.deadline())

    async def _between(self, part: Part, user_id: str, first: date, last: date, deadline: float) -> list[object]:
        params: dict[str, str | int] = {
            "user_id": user_id,
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "limit": self._page_size,
        }
        answer = await self._client.get(f"api/v1/sahha/{part}", params, deadline)
        if answer is None:
            return []
        items, is_whole = _unwrapped(answer, part)
        if is_whole and len(items) < self._page_size:
            return items
        if first == last:
            raise HealthSourceInvalidError(f"the health API has more than {len(items)} {part} for one day")
        middle = first + (last - first) // 2
        try:
            async with asyncio.TaskGroup() as group:
                halves = [
                    group.create_task(self._between(part, user_id, *dates, deadline))
                    for dates in ((first, middle), (middle + _DAY, last))
                ]
        except ExceptionGroup as errors:
            # One is enough to know; the group has ended the other half.
            first_error = errors.exceptions[0]
            raise first_error from first_error.__cause__
        return _distinct([item for half in halves for item in half.result()])


def _unwrapped(answer: object, part: Part) -> tuple[list[object], bool]:
    """The records of an answer, and whether it has all of them as far as it says.

    Raises ``HealthSourceInvalidError`` for anything else: an error page is not "no data".
    """
    if isinstance(answer, list):
        return answer, True
    if isinstance(answer, Mapping):
        for name in _WRAPPERS:
            inside = answer.get(name)
            if isinstance(inside, list):
                return inside, not _says_there_is_more(answer, len(inside))
            if isinstance(inside, Mapping):
                return _unwrapped(inside, part)
    raise HealthSourceInvalidError(f"the health API's answer has no list of {part}")


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
