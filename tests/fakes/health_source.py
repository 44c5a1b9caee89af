"""Health records in memory, as a source and as a store; it can be made to fail, or to wait."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from holisticos.contracts.errors import HealthSourceError
from holisticos.contracts.names import Source
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score

Raw = Mapping[str, Any]


class InMemoryHealthSource:
    """``HealthSource`` and ``HealthRecordStore`` for tests.

    With ``failure`` every read raises it. With ``gate`` every read waits until the event is set; ``asked``
    counts the reads that began, and ``begun`` can be waited for.
    """

    def __init__(
        self,
        source: Source = Source.HEALTH_API,
        *,
        failure: HealthSourceError | None = None,
        gate: asyncio.Event | None = None,
    ) -> None:
        self._source = source
        self.failure = failure
        self.gate = gate
        self.asked = 0
        self.begun = asyncio.Semaphore(0)
        self._scores: defaultdict[str, dict[object, Raw]] = defaultdict(dict)
        self._biomarkers: defaultdict[str, dict[object, Raw]] = defaultdict(dict)
        self._archetypes: defaultdict[str, dict[object, Raw]] = defaultdict(dict)

    @property
    def source(self) -> Source:
        return self._source

    def add(
        self,
        user_id: str,
        *,
        scores: Iterable[Raw] = (),
        biomarkers: Iterable[Raw] = (),
        archetypes: Iterable[Raw] = (),
    ) -> "InMemoryHealthSource":
        """Take records as the wire has them, good or bad."""
        for kept, raw in ((self._scores, scores), (self._biomarkers, biomarkers), (self._archetypes, archetypes)):
            kept[user_id] |= {("raw", len(kept[user_id]) + n): item for n, item in enumerate(raw)}
        return self

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]:
        await self._answer()
        found = parse_scores(self._scores[user_id].values(), zone=start.tzinfo or UTC, as_of=end)
        return Records(tuple(one for one in found.kept if one.at >= start), found.dropped)

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]:
        await self._answer()
        found = parse_biomarkers(self._biomarkers[user_id].values(), zone=start.tzinfo or UTC, as_of=end)
        return Records(tuple(one for one in found.kept if one.end >= start), found.dropped)

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]:
        await self._answer()
        found = parse_archetypes(self._archetypes[user_id].values(), zone=start.tzinfo or UTC, as_of=end)
        return Records(tuple(one for one in found.kept if one.end >= start), found.dropped)

    async def upsert(
        self,
        user_id: str,
        *,
        scores: Iterable[Score] = (),
        biomarkers: Iterable[Biomarker] = (),
        archetypes: Iterable[ArchetypeRecord] = (),
    ) -> int:
        return (
            _merge(self._scores[user_id], {(one.type, one.at): one.raw for one in scores})
            + _merge(self._biomarkers[user_id], _by_key(biomarkers))
            + _merge(self._archetypes[user_id], {(one.name, one.periodicity, one.start): one.raw for one in archetypes})
        )

    async def erase(self, user_id: str) -> int:
        await self._answer()
        parts: tuple[defaultdict[str, dict[object, Raw]], ...] = (self._scores, self._biomarkers, self._archetypes)
        return sum(len(part.pop(user_id, {})) for part in parts)

    async def _answer(self) -> None:
        self.asked += 1
        self.begun.release()
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure


def _merge(stored: dict[object, Raw], new: dict[object, Raw]) -> int:
    """Take what is new or changed; how many that was."""
    fresh = {key: raw for key, raw in new.items() if stored.get(key) != raw and not _reopens(stored.get(key), raw)}
    stored.update(fresh)
    return len(fresh)


def _by_key(records: Iterable[Biomarker]) -> dict[object, Raw]:
    ordered = sorted(records, key=lambda one: one.periodicity != "intraday")
    return {(one.type, one.start, one.end): one.raw for one in ordered}


def _reopens(stored: Raw | None, raw: Raw) -> bool:
    """Whether a day that is over would be put back in progress."""
    return stored is not None and stored.get("periodicity") == "daily" and raw.get("periodicity") == "intraday"
