"""Answers about a user's health that are kept for a while, until new data come.

A kept answer is good as long as nobody has brought new data of the days it covers. Whoever does, renews a mark;
an answer is kept with the marks that stood *before* its reading began, and is only found under the same ones. So
an answer that was being read while new data came is never found, nothing has to be searched for to be deleted,
and one question to the cache brings an answer together with its marks.

There are two marks a user: one for all days, and one for each day while it is in progress. What devices send all
day long is of today, and answers about complete days stay good.
"""

import asyncio
import json
import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import uuid4

from holisticos.contracts.errors import HolisticOsError, StoreError
from holisticos.contracts.names import CacheUse
from holisticos.ports import Cache, Clock
from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.runtime.metrics import record

Answer = TypeVar("Answer")

Read = Callable[[float], Awaitable[Answer]]
"""Reads an answer; it is told when it was asked for, on the clock of the running loop."""

VERSION: Final = 1
"""Of what is kept; another version's is not found."""

_MARK_OUTLIVES: Final = timedelta(minutes=5)
"""By how much a mark outlives all that was kept before it: clocks differ."""
_COMPRESSION: Final = 3
"""Of 0 to 9: half the time of the usual 6, for a sixth more bytes."""


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """How long an answer is good."""

    fresh: timedelta = timedelta(minutes=15)
    usable: timedelta = timedelta(hours=24)
    """Beyond ``fresh`` it is given at once and read anew beside it."""
    stale: bool = True
    """Whether that is done; else what is not fresh is not found."""
    wait: float = 0.2
    """Seconds that the cache has to answer."""
    rest: timedelta = timedelta(seconds=2)
    """How long a cache that failed is not asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whose data; ``last_day`` is the last local day the answer covers."""

    user_id: str
    words: str
    last_day: date

    @property
    def key(self) -> str:
        return _key(self.user_id, f"answer {VERSION} {self.words}")

    @property
    def marks(self) -> tuple[str, str]:
        return _mark(self.user_id), _mark(self.user_id, self.last_day)


class Codec(Protocol[Answer]):
    """An answer as bytes, and back."""

    def worth_keeping(self, answer: Answer) -> bool: ...

    def encode(self, answer: Answer) -> bytes: ...

    def decode(self, content: bytes) -> Answer:
        """Raises ``ValueError`` for what cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Cached(Generic[Answer]):
    """An answer, and what the cache had to do with it."""

    answer: Answer
    use: CacheUse


@dataclass(frozen=True, slots=True)
class Companion:
    """An encoded answer to another question, which came with the same reading."""

    question: Question
    content: bytes


@dataclass(frozen=True, slots=True)
class _Found:
    """What the cache says to a question: the marks that stand, and an answer under them."""

    marks: tuple[str | None, ...]
    kept_at: datetime | None = None
    content: bytes = b""


class HealthCache:
    """Keeps answers; one process reads the same thing only once at a time. Without its store all are read anew."""

    def __init__(self, cache: Cache, clock: Clock, policy: CachePolicy | None = None) -> None:
        self._cache = cache
        self._clock = clock
        self._policy = policy or CachePolicy()
        self._flights: dict[str, asyncio.Task[Any]] = {}
        self._renewals: dict[str, asyncio.Task[None]] = {}
        self._rests_until: datetime | None = None

    async def through(
        self, question: Question, read: Read[Answer], codec: Codec[Answer], beside: "Sequence[Companion]" = ()
    ) -> Cached[Answer]:
        """The kept answer, or that of ``read``, which is then kept. Raises what ``read`` raises.

        Who asks the same while it is read waits for the same reading. What ``read`` puts into ``beside`` are
        answers to other questions about the same days, which are kept with its own.
        """
        flight: asyncio.Task[Cached[Answer]] | None = self._flights.get(question.key)
        if flight is None or flight.get_loop() is not asyncio.get_running_loop():
            flight = asyncio.create_task(self._answer(question, read, codec, beside))
            self._flights[question.key] = flight
            flight.add_done_callback(lambda done: self._landed(question.key, done))
        # Whoever goes away does not take the answer from the others.
        return await asyncio.shield(flight)

    def invalidate(self, user_id: str, changed_from: datetime | None = None) -> None:
        """Let nothing be found that was kept before now: new data came.

        ``changed_from`` is the beginning of the earliest new record, in the user's time zone; where it is of the
        present local day, answers that end before that day stay good. Raises ``StoreError``; safe to repeat.
        """
        day: date | None = None
        if changed_from is not None and changed_from.tzinfo is not None:
            today = self._clock.now().astimezone(changed_from.tzinfo).date()
            day = today if changed_from.date() >= today else None
        self._cache.put(_mark(user_id, day), uuid4().bytes, self._policy.usable + _MARK_OUTLIVES)

    async def settled(self) -> None:
        """Wait until all that is read beside answers has been read."""
        while running := [*self._flights.values(), *self._renewals.values()]:
            await asyncio.wait(running)

    async def _answer(
        self, question: Question, read: Read[Answer], codec: Codec[Answer], beside: "Sequence[Companion]"
    ) -> Cached[Answer]:
        asked_at = asyncio.get_running_loop().time()
        found = await self._find(question)
        if found is None:
            return _counted(Cached(await read(asked_at), CacheUse.UNAVAILABLE))
        if found.kept_at is not None:
            try:
                answer = codec.decode(found.content)
            except ValueError:
                _warn("what was kept cannot be read")
            else:
                age = self._clock.now() - found.kept_at
                if age <= self._policy.fresh:
                    return _counted(Cached(answer, CacheUse.FRESH))
                if self._policy.stale:
                    self._renew(question, read, codec, found, beside)
                    return _counted(Cached(answer, CacheUse.STALE))
        answer = await read(asked_at)
        await self._keep(question, answer, codec, found, beside)
        return _counted(Cached(answer, CacheUse.MISSED))

    def _renew(
        self,
        question: Question,
        read: Read[Answer],
        codec: Codec[Answer],
        found: _Found,
        beside: "Sequence[Companion]",
    ) -> None:
        key = question.key
        running = self._renewals.get(key)
        if running is not None and running.get_loop() is asyncio.get_running_loop():
            return

        async def renew() -> None:
            try:
                answer = await read(asyncio.get_running_loop().time())
                await self._keep(question, answer, codec, found, beside)
            except HolisticOsError as error:
                # The stale answer stays, until it is too old.
                _warn("a stale answer could not be renewed", error)

        task = asyncio.create_task(renew())
        self._renewals[key] = task
        task.add_done_callback(lambda done: self._renewals.pop(key) if self._renewals.get(key) is done else None)

    async def _find(self, question: Question) -> _Found | None:
        """None where the cache cannot be asked."""
        now = self._clock.now()
        if self._rests_until is not None and now < self._rests_until:
            return None
        keys = (question.key, *question.marks)
        try:
            async with asyncio.timeout(self._policy.wait):
                values = await asyncio.to_thread(self._cache.get, keys)
        except (StoreError, TimeoutError) as error:
            self._rests_until = now + self._policy.rest
            _warn("the cache does not answer; reading without it", error)
            return None
        return _opened(values, question)

    async def _keep(
        self,
        question: Question,
        answer: Answer,
        codec: Codec[Answer],
        found: _Found,
        beside: "Sequence[Companion]",
    ) -> None:
        if not codec.worth_keeping(answer):
            return
        head = json.dumps({"kept_at": self._clock.now().isoformat(), "marks": found.marks}).encode() + b"\n"
        contents = {question.key: head + codec.encode(answer)}
        contents |= {one.question.key: head + one.content for one in beside if one.question.marks == question.marks}
        try:
            async with asyncio.timeout(self._policy.wait):
                await asyncio.gather(*(asyncio.to_thread(self._put, *item) for item in contents.items()))
        except (StoreError, TimeoutError) as error:
            _warn("an answer could not be kept", error)

    def _put(self, key: str, content: bytes) -> None:
        self._cache.put(key, zlib.compress(content, _COMPRESSION), self._policy.usable)

    def _landed(self, key: str, done: "asyncio.Task[Any]") -> None:
        if self._flights.get(key) is done:
            del self._flights[key]
        if not done.cancelled():
            done.exception()  # also where nobody is left to be told of it


def _opened(values: Mapping[str, bytes], question: Question) -> _Found:
    marks = tuple(values[mark].hex() if mark in values else None for mark in question.marks)
    packed = values.get(question.key)
    if packed is None:
        return _Found(marks)
    try:
        head, _, content = zlib.decompress(packed).partition(b"\n")
        told = json.loads(head)
        kept_at, kept_under = datetime.fromisoformat(told["kept_at"]), tuple(told["marks"])
    except (ValueError, KeyError, TypeError, zlib.error):
        _warn("what was kept cannot be read")
        return _Found(marks)
    return _Found(marks, kept_at, content) if kept_under == marks else _Found(marks)


def _key(user_id: str, words: str) -> str:
    """Names nobody, and nothing of anybody."""
    return sha256(f"holisticos cache:{json.dumps([user_id, words])}".encode()).hexdigest()


def _mark(user_id: str, day: date | None = None) -> str:
    return _key(user_id, f"mark {day or 'all'}")


def _counted(cached: Cached[Answer]) -> Cached[Answer]:
    record("CacheAnswers", 1, use=cached.use.value)
    return cached


def _warn(message: str, error: BaseException | None = None) -> None:
    why = {} if error is None else {"error": describe(error)}
    log(LogCategory.MEMORY_CACHE, message, level=logging.WARNING, **why)
