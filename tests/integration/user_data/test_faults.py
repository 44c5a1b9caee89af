"""Both real sources behind the one service: a user has an answer, or the reason, in under two seconds."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from database.migrate import migrate
from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.contracts.errors import HealthSourceUnavailableError
from holisticos.contracts.names import HealthProvider, Part, Source
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_biomarkers
from holisticos.health.profile import Profile
from holisticos.services.hedging import Patience
from holisticos.services.user_data import UserDataService
from tests.fakes.clock import FixedClock
from tests.loopback import Answer, Exchange, serving
from tests.providers import BOTH, source_at, with_tokens
from tests.wire import BERLIN, daily

NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)
ADA = Profile(user_id="ada", timezone="Europe/Berlin")
STORED = [daily("steps", date(2025, 7, 11) - timedelta(days=n), 7000) for n in range(20)]
SENT = [{**record, "value": 8000} for record in STORED]


@pytest.fixture
def database(empty_database: str) -> Iterator[PostgresHealthSource]:
    migrate(empty_database)
    source = PostgresHealthSource(empty_database)
    asyncio.run(source.upsert("ada", biomarkers=parse_biomarkers(STORED, zone=BERLIN, as_of=NOW).kept))
    yield source
    source.close()


def read(
    answer: Answer, database: PostgresHealthSource, provider: HealthProvider = HealthProvider.HOS_FAPI
) -> tuple[UserHealthContext, float]:
    async def run() -> tuple[UserHealthContext, float]:
        async with serving(answer) as server, source_at(provider, server.url) as upstream:
            service = UserDataService([upstream, database], FixedClock(NOW), patience=Patience())
            started = time.monotonic()
            context = await service.context(ADA, Memory(), as_of=NOW)
            return context, time.monotonic() - started

    return asyncio.run(run())


async def healthy(exchange: Exchange) -> None:
    await exchange.answer(200, json.dumps(SENT if "/biomarkers?" in exchange.target else []).encode())


async def hanging(_exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def broken(exchange: Exchange) -> None:
    await exchange.answer(500)


async def overloaded(exchange: Exchange) -> None:
    await exchange.answer(429, b"", "retry-after: 60")


async def garbled(exchange: Exchange) -> None:
    await exchange.answer(200, b"<html>")


def test_a_healthy_upstream_is_what_counts(database: PostgresHealthSource) -> None:
    context, _ = read(healthy, database)
    assert {report.source for part, report in context.sources.items() if part is not Part.MEMORY} == {Source.HEALTH_API}
    assert set(context.biomarkers["steps"].values.values()) == {8000}


@BOTH
@pytest.mark.parametrize("fault", [hanging, broken, overloaded, garbled])
def test_whatever_breaks_upstream_the_database_answers_in_time(
    fault: Answer, database: PostgresHealthSource, provider: HealthProvider
) -> None:
    context, seconds = read(with_tokens(fault), database, provider)
    assert context.sources[Part.BIOMARKERS].source is Source.DATABASE
    assert set(context.biomarkers["steps"].values.values()) == {7000}
    assert seconds < 2


@pytest.mark.parametrize("fault", [hanging, broken, overloaded, garbled])
def test_without_a_token_the_database_answers_in_time(fault: Answer, database: PostgresHealthSource) -> None:
    context, seconds = read(fault, database, HealthProvider.SAHHA)
    assert context.sources[Part.BIOMARKERS].source is Source.DATABASE
    assert seconds < 2


def test_one_part_that_hangs_is_taken_from_the_database_alone(database: PostgresHealthSource) -> None:
    async def answer(exchange: Exchange) -> None:
        await (healthy if "/biomarkers?" in exchange.target else hanging)(exchange)

    context, seconds = read(answer, database)
    assert context.sources[Part.BIOMARKERS].source is Source.HEALTH_API
    assert context.sources[Part.SCORES].source is Source.DATABASE
    assert seconds < 2


@pytest.mark.parametrize("fault", [hanging, broken, overloaded])
def test_fault_10_both_down_is_a_typed_error_in_time(fault: Answer) -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            writer.transport.abort()

    async def run() -> float:
        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        database = PostgresHealthSource(f"postgresql://ada:x@127.0.0.1:{server.sockets[0].getsockname()[1]}/none")
        try:
            async with serving(fault) as upstream, HttpHealthSource(upstream.url) as source:
                service = UserDataService([source, database], FixedClock(NOW), patience=Patience())
                started = time.monotonic()
                with pytest.raises(HealthSourceUnavailableError):
                    await service.context(ADA, Memory(), as_of=NOW)
                return time.monotonic() - started
        finally:
            server.close()
            for connection in asyncio.all_tasks() - {asyncio.current_task()}:
                connection.cancel()

    assert asyncio.run(run()) < 2
