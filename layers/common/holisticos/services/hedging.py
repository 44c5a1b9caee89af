"""Two ways to one answer, under a deadline: the second is taken when the first fails or is slow."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from holisticos.contracts.errors import HealthSourceError, HealthSourceUnavailableError

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long the first way may take before the second is tried beside it, and both in all."""

    hedge_after: float = 0.6
    deadline: float = 1.8


async def first_answer(
    ways: Sequence[Callable[[], Awaitable[Answer]]], patience: Patience, until: float | None = None
) -> Answer:
    """The first answer of ``ways``, which are in order of preference.

    The next way is started when one fails, or ``hedge_after`` seconds after the one before; those still
    running when an answer is there are cancelled. Only a ``HealthSourceError`` is a failure of a way, any
    other error ends all. Raises the failure of the last way that failed where all did, and
    ``HealthSourceUnavailableError`` at the deadline, which is at ``until`` on the loop's clock where something
    was waited for before.
    """
    waiting = list(ways)
    started: list[asyncio.Future[Answer]] = []
    running: set[asyncio.Future[Answer]] = set()
    failure: HealthSourceError | None = None
    loop = asyncio.get_running_loop()
    until = loop.time() + patience.deadline if until is None else until
    try:
        while waiting or running:
            if waiting:
                started.append(asyncio.ensure_future(waiting.pop(0)()))
                running.add(started[-1])
            left = until - loop.time()
            patient = min(patience.hedge_after, left) if waiting else left
            done, running = await asyncio.wait(running, timeout=max(0.0, patient), return_when="FIRST_COMPLETED")
            for way in done:
                error = way.exception()
                if error is None:
                    return way.result()
                if not isinstance(error, HealthSourceError):
                    raise error
                failure = _combined(failure, error)
            if loop.time() >= until:
                raise HealthSourceUnavailableError(
                    "the health data could not be read in time", _asked_for(failure)
                ) from failure
    finally:
        for way in started:
            way.cancel()
        # Those that ended meanwhile too: asyncio complains of an error that nobody looked at.
        await asyncio.gather(*started, return_exceptions=True)
    raise failure or HealthSourceUnavailableError("there is no source of health data")


def _combined(earlier: HealthSourceError | None, later: HealthSourceError) -> HealthSourceError:
    """The later failure; worth another try, and after as long as any asks for, where one of the two is."""
    if isinstance(earlier, HealthSourceUnavailableError):
        waits = [wait for wait in (_asked_for(earlier), _asked_for(later)) if wait is not None]
        combined = HealthSourceUnavailableError(str(later), max(waits, default=None))
        combined.__cause__ = earlier
        return combined
    return later


def _asked_for(failure: HealthSourceError | None) -> float | None:
    """Seconds to wait, where the source named them."""
    return failure.retry_after if isinstance(failure, HealthSourceUnavailableError) else None
