"""What every ``RateLimiter`` keeps to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from holisticos.adapters.dynamodb_rates import DynamoDbRateLimiter
from holisticos.contracts.errors import StoreError
from holisticos.contracts.rate import Allowance, RateLimit
from holisticos.ports import RateLimiter
from tests.contract.conftest import EMULATOR, MEMORY, MOTO, Backend
from tests.examples import NOON
from tests.fakes.rate_limiter import InMemoryRateLimiter

LIMIT = RateLimit(bucket="requests", requests=3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rates(backend: Backend, table: str) -> RateLimiter:
    return DynamoDbRateLimiter(table, backend.dynamodb) if backend.dynamodb else InMemoryRateLimiter()


def test_as_many_as_the_limit_says_are_let_through(rates: RateLimiter) -> None:
    taken = [rates.take("user-1", LIMIT, NOON + timedelta(seconds=second)) for second in range(5)]

    assert taken == [
        Allowance(allowed=True, remaining=2, resets_in=60),
        Allowance(allowed=True, remaining=1, resets_in=59),
        Allowance(allowed=True, remaining=0, resets_in=58),
        Allowance(allowed=False, remaining=0, resets_in=57),
        Allowance(allowed=False, remaining=0, resets_in=56),
    ]


def test_the_next_window_begins_anew(rates: RateLimiter) -> None:
    late = NOON + timedelta(seconds=59.999)
    for _ in range(4):
        last = rates.take("user-1", LIMIT, late)
    assert last == Allowance(allowed=False, remaining=0, resets_in=1)

    assert rates.take("user-1", LIMIT, NOON + MINUTE) == Allowance(allowed=True, remaining=2, resets_in=60)


def test_users_and_buckets_are_counted_apart(rates: RateLimiter) -> None:
    for _ in range(3):
        rates.take("user-1", LIMIT, NOON)

    assert rates.take("user-2", LIMIT, NOON).remaining == 2
    assert rates.take("user-1", RateLimit(bucket="streams", requests=3), NOON).remaining == 2
    assert not rates.take("user-1", LIMIT, NOON).allowed


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_it_is_exact_however_many_ask_at_once(rates: RateLimiter) -> None:
    limit = RateLimit(bucket="requests", requests=40)
    with ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(lambda _: rates.take("user-1", limit, NOON), range(100)))

    allowed = sorted(one.remaining for one in taken if one.allowed)
    assert allowed == list(range(40))


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_counts_expire_after_their_window_and_name_nobody(backend: Backend, table: str, rates: RateLimiter) -> None:
    rates.take("user-1", LIMIT, NOON)

    assert backend.dynamodb
    (item,) = backend.dynamodb.scan(TableName=table)["Items"]
    assert int(item["expires_at"]["N"]) >= (NOON + MINUTE).timestamp()
    assert "user-1" not in str(item)


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_a_table_that_is_not_there_is_an_error(backend: Backend) -> None:
    with pytest.raises(StoreError, match="count request: ResourceNotFoundException"):
        DynamoDbRateLimiter("none", backend.dynamodb).take("user-1", LIMIT, NOON)
