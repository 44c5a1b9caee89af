"""What is found, what is read anew, and what new data do to it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest

from holisticos.contracts.errors import HealthSourceUnavailableError, StoreUnavailableError
from holisticos.contracts.names import CacheUse
from holisticos.services.health_cache import Cached, CachePolicy, HealthCache, Question
from tests.fakes.cache import InMemoryCache
from tests.fakes.clock import FixedClock
from tests.output import Output
from tests.wire import BERLIN

MINUTE = timedelta(minutes=1)
TODAY = date(2026, 3, 14)
YESTERDAY = TODAY - timedelta(days=1)
POLICY = CachePolicy(fresh=10 * MINUTE, usable=60 * MINUTE)
STEPS = Question("ada", "steps", YESTERDAY)


class Words:
    """Answers that are words; the word "nothing" is not worth keeping."""

    def worth_keeping(self, answer: str) -> bool:
        return answer != "nothing"

    def encode(self, answer: str) -> bytes:
        return answer.encode()

    def decode(self, content: bytes) -> str:
        return content.decode()


class Reader:
    """Counts how often it is asked, and may fail or wait."""

    def __init__(self, answer: str = "8000") -> None:
        self.answer = answer
        self.reads = 0
        self.failure: Exception | None = None
        self.before_answering: Callable[[], Awaitable[object]] | None = None

    async def __call__(self, _asked_at: float) -> str:
        self.reads += 1
        answer = self.answer
        if self.before_answering:
            await self.before_answering()
        if self.failure:
            raise self.failure
        return answer


class Trial:
    """A cache over fakes."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 3, 14, 9, tzinfo=BERLIN))
        self.store = InMemoryCache(self.clock)
        self.cache = HealthCache(self.store, self.clock, POLICY)
        self.reader = Reader()

    def ask(self, question: Question = STEPS) -> tuple[str, str]:
        async def run() -> Cached[str]:
            cached = await self.cache.through(question, self.reader, Words())
            await self.cache.settled()
            return cached

        cached = asyncio.run(run())
        return cached.answer, cached.use.value


@pytest.fixture
def trial() -> Trial:
    return Trial()


def test_what_was_read_is_found_until_it_is_no_longer_fresh(trial: Trial) -> None:
    assert trial.ask() == ("8000", "missed")
    trial.clock.advance(10 * MINUTE)
    assert trial.ask() == ("8000", "fresh")
    assert trial.reader.reads == 1


def test_what_is_stale_is_given_at_once_and_read_anew_beside_it(trial: Trial) -> None:
    trial.ask()
    trial.clock.advance(11 * MINUTE)
    trial.reader.answer = "9000"
    assert trial.ask() == ("8000", "stale")
    assert trial.ask() == ("9000", "fresh")
    assert trial.reader.reads == 2


def test_what_is_stale_stays_where_it_cannot_be_renewed_and_goes_in_the_end(trial: Trial) -> None:
    trial.ask()
    trial.reader.failure = HealthSourceUnavailableError("down")
    trial.clock.advance(11 * MINUTE)
    assert [trial.ask() for _ in range(2)] == [("8000", "stale")] * 2
    trial.clock.advance(50 * MINUTE)
    with pytest.raises(HealthSourceUnavailableError):
        trial.ask()


def test_a_failure_is_not_kept(trial: Trial) -> None:
    trial.reader.failure = HealthSourceUnavailableError("down")
    with pytest.raises(HealthSourceUnavailableError):
        trial.ask()
    trial.reader.failure = None
    assert trial.ask() == ("8000", "missed")


def test_what_is_not_worth_it_is_not_kept(trial: Trial) -> None:
    trial.reader.answer = "nothing"
    assert [trial.ask()[1] for _ in range(2)] == ["missed", "missed"]


def test_questions_and_users_are_kept_apart(trial: Trial) -> None:
    trial.ask()
    assert trial.ask(Question("ada", "sleep", YESTERDAY))[1] == "missed"
    assert trial.ask(Question("bob", "steps", YESTERDAY))[1] == "missed"
    # No two pairs of user and words are one text.
    assert Question("a", "b c", TODAY).key != Question("a b", "c", TODAY).key


def test_new_data_end_what_was_kept_of_the_user_alone(trial: Trial) -> None:
    bob = Question("bob", "steps", YESTERDAY)
    trial.ask()
    trial.ask(bob)
    trial.cache.invalidate("ada")
    assert trial.ask() == ("8000", "missed")
    assert trial.ask() == ("8000", "fresh")
    assert trial.ask(bob) == ("8000", "fresh")


@pytest.mark.parametrize(
    ("changed_from", "of_yesterday", "of_today"),
    [
        (datetime(2026, 3, 14, 0, 0, tzinfo=BERLIN), "fresh", "missed"),
        (datetime(2026, 3, 14, 8, 30, tzinfo=BERLIN), "fresh", "missed"),
        (datetime(2026, 3, 15, 0, 0, tzinfo=BERLIN), "fresh", "missed"),
        (datetime(2026, 3, 13, 23, 59, tzinfo=BERLIN), "missed", "missed"),
        (datetime(2026, 3, 14, 8, 30), "missed", "missed"),  # noqa: DTZ001 - a source may name no offset
        (None, "missed", "missed"),
    ],
)
def test_data_of_today_leave_answers_about_complete_days(
    trial: Trial, changed_from: datetime | None, of_yesterday: str, of_today: str
) -> None:
    today = Question("ada", "steps so far", TODAY)
    trial.ask()
    trial.ask(today)
    trial.cache.invalidate("ada", changed_from)
    assert (trial.ask()[1], trial.ask(today)[1]) == (of_yesterday, of_today)


def test_what_was_being_read_while_new_data_came_is_not_found(trial: Trial) -> None:
    async def new_data_come() -> None:
        trial.reader.before_answering = None
        trial.reader.answer = "9000"
        trial.cache.invalidate("ada")

    trial.reader.before_answering = new_data_come
    assert trial.ask() == ("8000", "missed")
    assert trial.ask() == ("9000", "missed")


def test_a_mark_outlives_what_was_kept_before_it(trial: Trial) -> None:
    trial.cache.invalidate("ada")
    trial.ask()
    trial.cache.invalidate("ada")
    marks = [until for value, until in trial.store.values.values() if len(value) == 16]
    answers = [until for value, until in trial.store.values.values() if len(value) != 16]
    assert max(marks) > max(answers)


def test_the_same_is_read_once_however_many_ask(trial: Trial) -> None:
    async def run() -> list[CacheUse]:
        gate = asyncio.Event()
        trial.reader.before_answering = gate.wait
        asking = [asyncio.create_task(trial.cache.through(STEPS, trial.reader, Words())) for _ in range(20)]
        await asyncio.sleep(0)
        asking[0].cancel()
        gate.set()
        return [cached.use for cached in await asyncio.gather(*asking[1:])]

    assert asyncio.run(run()) == [CacheUse.MISSED] * 19
    assert trial.reader.reads == 1


def test_a_failure_that_nobody_waits_for_any_more_is_no_trouble(trial: Trial) -> None:
    async def run() -> None:
        gate = asyncio.Event()
        trial.reader.before_answering = gate.wait
        trial.reader.failure = HealthSourceUnavailableError("down")
        asking = asyncio.create_task(trial.cache.through(STEPS, trial.reader, Words()))
        await asyncio.sleep(0)
        asking.cancel()
        gate.set()
        await trial.cache.settled()

    asyncio.run(run())


def test_one_renewal_at_a_time(trial: Trial) -> None:
    trial.ask()
    trial.clock.advance(11 * MINUTE)

    async def run() -> None:
        gate = asyncio.Event()
        trial.reader.before_answering = gate.wait
        for _ in range(5):
            assert (await trial.cache.through(STEPS, trial.reader, Words())).use is CacheUse.STALE
        gate.set()
        await trial.cache.settled()

    asyncio.run(run())
    assert trial.reader.reads == 2


def test_without_its_store_everything_is_read_and_it_says_so(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    trial.store.failure = StoreUnavailableError("away")
    assert trial.ask() == ("8000", "unavailable")
    output = Output.of(capsys)
    assert output.logs[0]["message"] == "the cache does not answer; reading without it"
    assert [line["use"] for line in output.metrics] == ["unavailable"]


def test_a_store_that_failed_is_left_alone_for_a_moment(trial: Trial) -> None:
    trial.store.failure = StoreUnavailableError("away")
    assert [trial.ask()[1] for _ in range(5)] == ["unavailable"] * 5
    assert (trial.store.gets, trial.store.puts) == (1, 0)
    trial.store.failure = None
    trial.clock.advance(POLICY.rest)
    assert trial.ask()[1] == "missed"


def test_whoever_brings_new_data_is_told_where_that_is_not_known_to_all(trial: Trial) -> None:
    trial.store.failure = StoreUnavailableError("away")
    with pytest.raises(StoreUnavailableError):
        trial.cache.invalidate("ada")


def test_an_answer_that_cannot_be_kept_is_an_answer(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailableError("full")

    trial.store.put = refuse  # type: ignore[method-assign, assignment]  # the one thing that fails
    assert trial.ask() == ("8000", "missed")
    assert "could not be kept" in capsys.readouterr().out


@pytest.mark.parametrize("garbage", [b"", b"x", b"\x78\x9c\x03\x00\x00\x00\x00\x01"])
def test_what_cannot_be_read_is_as_good_as_nothing(trial: Trial, garbage: bytes) -> None:
    trial.store.put(STEPS.key, garbage, 60 * MINUTE)
    assert trial.ask() == ("8000", "missed")


def test_an_answer_of_another_form_is_as_good_as_nothing(trial: Trial) -> None:
    trial.ask()

    class Numbers(Words):
        def decode(self, content: bytes) -> str:
            raise ValueError("not this")

    cached = asyncio.run(trial.cache.through(STEPS, trial.reader, Numbers()))
    assert (cached.answer, cached.use) == ("8000", CacheUse.MISSED)


def test_nothing_of_anybody_stands_in_a_key_and_values_are_compressed(trial: Trial) -> None:
    trial.reader.answer = "8000" * 1000
    trial.ask(Question("ada-lovelace", "steps 2026-03-13", YESTERDAY))
    trial.cache.invalidate("ada-lovelace")
    for key, (value, _) in trial.store.values.items():
        assert len(key) == 64
        int(key, 16)
        assert len(value) < 400
