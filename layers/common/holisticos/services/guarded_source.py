"""A source of health data behind a circuit breaker."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from holisticos.contracts.circuit import Admission
from holisticos.contracts.errors import HealthSourceError, HealthSourceUnavailableError
from holisticos.contracts.names import Source
from holisticos.health.records import ArchetypeRecord, Biomarker, Records, Score
from holisticos.ports import CircuitBreaker, Clock, HealthSource

Record = TypeVar("Record")

TOO_SLOW: Final = timedelta(seconds=0.5)
"""Whoever was given up after this long was overtaken, which is a failure; given up sooner, nothing is known."""


class GuardedHealthSource:
    """``HealthSource`` that is left alone while it keeps failing: then it fails at once, and another is asked."""

    def __init__(
        self,
        source: HealthSource,
        breaker: CircuitBreaker,
        clock: Clock,
        *,
        too_slow: timedelta = TOO_SLOW,
    ) -> None:
        self._guarded = source
        self._breaker = breaker
        self._clock = clock
        self._too_slow = too_slow
        self._admitting: asyncio.Future[Admission] | None = None

    @property
    def source(self) -> Source:
        return self._guarded.source

    async def scores(self, user_id: str, start: datetime, end: datetime) -> Records[Score]:
        return await self._ask(lambda: self._guarded.scores(user_id, start, end))

    async def biomarkers(self, user_id: str, start: datetime, end: datetime) -> Records[Biomarker]:
        return await self._ask(lambda: self._guarded.biomarkers(user_id, start, end))

    async def archetypes(self, user_id: str, start: datetime, end: datetime) -> Records[ArchetypeRecord]:
        return await self._ask(lambda: self._guarded.archetypes(user_id, start, end))

    async def _ask(self, read: Callable[[], Awaitable[Records[Record]]]) -> Records[Record]:
        """Raises ``HealthSourceUnavailableError`` without asking while the circuit is open.

        What is refused or unusable was answered: the source is up, and others may fare better with it.
        """
        name = self.source.value
        began = self._clock.now()
        admission = await self._admission(began)
        if not admission.allowed:
            raise HealthSourceUnavailableError(
                f"the {name} keeps failing and is not asked for a while", admission.retry_after
            )
        try:
            records = await read()
        except HealthSourceUnavailableError:
            await asyncio.to_thread(self._breaker.failed, name, self._clock.now())
            raise
        except HealthSourceError:
            await asyncio.to_thread(self._breaker.succeeded, name, self._clock.now())
            raise
        except asyncio.CancelledError:
            if self._clock.now() - began >= self._too_slow:
                # Nobody waits for it: whoever cancelled has an answer already.
                asyncio.get_running_loop().run_in_executor(None, self._breaker.failed, name, self._clock.now())
            raise
        await asyncio.to_thread(self._breaker.succeeded, name, self._clock.now())
        return records

    async def _admission(self, at: datetime) -> Admission:
        """One for all who ask at once: the parts of one read are one probe, or none of them would end whole."""
        asked = self._admitting
        if asked is None or asked.done() or asked.get_loop() is not asyncio.get_running_loop():
            asked = asyncio.ensure_future(asyncio.to_thread(self._breaker.admit, self.source.value, at))
            self._admitting = asked
        # Whoever goes away does not take it from the others.
        return await asyncio.shield(asked)
