"""What every ``UserStore`` keeps to."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.feedback import Adherence, Feedback
from holisticos.contracts.names import Archetype
from holisticos.health.memory import Memory, PastRecommendation, ShortTermMemory
from holisticos.health.profile import PrivacyPreferences, Profile
from holisticos.ports import UserStore
from tests.contract.conftest import Backend
from tests.examples import NOON, WEEK, a_memory, a_recommendation, a_report
from tests.fakes.user_store import InMemoryUserStore
from tests.memory_versions import MEMORY_VERSION_1
from tests.tables import KEYS_ONLY, create_table

PAGE = 2


@pytest.fixture
def store(backend: Backend) -> UserStore:
    if backend.dynamodb is None:
        return InMemoryUserStore(page_size=PAGE)
    table = backend.new_name()
    create_table(backend.dynamodb, table, KEYS_ONLY)
    return DynamoDbUserStore(table, backend.dynamodb, page_size=PAGE)


def a_profile(user_id: str = "user-1", **changes: Any) -> Profile:
    return Profile.model_validate({"user_id": user_id, **changes})


def test_a_profile_is_read_back_whole(store: UserStore) -> None:
    profile = a_profile(
        timezone="Pacific/Auckland",
        archetype=Archetype.CONNECTED_EXPLORER,
        privacy=PrivacyPreferences(withheld_categories=frozenset({"reproductive", "body"})),
        daily_analysis=True,
        synthetic=True,
    )
    store.put_profile(a_profile())
    store.put_profile(profile)

    assert store.profile("user-1") == profile


def test_an_unknown_user_is_not_found_and_not_named(store: UserStore) -> None:
    with pytest.raises(NotFoundError) as caught:
        store.profile("user-none")

    assert "user-none" not in str(caught.value)


def test_a_new_user_has_an_empty_memory(store: UserStore) -> None:
    assert store.memory("user-none") == Memory()


def test_memory_is_read_back_whole_and_leaves_the_profile_alone(store: UserStore) -> None:
    memory = a_memory(
        analyses=3,
        last_window=WEEK,
        findings=a_report().findings,
        recommendations=(PastRecommendation(recommendation=a_recommendation(), given_on=WEEK.end, analysis_id="an-1"),),
    )
    store.put_profile(a_profile())
    store.put_memory("user-1", Memory(), NOON)
    store.put_memory("user-1", memory, NOON)

    assert store.memory("user-1") == memory
    assert store.profile("user-1") == a_profile()


def test_what_version_1_stored_is_read_as_the_present_one_and_nothing_of_it_is_left(backend: Backend) -> None:
    if backend.dynamodb is None:
        pytest.skip("a store in memory holds no older version")
    table = backend.new_name()
    create_table(backend.dynamodb, table, KEYS_ONLY)
    body = gzip.compress(json.dumps(MEMORY_VERSION_1).encode())
    item = {"pk": {"S": "USER#user-1"}, "sk": {"S": "MEMORY"}, "body": {"B": body}}
    backend.dynamodb.put_item(TableName=table, Item=item)  # type: ignore[arg-type]  # the kinds are right
    store = DynamoDbUserStore(table, backend.dynamodb)

    memory = store.memory("user-1")

    assert memory == Memory.model_validate(MEMORY_VERSION_1)
    assert memory.analyses == 3
    store.put_memory("user-1", Memory(), NOON)
    assert store.memory("user-1") == Memory()
    assert store.erase("user-1") == 4


def test_short_term_memory_ends_after_30_days_and_the_other_layers_do_not(backend: Backend) -> None:
    if backend.dynamodb is None:
        pytest.skip("a store in memory lets nothing expire")
    table = backend.new_name()
    create_table(backend.dynamodb, table, KEYS_ONLY)
    DynamoDbUserStore(table, backend.dynamodb).put_memory("user-1", a_memory(), NOON)

    items = backend.dynamodb.scan(TableName=table)["Items"]

    until = {item["sk"]["S"]: item["expires_at"]["N"] for item in items if "expires_at" in item}
    assert until == {"MEMORY#SHORT_TERM": str(int((NOON + timedelta(days=30)).timestamp()))}
    assert len(items) == 4


def test_memory_whose_short_term_layer_has_expired_keeps_the_rest(backend: Backend) -> None:
    if backend.dynamodb is None:
        pytest.skip("a store in memory lets nothing expire")
    table = backend.new_name()
    create_table(backend.dynamodb, table, KEYS_ONLY)
    store = DynamoDbUserStore(table, backend.dynamodb)
    memory = a_memory(analyses=3, last_window=WEEK, findings=a_report().findings)
    store.put_memory("user-1", memory, NOON)
    key = {"pk": {"S": "USER#user-1"}, "sk": {"S": "MEMORY#SHORT_TERM"}}
    backend.dynamodb.delete_item(TableName=table, Key=key)

    assert store.memory("user-1") == memory.model_copy(update={"short_term": ShortTermMemory()})


def every_page(store: UserStore, timezone: str) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor:
        users, cursor = store.due(timezone, cursor)
        pages.append(list(users))
    return pages


def test_who_is_due_comes_in_pages_each_user_once(store: UserStore) -> None:
    users = {f"user-{number}" for number in range(5)}
    for user_id in users:
        store.put_profile(a_profile(user_id, timezone="Europe/Berlin", daily_analysis=True))
    store.put_profile(a_profile("elsewhere", timezone="UTC", daily_analysis=True))
    store.put_profile(a_profile("unwilling", timezone="Europe/Berlin"))

    pages = every_page(store, "Europe/Berlin")

    assert all(len(page) <= PAGE for page in pages)
    assert sorted(user_id for page in pages for user_id in page) == sorted(users)
    assert every_page(store, "Asia/Tokyo") == [[]]


def test_a_cursor_names_no_user(store: UserStore) -> None:
    for number in range(PAGE + 1):
        store.put_profile(a_profile(f"user-{number}", daily_analysis=True))

    users, cursor = store.due("UTC")

    assert cursor
    assert not any(user_id in cursor for user_id in users)


CHANGES: list[Callable[[Profile], Profile]] = [
    lambda profile: profile.model_copy(update={"daily_analysis": False}),
    lambda profile: profile.model_copy(update={"timezone": "Europe/Rome"}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_who_changes_their_mind_or_zone_is_not_due_there(
    store: UserStore, change: Callable[[Profile], Profile]
) -> None:
    profile = a_profile(daily_analysis=True)
    store.put_profile(profile)
    store.put_profile(change(profile))

    assert store.due("UTC") == ([], None)


def an_answer(**changes: Any) -> Feedback:
    return Feedback.model_validate(
        {
            "user_id": "user-1",
            "recommendation_id": "routine.walk",
            "analysis_id": "an-1",
            "at": NOON,
            "adherence": Adherence.PARTLY,
            **changes,
        }
    )


def test_feedback_is_read_back_whole_newest_first(store: UserStore) -> None:
    first = an_answer(helpful=True, note='Der Weg über die Brücke 🙂\n"zu lang"')
    second = an_answer(at=NOON + timedelta(microseconds=1), adherence=Adherence.NOT)
    for feedback in (first, second, an_answer(user_id="user-2")):
        store.add_feedback(feedback)

    assert store.feedback("user-1") == ([second, first], None)
    assert store.feedback("user-none") == ([], None)


def test_the_same_answer_twice_is_kept_once(store: UserStore) -> None:
    for _ in range(2):
        store.add_feedback(an_answer())

    assert store.feedback("user-1") == ([an_answer()], None)


def test_feedback_comes_in_pages_each_answer_once(store: UserStore) -> None:
    answers = [an_answer(at=NOON + timedelta(minutes=number)) for number in range(5)]
    for answer in answers:
        store.add_feedback(answer)

    found: list[Feedback] = []
    cursor: str | None = None
    while not found or cursor:
        page, cursor = store.feedback("user-1", 2, cursor)
        assert 0 < len(page) <= 2
        found += page

    assert found == answers[::-1]


def test_erasing_leaves_nothing_of_the_user_and_everything_of_others(store: UserStore) -> None:
    for user_id in ("user-1", "user-11", "user-2"):
        store.put_profile(a_profile(user_id, daily_analysis=True))
        store.put_memory(user_id, a_memory(analyses=1), NOON)
        store.add_feedback(an_answer(user_id=user_id))
        store.add_feedback(an_answer(user_id=user_id, recommendation_id="routine.rest"))

    assert store.erase("user-1") == 7
    assert store.erase("user-1") == 0

    with pytest.raises(NotFoundError):
        store.profile("user-1")
    assert store.memory("user-1") == Memory()
    assert store.feedback("user-1") == ([], None)
    assert sorted(user_id for page in every_page(store, "UTC") for user_id in page) == ["user-11", "user-2"]
    assert store.memory("user-11").analyses == 1
    assert len(store.feedback("user-2")[0]) == 2
