"""What every ``SpendingLog`` keeps to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from holisticos.adapters.dynamodb_spending import DynamoDbSpendingLog
from holisticos.contracts.errors import StoreError
from holisticos.contracts.spending import SpendingLimits, Spent, day_of
from holisticos.contracts.usage import Usage
from holisticos.ports import SpendingLog
from tests.contract.conftest import EMULATOR, MEMORY, MOTO, Backend
from tests.examples import NOON
from tests.fakes.language_model import InMemorySpendingLog

LIMITS = SpendingLimits(user=100, everybody=250)
USED = Usage(tokens_in=10, tokens_cached=4, tokens_out=5)
TODAY = day_of(NOON)


@pytest.fixture
def spending(backend: Backend, table: str) -> SpendingLog:
    return DynamoDbSpendingLog(table, backend.dynamodb) if backend.dynamodb else InMemorySpendingLog()


def test_what_is_put_aside_counts_until_it_is_settled(spending: SpendingLog) -> None:
    hold = spending.hold("user-1", 80, LIMITS, NOON)
    assert hold
    assert spending.hold("user-1", 30, LIMITS, NOON) is None
    spending.settle(hold, USED, 65)
    assert spending.of_user("user-1", TODAY) == Spent(nano_usd=65, committed=65, calls=1, usage=USED)
    assert spending.of_all(TODAY) == Spent(nano_usd=65, committed=65, calls=1, usage=USED)
    assert spending.hold("user-1", 36, LIMITS, NOON) is None
    assert spending.hold("user-1", 35, LIMITS, NOON)


def test_what_was_not_used_is_given_back(spending: SpendingLog) -> None:
    hold = spending.hold("user-1", 100, LIMITS, NOON)
    assert hold
    spending.release(hold)
    assert spending.of_user("user-1", TODAY) == spending.of_all(TODAY) == Spent()
    assert spending.hold("user-1", 100, LIMITS, NOON)


def test_users_are_counted_apart_and_all_together(spending: SpendingLog) -> None:
    for user in ("user-1", "user-2"):
        hold = spending.hold(user, 100, LIMITS, NOON)
        assert hold
        spending.settle(hold, USED, 100)
    assert spending.hold("user-3", 51, LIMITS, NOON) is None
    assert spending.of_user("user-3", TODAY).committed == 0
    assert spending.hold("user-3", 50, LIMITS, NOON)
    both = Usage(tokens_in=20, tokens_cached=8, tokens_out=10)
    assert spending.of_all(TODAY) == Spent(nano_usd=200, committed=250, calls=2, usage=both)


def test_the_next_day_begins_anew_and_a_call_belongs_to_the_day_it_began(spending: SpendingLog) -> None:
    hold = spending.hold("user-1", 100, LIMITS, NOON)
    assert hold
    tomorrow = NOON + timedelta(days=1)
    assert spending.hold("user-1", 100, LIMITS, tomorrow)
    spending.settle(hold, USED, 7)
    assert spending.of_user("user-1", TODAY).nano_usd == 7
    assert spending.of_user("user-1", day_of(tomorrow)).nano_usd == 0


def test_a_call_that_costs_more_than_the_limit_is_never_made(spending: SpendingLog) -> None:
    assert spending.hold("user-1", 101, LIMITS, NOON) is None
    assert spending.hold("user-1", 1, SpendingLimits(user=0, everybody=0), NOON) is None


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_no_limit_is_passed_however_many_spend_at_once(spending: SpendingLog) -> None:
    def spend(number: int) -> bool:
        hold = spending.hold(f"user-{number % 4}", 10, LIMITS, NOON)
        if hold:
            spending.settle(hold, USED, 9)
        return hold is not None

    with ThreadPoolExecutor(16) as threads:
        made = sum(threads.map(spend, range(60)))

    spent = spending.of_all(TODAY)
    assert spent == Spent(
        nano_usd=9 * made,
        committed=9 * made,
        calls=made,
        usage=Usage(tokens_in=10 * made, tokens_cached=4 * made, tokens_out=5 * made),
    )
    assert 250 - 9 * 16 <= spent.committed <= 250
    assert sum(spending.of_user(f"user-{number}", TODAY).calls for number in range(4)) == made


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_items_expire_and_name_nobody(backend: Backend, table: str, spending: SpendingLog) -> None:
    assert spending.hold("user-1", 1, LIMITS, NOON)
    assert backend.dynamodb
    items = backend.dynamodb.scan(TableName=table)["Items"]
    assert len(items) == 2
    assert all(int(item["expires_at"]["N"]) > NOON.timestamp() for item in items)
    assert "user-1" not in str(items)


@pytest.mark.parametrize("backend", [MOTO], indirect=True)
def test_a_table_that_is_not_there_is_an_error(backend: Backend) -> None:
    with pytest.raises(StoreError, match="put money aside: ResourceNotFoundException"):
        DynamoDbSpendingLog("none", backend.dynamodb).hold("user-1", 1, LIMITS, NOON)
