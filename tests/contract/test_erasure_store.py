"""What every ``ErasureStore`` keeps to."""

from datetime import timedelta
from typing import Any

import pytest

from holisticos.adapters.dynamodb_erasures import DynamoDbErasureStore
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import ConflictError, NotFoundError
from holisticos.health.profile import Profile
from holisticos.ports import ErasureStore
from tests.contract.conftest import EMULATOR, MOTO, Backend
from tests.examples import NOON
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.tables import KEYS_ONLY, create_table


@pytest.fixture
def table(backend: Backend) -> str:
    name = backend.new_name()
    if backend.dynamodb:
        create_table(backend.dynamodb, name, KEYS_ONLY)
    return name


@pytest.fixture
def store(backend: Backend, table: str) -> ErasureStore:
    return DynamoDbErasureStore(table, backend.dynamodb) if backend.dynamodb else InMemoryErasureStore()


def an_erasure(erasure_id: str = "er-1", **changes: Any) -> Erasure:
    return Erasure.model_validate(
        {
            "erasure_id": erasure_id,
            "user_id": "user-1",
            "status": ErasureStatus.REQUESTED,
            "requested_at": NOON,
            "correlation_id": "corr-1",
            **changes,
        }
    )


def test_an_erasure_is_found_by_its_id_and_by_its_user(store: ErasureStore) -> None:
    store.create(an_erasure())
    store.create(an_erasure("er-2", user_id="user-2"))

    assert store.erasure("er-1") == an_erasure()
    assert store.latest("user-1") == an_erasure()
    assert store.is_being_erased("user-1")


def test_who_was_never_erased_has_no_erasure(store: ErasureStore) -> None:
    assert not store.is_being_erased("user-none")
    with pytest.raises(NotFoundError):
        store.erasure("er-none")
    with pytest.raises(NotFoundError) as caught:
        store.latest("user-none")
    assert "user-none" not in str(caught.value)


def test_one_user_has_one_open_erasure(store: ErasureStore) -> None:
    store.create(an_erasure())

    with pytest.raises(ConflictError):
        store.create(an_erasure("er-2"))
    with pytest.raises(ConflictError):
        store.create(an_erasure("er-2"), instead_of="er-none")

    assert store.latest("user-1") == an_erasure()
    with pytest.raises(NotFoundError):
        store.erasure("er-2")


def test_one_that_failed_can_be_replaced(store: ErasureStore) -> None:
    store.create(an_erasure())
    store.create(an_erasure("er-2"), instead_of="er-1")

    assert store.latest("user-1").erasure_id == "er-2"
    assert store.is_being_erased("user-1")


def test_counts_add_up(store: ErasureStore) -> None:
    store.create(an_erasure())
    store.add_counts("er-1", {"analyses": 2, "health records": 0})
    store.add_counts("er-1", {"analyses": 3, "snapshots": 1})
    store.add_counts("er-1", {})

    assert store.erasure("er-1").erased == {"analyses": 5, "snapshots": 1}


def test_a_completed_one_leaves_the_user_free_to_begin_anew(store: ErasureStore) -> None:
    store.create(an_erasure())
    at = NOON + timedelta(minutes=1)
    store.complete("er-1", at)
    store.complete("er-1", at + timedelta(hours=1))

    assert store.latest("user-1") == an_erasure(status=ErasureStatus.COMPLETED, completed_at=at)
    assert not store.is_being_erased("user-1")
    store.create(an_erasure("er-2"))
    assert store.is_being_erased("user-1")


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_it_outlives_what_it_erases(backend: Backend, table: str, store: ErasureStore) -> None:
    users = DynamoDbUserStore(table, backend.dynamodb)
    users.put_profile(Profile(user_id="user-1"))
    store.create(an_erasure())

    assert users.erase("user-1") == 1
    assert store.latest("user-1") == an_erasure()
