"""The issuer's keys: kept, renewed, exchanged."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.api.signing_keys import MAX_AGE, PAUSE, SigningKeys
from holisticos.contracts.errors import StoreUnavailableError
from tests.fakes.clock import FixedClock
from tests.tokens import TestPool, jwk, private_key

DOWN = StoreUnavailableError("read signing keys: status 503")


@pytest.fixture
def pool() -> TestPool:
    return TestPool()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def keys(pool: TestPool, clock: FixedClock) -> SigningKeys:
    return SigningKeys(pool, clock)


def test_they_are_fetched_once(keys: SigningKeys, pool: TestPool) -> None:
    assert keys.known("first") is None
    found = keys.find("first")
    assert found is not None
    assert found.public_numbers() == private_key().public_key().public_numbers()
    assert keys.known("first") is keys.find("first") is found
    assert pool.fetches == 1


def test_many_who_ask_at_once_fetch_once(keys: SigningKeys, pool: TestPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _: keys.find("first"), range(32)))
    assert pool.fetches == 1


def test_a_new_key_is_found_and_an_old_one_forgotten(keys: SigningKeys, pool: TestPool, clock: FixedClock) -> None:
    keys.find("first")
    pool.keys = [jwk(private_key("second"), "second")]
    clock.advance(PAUSE)
    assert keys.find("second") is not None
    assert keys.find("first") is None


def test_a_withdrawn_key_holds_no_longer_than_its_age(keys: SigningKeys, pool: TestPool, clock: FixedClock) -> None:
    keys.find("first")
    pool.keys = []
    clock.advance(MAX_AGE - timedelta(seconds=1))
    assert keys.known("first") is not None
    clock.advance(timedelta(seconds=1))
    assert keys.known("first") is None
    assert keys.find("first") is None


def test_made_up_key_ids_are_not_requests_to_the_issuer(keys: SigningKeys, pool: TestPool, clock: FixedClock) -> None:
    for number in range(100):
        assert keys.find(f"made-up-{number}") is None
    assert pool.fetches == 1
    clock.advance(PAUSE)
    keys.find("made-up")
    assert pool.fetches == 2


def test_while_the_issuer_is_away_its_last_keys_hold(
    keys: SigningKeys, pool: TestPool, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.find("first")
    pool.failure = DOWN
    clock.advance(MAX_AGE)
    assert keys.find("first") is not None
    assert "signing keys not renewed" in capsys.readouterr().out
    keys.find("first")
    assert pool.fetches == 2, "it is given time to come back"


def test_an_issuer_that_never_answered_is_asked_again_in_a_while(
    keys: SigningKeys, pool: TestPool, clock: FixedClock
) -> None:
    pool.failure = DOWN
    for _ in range(3):
        with pytest.raises(StoreUnavailableError):
            keys.find("first")
    assert pool.fetches == 1
    pool.failure = None
    clock.advance(PAUSE)
    assert keys.find("first") is not None


def test_a_clock_that_goes_back_makes_keys_old_and_nothing_else(
    keys: SigningKeys, pool: TestPool, clock: FixedClock
) -> None:
    keys.find("first")
    clock.advance(-timedelta(days=1))
    assert keys.known("first") is None
    assert keys.find("first") is not None
    assert pool.fetches == 2


@pytest.mark.parametrize(
    "unusable",
    [
        None,
        "key",
        {},
        jwk(private_key(), "first", use="enc"),
        jwk(private_key(), "first", kty="EC"),
        jwk(private_key(), "first", alg="RS512"),
        jwk(private_key(), "first", kid=None),
        jwk(private_key(), "first", n=None),
        jwk(private_key(), "first", n="!"),
        jwk(private_key(), "first", n="AQAB"),
        jwk(private_key(), "first", e="Ag"),
        jwk(private_key("short", 1024), "first"),
    ],
)
def test_what_is_no_key_for_signatures_is_passed_over(pool: TestPool, keys: SigningKeys, unusable: Any) -> None:
    pool.keys = [unusable, jwk(private_key("second"), "second")]
    assert keys.find("second") is not None
    assert keys.find("first") is None


@pytest.mark.parametrize("key_set", [{}, {"keys": None}, {"keys": "first"}, {"keys": {}}])
def test_a_set_without_keys_has_none(clock: FixedClock, key_set: dict[str, Any]) -> None:
    class Empty(TestPool):
        def fetch(self) -> dict[str, Any]:
            return key_set

    assert SigningKeys(Empty(), clock).find("first") is None
