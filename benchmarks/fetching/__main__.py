"""``python -m benchmarks.fetching [quick]``: each figure as a ratio to its limit; 1 and less is within it."""

import asyncio
import json
import multiprocessing
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import httpx

from benchmarks.fetching.traffic import Model, hit_rate, replay
from benchmarks.fetching.trials import CLOCK, LIMITS, NOW, Trial, read, service_of, show, timed, unlogged
from benchmarks.fetching.upstream import healthy, simulated
from database.migrate import migrate
from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.contracts.errors import HealthSourceUnavailableError
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.services.health_cache import HealthCache
from local.people.synthetic import synthetic_person
from local.processes import free_port
from tests.databases import running_postgres
from tests.fakes.cache import InMemoryCache

BERLIN = ZoneInfo("Europe/Berlin")
PERSON = synthetic_person(as_of=NOW, days=98)
MODES = ("500", "429", "hang", "slow", "garbage", "huge")


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


@contextmanager
def silent_database() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        yield f"postgresql://ada:x@127.0.0.1:{server.getsockname()[1]}/none"


def switch(url: str, mode: str) -> None:
    httpx.put(f"{url}/_faults", json={"mode": mode, "retry_after": 60}, trust_env=False).raise_for_status()


def faults(database_url: str, requests: int, modes: Sequence[str] = MODES) -> None:
    apart = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1)
    with simulated() as url, silent_database() as nowhere, apart:
        for mode in modes:
            switch(url, mode)
            for guarded in (False, True):
                name = f"upstream {mode}, {'with' if guarded else 'without'} circuit breaker"
                apart.submit(Trial(name, url, database_url, requests, "database", guarded=guarded)).result()
        switch(url, "hang")
        unavailable = HealthSourceUnavailableError.__name__
        both = Trial("upstream and database hang", url, nowhere, requests // 5, unavailable)
        apart.submit(both).result()


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
    with unlogged():
        replays(10 if quick else 100)
        for latency in (0.1, 0.2, 0.4):
            asyncio.run(healthy_upstream(latency, 3 if quick else 25))
        asyncio.run(cached(3 if quick else 50))
        with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder), free_port()) as server:
            url = server.new_database()
            asyncio.run(filled(url))
            faults(url, 10 if quick else 200)


if __name__ == "__main__":
    main()
