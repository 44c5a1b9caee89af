"""``python -m benchmarks.fetching [quick]``: each figure as a ratio to its limit; 1 and less is within it."""

import asyncio
import json
import resource
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from unittest.mock import patch
from zoneinfo import ZoneInfo

import httpx

from benchmarks.fetching.traffic import Model, hit_rate, replay
from benchmarks.fetching.upstream import healthy, simulated
from database.migrate import migrate
from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_connections import PostgresLimits
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.errors import HealthSourceError
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.profile import Profile
from holisticos.ports import HealthSource
from holisticos.services.guarded_source import GuardedHealthSource
from holisticos.services.health_cache import HealthCache
from holisticos.services.hedging import Patience
from holisticos.services.user_data import UserDataService
from local.people.synthetic import synthetic_person
from local.processes import free_port
from tests.databases import running_postgres
from tests.fakes.cache import InMemoryCache
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.fakes.clock import FixedClock

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
PERSON = synthetic_person(as_of=NOW, days=98)
PROFILE = Profile(user_id="ada", timezone="Europe/Berlin")
PATIENCE = Patience()
LIMITS = HttpLimits(attempt=PATIENCE.deadline, deadline=PATIENCE.deadline)
DATABASE = PostgresLimits(connect=1.0, statement=PATIENCE.deadline, wait=1.0)
CLOCK = FixedClock(NOW)
CONCURRENCY = 10
DEADLINE_MS = 2000.0
MEMORY_MB = 200.0
MODES = ("500", "429", "hang", "slow", "garbage", "huge")


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


async def healthy_upstream(latency: float, times: int) -> None:
    bodies = {part: json.dumps(PERSON.part(part)).encode() for part in ("scores", "biomarkers", "archetypes")}
    with healthy(bodies, latency) as url:
        async with HttpHealthSource(url, limits=LIMITS) as upstream, httpx.AsyncClient(trust_env=False) as plain:
            service = service_of(upstream)
            await read(service)

            async def one_call() -> str:
                return str((await plain.get(f"{url}/api/v1/sahha/archetypes")).status_code)

            calls = [(await timed(one_call))[0] for _ in range(times)]
            contexts = [(await timed(lambda: read(service)))[0] for _ in range(times)]
    call = median(calls)
    show(f"healthy, {latency * 1000:.0f} ms a call (took {call:.0f})", median(contexts), 1.15 * call + 40, "ms, median")


async def cached(times: int) -> None:
    with healthy(
        {part: json.dumps(PERSON.part(part)).encode() for part in ("scores", "biomarkers", "archetypes")}, 0
    ) as url:
        async with HttpHealthSource(url, limits=LIMITS) as upstream:
            service = service_of(upstream, cache=HealthCache(InMemoryCache(CLOCK), CLOCK))
            await read(service)
            answers = [await timed(lambda: read(service)) for _ in range(times)]
    assert {outcome for _, outcome in answers} == {"cache"}
    show("cached, our own time", median(ms for ms, _ in answers), 25.0, "ms, median")


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
    show("  peak memory so far", peak, MEMORY_MB, "MB")
    show("  answered as expected", 100 * outcomes.get(expected, 0) / requests, 100.0, f"%, {expected}")


@contextmanager
def silent_database() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        yield f"postgresql://ada:x@127.0.0.1:{server.getsockname()[1]}/none"


async def switch(url: str, mode: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.put(f"{url}/_faults", json={"mode": mode, "retry_after": 60})).raise_for_status()


async def faults(database_url: str, requests: int, modes: Sequence[str] = MODES) -> None:
    with simulated() as url:
        for mode in modes:
            await switch(url, mode)
            for guarded in (False, True):
                database = PostgresHealthSource(database_url, DATABASE)
                async with HttpHealthSource(url, limits=LIMITS) as upstream:
                    asked: HealthSource = upstream
                    if guarded:
                        asked = GuardedHealthSource(upstream, InMemoryCircuitBreaker(), SystemClock())
                    label = f"upstream {mode}, {'with' if guarded else 'without'} circuit breaker"
                    await under_fault(label, service_of(asked, database), requests, "database")
                database.close()
        await switch(url, "hang")
        with silent_database() as nowhere:
            async with HttpHealthSource(url, limits=LIMITS) as upstream:
                service = service_of(upstream, PostgresHealthSource(nowhere, DATABASE))
                await under_fault("upstream and database hang", service, requests // 5, "HealthSourceUnavailableError")


async def filled(database_url: str) -> None:
    migrate(database_url)
    source = PostgresHealthSource(database_url)
    after = NOW + timedelta(days=1)
    await source.upsert(
        "ada",
        scores=parse_scores(PERSON.scores, zone=BERLIN, as_of=after).kept,
        biomarkers=parse_biomarkers(PERSON.biomarkers, zone=BERLIN, as_of=after).kept,
        archetypes=parse_archetypes(PERSON.archetypes, zone=BERLIN, as_of=after).kept,
    )
    source.close()


def replays(persons: int) -> None:
    for label, model in (
        ("a realistic day", Model(persons)),
        ("the same, 24 syncs a day", Model(persons, syncs=24)),
        ("the same, 2 opens a day", Model(persons, opens=2)),
        ("the same, nobody comes back in an open", Model(persons, again=0)),
    ):
        uses = replay(model)
        counts = ", ".join(f"{use} {uses[use]}" for use in sorted(uses))
        print(f"{f'cache, {label}':44s} hit rate {hit_rate(uses):6.1%}   {counts}", flush=True)


def main() -> None:
    quick = "quick" in sys.argv[1:]
    # One line a read would be most of what is measured, and of what is shown.
    with patch("holisticos.services.user_data.operation", _unlogged), patch("holisticos.services.health_cache.record"):
        replays(10 if quick else 100)
        for latency in (0.1, 0.2, 0.4):
            asyncio.run(healthy_upstream(latency, 3 if quick else 25))
        asyncio.run(cached(3 if quick else 50))
        with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder), free_port()) as server:
            url = server.new_database()
            asyncio.run(filled(url))
            asyncio.run(faults(url, 10 if quick else 200))


class _Unlogged:
    records: int | None = None

    def set(self, **_fields: object) -> None:
        """Nothing is told."""


@contextmanager
def _unlogged(*_args: object, **_fields: object) -> Iterator[_Unlogged]:
    yield _Unlogged()


if __name__ == "__main__":
    main()
