"""Reads of one context, many at a time, and what they took."""

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from unittest.mock import patch

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_connections import PostgresLimits
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.errors import HealthSourceError
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.ports import HealthSource
from holisticos.services.guarded_source import GuardedHealthSource
from holisticos.services.health_cache import HealthCache
from holisticos.services.hedging import Patience
from holisticos.services.user_data import UserDataService
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.fakes.clock import FixedClock

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
PROFILE = Profile(user_id="ada", timezone="Europe/Berlin")
PATIENCE = Patience()
LIMITS = HttpLimits(attempt=PATIENCE.deadline, deadline=PATIENCE.deadline)
DATABASE = PostgresLimits(connect=1.0, statement=PATIENCE.deadline, wait=1.0)
CLOCK = FixedClock(NOW)
CONCURRENCY = 10
DEADLINE_MS = 2000.0
MEMORY_MB = 200.0


def service_of(*sources: HealthSource, cache: HealthCache | None = None) -> UserDataService:
    return UserDataService(sources, CLOCK, patience=PATIENCE, cache=cache)


async def read(service: UserDataService) -> str:
    """Where the context came from, or the error."""
    try:
        context = await service.context(PROFILE, Memory(), as_of=NOW, days=7)
    except HealthSourceError as error:
        return type(error).__name__
    return "+".join(sorted({part.source for name, part in context.sources.items() if name != "memory"}))


async def timed(work: Callable[[], Awaitable[str]]) -> tuple[float, str]:
    began = time.perf_counter()
    outcome = await work()
    return (time.perf_counter() - began) * 1000, outcome


def show(what: str, value: float, limit: float, note: str = "") -> None:
    print(f"{what:44s} {value:8.1f} of {limit:7.1f}   ratio {value / limit:5.2f}   {note}", flush=True)


class _Unlogged:
    records: int | None = None

    def set(self, **_fields: object) -> None:
        """Nothing is told."""


@contextmanager
def _operation(*_args: object, **_fields: object) -> Iterator[_Unlogged]:
    yield _Unlogged()


@contextmanager
def unlogged() -> Iterator[None]:
    """Without logs: a line for each read would be most of what is measured, and of what is shown."""
    with patch("holisticos.services.user_data.operation", _operation), patch("holisticos.services.health_cache.record"):
        yield


async def under_fault(name: str, service: UserDataService, requests: int, expected: str) -> None:
    gate = asyncio.Semaphore(CONCURRENCY)

    async def one() -> tuple[float, str]:
        async with gate:
            return await timed(lambda: read(service))

    answers = await asyncio.gather(*(one() for _ in range(requests)))
    times = sorted(ms for ms, _ in answers)
    outcomes = dict(Counter(outcome for _, outcome in answers))
    p99 = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    show(name, p99, DEADLINE_MS, f"ms, p99 of {requests}; median {median(times):.0f}; {outcomes}")
    show("  peak memory", peak, MEMORY_MB, "MB, of the process with all its libraries")
    show("  answered as expected", 100 * outcomes.get(expected, 0) / requests, 100.0, f"%, {expected}")


@dataclass(frozen=True)
class Trial:
    """Requests to one faulty upstream and one database. It has a process of its own, whose memory is measured."""

    name: str
    upstream_url: str
    database_url: str
    requests: int
    expected: str
    guarded: bool = False

    def __call__(self) -> None:
        with unlogged():
            asyncio.run(self._run())

    async def _run(self) -> None:
        database = PostgresHealthSource(self.database_url, DATABASE)
        async with HttpHealthSource(self.upstream_url, limits=LIMITS) as upstream:
            asked: HealthSource = upstream
            if self.guarded:
                asked = GuardedHealthSource(upstream, InMemoryCircuitBreaker(), SystemClock())
            await under_fault(self.name, service_of(asked, database), self.requests, self.expected)
        database.close()
