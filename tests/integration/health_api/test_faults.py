"""What a real server can do wrong: named after the faults that the product must survive."""

import asyncio
import json
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.json_health_source import JsonHealthSource
from holisticos.contracts.errors import HealthSourceInvalidError, HealthSourceUnavailableError
from holisticos.contracts.names import HealthProvider
from holisticos.health.records import Biomarker, Records
from tests.loopback import Answer, Exchange, Server, serving
from tests.providers import for_records, source_at, with_tokens
from tests.wire import BERLIN, daily

START = datetime(2025, 7, 1, tzinfo=BERLIN)
END = datetime(2025, 7, 12, tzinfo=BERLIN)
LAST = date(2025, 7, 11)
BODY = json.dumps([daily("steps", LAST, 100)]).encode()
HURRIED = HttpLimits(attempt=0.15, deadline=0.4, retries=3, backoff=0.01)

Result = TypeVar("Result")


@pytest.fixture(params=list(HealthProvider))
def provider(request: pytest.FixtureRequest) -> HealthProvider:
    return HealthProvider(request.param)


def against(
    provider: HealthProvider,
    answer: Answer,
    work: Callable[[JsonHealthSource, Server], Awaitable[Result]],
    limits: HttpLimits | None = None,
) -> Result:
    async def run() -> Result:
        async with serving(with_tokens(answer)) as server, source_at(provider, server.url, limits) as source:
            return await work(source, server)

    return asyncio.run(run())


async def read(source: JsonHealthSource, _server: Server) -> Records[Biomarker]:
    return await source.biomarkers("ada", START, END)


async def healthy(exchange: Exchange) -> None:
    await exchange.answer(200, BODY)


def test_three_parts_go_side_by_side_over_kept_connections(provider: HealthProvider) -> None:
    together = asyncio.Barrier(3)

    async def answer(exchange: Exchange) -> None:
        # Nobody is answered until all three have asked.
        await together.wait()
        await exchange.answer(200, b"[]")

    async def work(source: JsonHealthSource, server: Server) -> int:
        for _ in range(3):
            await asyncio.gather(
                *(ask("ada", START, END) for ask in (source.scores, source.biomarkers, source.archetypes))
            )
        assert len(for_records(server.targets)) == 9
        return server.connections

    assert against(provider, answer, work) == 3


def test_a_runner_keeps_the_connection_from_one_invocation_to_the_next() -> None:
    with asyncio.Runner() as runner:

        async def start() -> tuple[Server, JsonHealthSource]:
            server = await context.__aenter__()
            return server, HttpHealthSource(server.url)

        context = serving(healthy)
        server, source = runner.run(start())
        for _ in range(3):
            assert len(runner.run(read(source, server)).kept) == 1
        assert server.connections == 1
        runner.run(source.aclose())
        runner.run(context.__aexit__(None, None, None))


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.answer(200, BODY)
        exchange.writer.transport.abort()

    async def work(source: JsonHealthSource, server: Server) -> int:
        for _ in range(3):
            assert len((await read(source, server)).kept) == 1
        return server.connections

    assert against(provider, answer, work) == 3


def test_fault_01_upstream_answers_500(provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.answer(500, b"oops")

    async def work(source: JsonHealthSource, server: Server) -> int:
        with pytest.raises(HealthSourceUnavailableError, match="500"):
            await read(source, server)
        return len(for_records(server.targets))

    assert against(provider, answer, work, HttpLimits(backoff=0.001)) == 4


def test_fault_02_upstream_asks_to_come_back_later(provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.answer(429, b"", "retry-after: 3600")

    with pytest.raises(HealthSourceUnavailableError) as caught:
        against(provider, answer, read)
    assert caught.value.retry_after == 3600


def test_fault_03_upstream_hangs(provider: HealthProvider) -> None:
    async def answer(_exchange: Exchange) -> None:
        await asyncio.Event().wait()

    started = time.monotonic()
    with pytest.raises(HealthSourceUnavailableError):
        against(provider, answer, read, HURRIED)
    assert time.monotonic() - started < 2


def test_fault_03_upstream_sends_a_byte_now_and_then(provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            await exchange.send(b" ")
            # Often enough that no wait for a single byte would ever end.
            await asyncio.sleep(0.02)

    started = time.monotonic()
    with pytest.raises(HealthSourceUnavailableError):
        against(provider, answer, read, HURRIED)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("body", [b"\x00\x01garbage", b'{"data": [{"id": "x"', b"<html>busy</html>"])
def test_fault_04_upstream_sends_garbage(body: bytes, provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.answer(200, body)

    with pytest.raises(HealthSourceInvalidError):
        against(provider, answer, read)


def test_fault_04_upstream_breaks_off(provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[{")
        exchange.writer.transport.abort()

    with pytest.raises(HealthSourceUnavailableError):
        against(provider, answer, read, HURRIED)


def test_fault_04_upstream_does_not_speak_http(provider: HealthProvider) -> None:
    async def answer(exchange: Exchange) -> None:
        await exchange.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")

    with pytest.raises(HealthSourceUnavailableError):
        against(provider, answer, read, HURRIED)


@pytest.mark.parametrize("announced", [True, False])
def test_fault_06_a_body_of_100_megabytes(announced: bool, provider: HealthProvider) -> None:
    size = 100 * 1024 * 1024
    sent = 0

    async def answer(exchange: Exchange) -> None:
        nonlocal sent
        length = f"content-length: {size}\r\n" if announced else ""
        await exchange.send(f"HTTP/1.1 200 OK\r\n{length}connection: close\r\n\r\n[".encode())
        for _ in range(size // 65536):
            await exchange.send(b" " * 65536)
            sent += 65536

    tracemalloc.start()
    try:
        with pytest.raises(HealthSourceInvalidError, match="larger"):
            against(provider, answer, read, HttpLimits(attempt=30, deadline=30))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40 * 1024 * 1024
    assert sent < size


def test_nobody_listens(provider: HealthProvider) -> None:
    async def run() -> None:
        async with serving(healthy) as server:
            gone = server.url
        async with source_at(provider, gone, HURRIED) as source:
            await source.biomarkers("ada", START, END)

    with pytest.raises(HealthSourceUnavailableError, match="ConnectError"):
        asyncio.run(run())


def test_a_try_that_fails_is_made_good_by_the_next(provider: HealthProvider) -> None:
    answers = iter([503, 429, 200])

    async def answer(exchange: Exchange) -> None:
        await exchange.answer(next(answers), BODY)

    assert len(against(provider, answer, read, HttpLimits(backoff=0.001)).kept) == 1


def test_a_user_id_cannot_change_the_request() -> None:
    async def work(source: JsonHealthSource, server: Server) -> str:
        await source.biomarkers("ada&limit=1#/../x\r\nx-y: 1", START, END + timedelta(days=1))
        return server.targets[0]

    target = against(HealthProvider.HOS_FAPI, healthy, work)
    assert target.count("limit=") == 1
    assert "user_id=ada%26limit%3D1%23%2F..%2Fx%0D%0Ax-y%3A+1" in target


@pytest.mark.parametrize(("user", "segment"), [("a/../b?x=1#\r\ny", "a%2F..%2Fb%3Fx%3D1%23%0D%0Ay"), ("..", "%2E%2E")])
def test_a_user_id_cannot_leave_its_place_in_the_path(user: str, segment: str) -> None:
    async def work(source: JsonHealthSource, server: Server) -> list[str]:
        await source.biomarkers(user, START, END)
        return for_records(server.targets)

    (target,) = against(HealthProvider.SAHHA, healthy, work)
    assert target.startswith(f"/api/v1/profile/biomarker/{segment}?categories=")
