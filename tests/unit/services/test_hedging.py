import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest

from holisticos.contracts.errors import (
    HealthSourceInvalidError,
    HealthSourceRejectedError,
    HealthSourceUnavailableError,
)
from holisticos.services.hedging import Patience, first_answer

Way = Callable[[], Awaitable[str]]
LONG = Patience(hedge_after=30, deadline=60)
SHORT = Patience(hedge_after=0.01, deadline=0.1)


class Hanging:
    """A way that never ends, and notes that it was told to."""

    def __init__(self) -> None:
        self.started = 0
        self.cancelled = 0

    async def __call__(self) -> str:
        self.started += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled += 1
        raise AssertionError


def answering(text: str) -> Way:
    async def way() -> str:
        return text

    return way


def failing(error: Exception) -> Way:
    async def way() -> str:
        raise error

    return way


def first(*ways: Way, patience: Patience = LONG) -> str:
    return asyncio.run(first_answer(ways, patience))


def test_the_preferred_way_is_taken_and_no_other_tried() -> None:
    other = Hanging()
    assert first(answering("a"), other) == "a"
    assert other.started == 0


def test_a_failure_starts_the_next_way_at_once() -> None:
    assert first(failing(HealthSourceUnavailableError("down")), answering("b")) == "b"


def test_a_slow_way_is_overtaken_and_told_to_stop() -> None:
    slow = Hanging()
    assert first(slow, answering("b"), patience=SHORT) == "b"
    assert (slow.started, slow.cancelled) == (1, 1)


def test_a_slow_way_still_counts_where_the_next_one_fails() -> None:
    async def run() -> str:
        gate = asyncio.Event()

        async def slow() -> str:
            await gate.wait()
            return "a"

        async def next_way() -> str:
            gate.set()
            raise HealthSourceUnavailableError("down too")

        return await first_answer([slow, next_way], Patience(hedge_after=0.01, deadline=30))

    assert asyncio.run(run()) == "a"


def test_when_all_hang_the_deadline_ends_it() -> None:
    ways = Hanging(), Hanging()
    with pytest.raises(HealthSourceUnavailableError, match="in time"):
        first(*ways, patience=SHORT)
    assert [way.cancelled for way in ways] == [1, 1]


def test_at_the_deadline_it_still_says_how_long_to_wait() -> None:
    with pytest.raises(HealthSourceUnavailableError, match="in time") as caught:
        first(failing(HealthSourceUnavailableError("busy", retry_after=60)), Hanging(), patience=SHORT)
    assert caught.value.retry_after == 60


def test_when_all_fail_it_says_why_and_how_long_to_wait() -> None:
    with pytest.raises(HealthSourceUnavailableError, match="second") as caught:
        first(
            failing(HealthSourceUnavailableError("first", retry_after=7)),
            failing(HealthSourceUnavailableError("second")),
        )
    assert caught.value.retry_after == 7
    assert isinstance(caught.value.__cause__, HealthSourceUnavailableError)


def test_where_one_way_may_work_later_the_whole_may() -> None:
    with pytest.raises(HealthSourceUnavailableError):
        first(failing(HealthSourceUnavailableError("down")), failing(HealthSourceInvalidError("garbage")))
    with pytest.raises(HealthSourceRejectedError):
        first(failing(HealthSourceInvalidError("garbage")), failing(HealthSourceRejectedError("no")))


def test_a_mistake_of_ours_is_not_hidden_by_another_way() -> None:
    with pytest.raises(ZeroDivisionError):
        first(failing(ZeroDivisionError()), answering("b"))


def test_no_way_is_no_answer() -> None:
    with pytest.raises(HealthSourceUnavailableError, match="no source"):
        first()


def test_failures_beside_an_answer_are_looked_at() -> None:
    unseen: list[object] = []

    async def together() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: unseen.append(told))
        begin = asyncio.Event()

        async def failing_then() -> str:
            await begin.wait()
            raise HealthSourceUnavailableError("down")

        async def answering_then() -> str:
            begin.set()
            # Two turns of the loop later, as those who waited.
            await asyncio.sleep(0)
            return "c"

        assert await first_answer([failing_then, failing_then, answering_then], SHORT) == "c"

    for _ in range(20):
        asyncio.run(together())
        gc.collect()
    assert not unseen
