"""Everything about one user, ready to be analysed: records, series, quality, memory, and where each came from."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from holisticos.contracts.errors import HealthSourceUnavailableError
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import AnalysisType, Part, Source
from holisticos.health.assembly import Fetched, Origin, Own, as_asked, assemble
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.privacy import shared_archetypes, shared_biomarkers, shared_scores
from holisticos.health.profile import Profile
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
from holisticos.health.windows import Period, period
from holisticos.ports import Clock, HealthSource, UserStore
from holisticos.runtime.logging import LogCategory
from holisticos.runtime.telemetry import operation
from holisticos.services.health_cache import Companion, HealthCache
from holisticos.services.hedging import Patience, first_answer
from holisticos.services.kept_answers import (
    ContextCodec,
    PartCodec,
    PartRead,
    companions,
    question_of_context,
    question_of_part,
)
from holisticos.services.profiles import profile_of

__all__ = ["PartRead", "UserDataService"]

Record = TypeVar("Record", Score, Biomarker, ArchetypeRecord)

_CATEGORIES: Final = {Source.HEALTH_API: LogCategory.API, Source.DATABASE: LogCategory.DB}
_NOT_HURRIED: Final = Patience(hedge_after=30.0, deadline=30.0)


@dataclass(frozen=True, slots=True)
class _Answer(Generic[Record]):
    records: Records[Record]
    source: Source


class UserDataService:
    """Reads a user's data from ``sources``, in order of preference, part by part.

    With one source its failure is the failure. With more, each part is taken from the first that answers
    within ``patience``, and says which it was. The sources bound their own tries; patience bounds the whole.
    With a ``cache`` it is asked before all of them.
    """

    def __init__(
        self,
        sources: Sequence[HealthSource],
        clock: Clock,
        users: UserStore | None = None,
        patience: Patience = _NOT_HURRIED,
        cache: HealthCache | None = None,
    ) -> None:
        self._sources = tuple(sources)
        self._clock = clock
        self._users = users
        self._patience = patience
        self._cache = cache

    async def get_user_health_context(self, user_id: str, days: int = 7) -> UserHealthContext:
        """The context as of now over the last ``days`` complete days.

        Raises ``HealthSourceError`` where a part could not be read from any source, ``StoreError`` where
        profile or memory could not.
        """
        if self._users is None:
            raise TypeError("a service without a user store cannot look up users")
        profile, memory = await asyncio.gather(
            asyncio.to_thread(profile_of, self._users, user_id), asyncio.to_thread(self._users.memory, user_id)
        )
        return await self.context(profile, memory, as_of=self._clock.now(), days=days)

    async def context(
        self,
        profile: Profile,
        memory: Memory,
        *,
        as_of: datetime,
        analysis_type: AnalysisType = AnalysisType.AUTO,
        days: int | None = None,
        feedback: Sequence[Answer] = (),
    ) -> UserHealthContext:
        """The context of ``profile``'s user for an analysis as of ``as_of``.

        Raises ``HealthSourceError`` where a part could not be read from any source.
        """
        analysed = period(as_of, profile.timezone, analysis_type, memory.last_window, days=days)
        own = Own(memory, tuple(feedback), Origin(Source.STORE, self._clock.now()))

        beside: list[Companion] = []

        async def read(asked_at: float) -> UserHealthContext:
            return await self._assembled(profile, own, analysed, as_of, self._until(asked_at), beside)

        if self._cache is None:
            return await read(asyncio.get_running_loop().time())
        cached = await self._cache.through(question_of_context(profile, analysed), read, ContextCodec(), beside)
        return as_asked(cached.answer, profile, own, analysed, as_of, cached.use)

    async def _assembled(
        self,
        profile: Profile,
        own: Own,
        analysed: Period,
        as_of: datetime,
        until: float,
        beside: list[Companion],
    ) -> UserHealthContext:
        fetched_at = self._clock.now()
        scores, biomarkers, archetypes = await self._parts(profile.user_id, analysed, until)
        answers: dict[Part, _Answer[Any]] = {
            Part.SCORES: scores,
            Part.BIOMARKERS: biomarkers,
            Part.ARCHETYPES: archetypes,
        }
        _require_known(answers)
        origins = {part: Origin(answer.source, fetched_at) for part, answer in answers.items()}
        if self._cache is not None:
            beside[:] = companions(
                profile,
                analysed,
                PartRead(scores.records, origins[Part.SCORES]),
                PartRead(biomarkers.records, origins[Part.BIOMARKERS]),
            )
        fetched = Fetched(
            scores=scores.records,
            biomarkers=biomarkers.records,
            archetypes=archetypes.records,
            memory=own.memory,
            origins={**origins, Part.MEMORY: own.origin},
            feedback=own.feedback,
        )
        return assemble(profile, fetched, analysed, as_of)

    async def scores(self, profile: Profile, start: datetime, end: datetime) -> PartRead[Score]:
        """The scores alone of ``profile``'s user, over a span as in ``HealthSource``. Raises ``HealthSourceError``."""

        async def read(asked_at: float) -> PartRead[Score]:
            answer = await self._part(Part.SCORES, lambda source: source.scores(profile.user_id, start, end), asked_at)
            return PartRead(shared_scores(answer.records, profile.privacy.withheld_categories), answer.origin)

        return await self._through(Part.SCORES, profile, start, end, read)

    async def biomarkers(self, profile: Profile, start: datetime, end: datetime) -> PartRead[Biomarker]:
        """The biomarkers alone, as ``scores``."""

        async def read(asked_at: float) -> PartRead[Biomarker]:
            answer = await self._part(
                Part.BIOMARKERS, lambda source: source.biomarkers(profile.user_id, start, end), asked_at
            )
            return PartRead(shared_biomarkers(answer.records, profile.privacy.withheld_categories), answer.origin)

        return await self._through(Part.BIOMARKERS, profile, start, end, read)

    async def archetypes(self, profile: Profile, start: datetime, end: datetime) -> PartRead[ArchetypeRecord]:
        """The measured archetypes alone, as ``scores``."""

        async def read(asked_at: float) -> PartRead[ArchetypeRecord]:
            answer = await self._part(
                Part.ARCHETYPES, lambda source: source.archetypes(profile.user_id, start, end), asked_at
            )
            return PartRead(shared_archetypes(answer.records, profile.privacy.withheld_categories), answer.origin)

        return await self._through(Part.ARCHETYPES, profile, start, end, read)

    async def _through(
        self,
        part: Part,
        profile: Profile,
        start: datetime,
        end: datetime,
        read: Callable[[float], Awaitable[PartRead[Record]]],
    ) -> PartRead[Record]:
        """The part from the cache, or what ``read`` gives."""
        if self._cache is None:
            return await read(asyncio.get_running_loop().time())
        codec: PartCodec[Record] = PartCodec(part, start, end)
        question = question_of_part(part, profile, start, end)
        cached = await self._cache.through(question, read, codec)
        origin = replace(cached.answer.origin, cache=cached.use)
        return PartRead(cached.answer.records, origin)

    async def _part(
        self, part: Part, ask: Callable[[HealthSource], Awaitable[Records[Record]]], asked_at: float
    ) -> PartRead[Record]:
        fetched_at = self._clock.now()
        answer = await self._read(part, ask, self._until(asked_at))
        _require_known({part: answer})
        return PartRead(answer.records, Origin(answer.source, fetched_at))

    def _until(self, asked_at: float) -> float:
        """When an answer must be there, on the clock of the running loop."""
        return asked_at + self._patience.deadline

    async def _parts(
        self, user_id: str, analysed: Period, until: float
    ) -> tuple[_Answer[Score], _Answer[Biomarker], _Answer[ArchetypeRecord]]:
        """The three parts, asked for side by side; the first failure ends the others."""
        span = user_id, analysed.fetch_from, analysed.fetch_until
        try:
            async with asyncio.TaskGroup() as group:
                scores = group.create_task(self._read(Part.SCORES, lambda source: source.scores(*span), until))
                biomarkers = group.create_task(
                    self._read(Part.BIOMARKERS, lambda source: source.biomarkers(*span), until)
                )
                archetypes = group.create_task(
                    self._read(Part.ARCHETYPES, lambda source: source.archetypes(*span), until)
                )
        except ExceptionGroup as failures:
            first = failures.exceptions[0]
            raise first from first.__cause__
        return scores.result(), biomarkers.result(), archetypes.result()

    async def _read(
        self, part: Part, ask: Callable[[HealthSource], Awaitable[Records[Record]]], until: float
    ) -> _Answer[Record]:
        async def answer_of(source: HealthSource) -> _Answer[Record]:
            category = _CATEGORIES.get(source.source, LogCategory.SYSTEM)
            with operation(category, f"read_{part}", source=source.source.value) as reading:
                records = await ask(source)
                reading.records = len(records.kept)
                reading.set(dropped=sum(records.dropped.values()))
            return _Answer(records, source.source)

        def way(source: HealthSource) -> Callable[[], Awaitable[_Answer[Record]]]:
            return lambda: answer_of(source)

        return await first_answer([way(source) for source in self._sources], self._patience, until)


def _require_known(answers: dict[Part, _Answer[Any]]) -> None:
    """Raises ``HealthSourceUnavailableError`` where nothing was found, and the database was asked for some of it.

    It is asked when the health API cannot be: what it does not hold may well exist. "No data" is for the
    health API to say, of every part.
    """
    found = sum(answer.records.received for answer in answers.values())
    if not found and any(answer.source is Source.DATABASE for answer in answers.values()):
        raise HealthSourceUnavailableError("the health API could not be asked, and the database holds nothing yet")
