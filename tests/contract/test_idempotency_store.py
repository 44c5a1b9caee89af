"""What every ``IdempotencyStore`` keeps to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from holisticos.adapters.dynamodb_idempotency import DynamoDbIdempotencyStore
from holisticos.contracts.idempotency import LEASE, Claim, ClaimState, RequestKey
from holisticos.ports import IdempotencyStore
from tests.contract.conftest import EMULATOR, MEMORY, Backend
from tests.examples import NOON
from tests.fakes.idempotency_store import InMemoryIdempotencyStore
from tests.tables import create_table

KEY = RequestKey(digest="d1", content="c1")
OTHER_CONTENT = RequestKey(digest="d1", content="c2")
HOUR = timedelta(hours=1)


@pytest.fixture
def requests(backend: Backend) -> IdempotencyStore:
    if not backend.dynamodb:
        return InMemoryIdempotencyStore()
    name = backend.new_name()
    create_table(backend.dynamodb, name, sort_key=False)
    return DynamoDbIdempotencyStore(name, backend.dynamodb)


def state(requests: IdempotencyStore, key: RequestKey = KEY, after: timedelta = timedelta(0)) -> ClaimState:
    return requests.claim(key, NOON + after, HOUR).state


def test_the_first_one_answers_and_the_others_get_its_answer(requests: IdempotencyStore) -> None:
    assert state(requests) is ClaimState.CLAIMED
    assert state(requests) is ClaimState.RUNNING
    requests.answer(KEY, '{"said": "é"}')
    assert requests.claim(KEY, NOON, HOUR) == Claim(ClaimState.ANSWERED, '{"said": "é"}')
    assert state(requests, RequestKey("d2", "c1")) is ClaimState.CLAIMED


def test_another_content_is_refused_while_and_after_it_runs(requests: IdempotencyStore) -> None:
    state(requests)
    assert state(requests, OTHER_CONTENT) is ClaimState.REUSED
    requests.answer(KEY, "done")
    assert state(requests, OTHER_CONTENT) is ClaimState.REUSED
    assert state(requests, OTHER_CONTENT, LEASE * 2) is ClaimState.REUSED


def test_one_that_failed_may_be_sent_again_at_once(requests: IdempotencyStore) -> None:
    state(requests)
    requests.release(KEY)
    assert state(requests) is ClaimState.CLAIMED
    assert state(requests) is ClaimState.RUNNING


def test_one_whose_worker_died_may_be_sent_again_after_a_while(requests: IdempotencyStore) -> None:
    state(requests)
    assert state(requests, after=LEASE - timedelta(milliseconds=1)) is ClaimState.RUNNING
    assert state(requests, after=LEASE) is ClaimState.CLAIMED


def test_after_its_time_the_key_is_free_again(requests: IdempotencyStore) -> None:
    state(requests)
    requests.answer(KEY, "done")
    assert state(requests, after=HOUR - timedelta(seconds=1)) is ClaimState.ANSWERED
    assert state(requests, OTHER_CONTENT, HOUR) is ClaimState.CLAIMED


def test_an_answer_that_comes_too_late_changes_nothing(requests: IdempotencyStore) -> None:
    state(requests)
    assert state(requests, OTHER_CONTENT, HOUR) is ClaimState.CLAIMED
    requests.answer(KEY, "late")
    requests.release(RequestKey("unknown", "c"))
    assert state(requests, OTHER_CONTENT, HOUR) is ClaimState.RUNNING


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_of_many_at_once_one_answers(requests: IdempotencyStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda _: state(requests), range(16)))
    assert sorted(states) == [ClaimState.CLAIMED, *[ClaimState.RUNNING] * 15]
