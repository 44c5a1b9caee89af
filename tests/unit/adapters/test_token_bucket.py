"""Against a clock that only the test moves."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from holisticos.adapters.token_bucket import TokenBucket


class Hours:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_a_burst_goes_at_once_and_the_next_waits_its_turn() -> None:
    hours = Hours()
    bucket = TokenBucket(10, 3, now=hours.now, sleep=hours.sleep)

    async def run() -> list[float]:
        return [hours.time for _ in range(5) if await bucket.take(60)]

    times = asyncio.run(run())
    assert [round(time, 6) for time in times] == [0, 0, 0, 0.1, 0.2]


def test_what_does_not_fit_into_the_time_left_is_refused_at_once() -> None:
    hours = Hours()
    bucket = TokenBucket(10, 1, now=hours.now, sleep=hours.sleep)

    async def run() -> list[bool]:
        return [await bucket.take(patience) for patience in (0, 0.05, 0.2)]

    assert asyncio.run(run()) == [True, False, True]
    assert hours.time == 0.1


def test_callers_that_wait_together_are_let_through_one_after_another() -> None:
    async def run() -> list[float]:
        loop = asyncio.get_running_loop()
        bucket = TokenBucket(200, 1, now=loop.time)
        began = loop.time()

        async def call() -> float:
            assert await bucket.take(60)
            return loop.time() - began

        return sorted(await asyncio.gather(*(call() for _ in range(5))))

    times = asyncio.run(run())
    assert all(time >= 0.0049 * place for place, time in enumerate(times))


@given(st.lists(st.floats(0, 5), max_size=50), st.integers(1, 10), st.floats(0.5, 100))
def test_never_more_than_burst_and_rate_allow(pauses: list[float], burst: int, rate: float) -> None:
    hours = Hours()
    bucket = TokenBucket(rate, burst, now=hours.now, sleep=hours.sleep)

    async def run() -> int:
        taken = 0
        for pause in pauses:
            hours.time += pause
            taken += await bucket.take(1)
        return taken

    assert asyncio.run(run()) <= burst + rate * hours.time + 1e-6
