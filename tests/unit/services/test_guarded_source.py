"""The health API behind its circuit: what counts as a failure, and what an open circuit does."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from holisticos.contracts.circuit import CircuitPolicy, CircuitState
from holisticos.contracts.errors import (
    HealthSourceError,
    HealthSourceInvalidError,
    HealthSourceRejectedError,
    HealthSourceUnavailableError,
)
from holisticos.contracts.names import Part, Source
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.services.guarded_source import GuardedHealthSource
from holisticos.services.hedging import Patience
from holisticos.services.user_data import UserDataService
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.fakes.clock import FixedClock
from tests.fakes.health_source import InMemoryHealthSource

NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)
SPAN = NOW - timedelta(days=7), NOW
POLICY = CircuitPolicy(failures=2, open_for=timedelta(seconds=10))


class Guarded:
    """A guarded source over fakes."""

    def __init__(self) -> None:
        self.upstream = InMemoryHealthSource()
        self.breaker = InMemoryCircuitBreaker(POLICY)
        self.clock = FixedClock(NOW)
        self.source = GuardedHealthSource(self.upstream, self.breaker, self.clock)

    def read(self, failure: HealthSourceError | None = None) -> int:
        self.upstream.failure = failure
        return asyncio.run(self.source.scores("ada", *SPAN)).received

    def fail(self, failure: HealthSourceError, times: int = POLICY.failures) -> None:
        for _ in range(times):
            with pytest.raises(type(failure)):
                self.read(failure)

    @property
    def state(self) -> CircuitState:
        return self.breaker.circuits["health_api"].state(self.clock.now())


DOWN = HealthSourceUnavailableError("down")


def test_while_it_keeps_failing_it_is_not_asked() -> None:
    guarded = Guarded()
    guarded.fail(DOWN)
    with pytest.raises(HealthSourceUnavailableError, match="not asked") as caught:
        guarded.read()
    assert guarded.upstream.asked == 2
    assert caught.value.retry_after == 10


def test_it_is_asked_again_after_a_while_and_comes_back() -> None:
    guarded = Guarded()
    guarded.fail(DOWN)
    guarded.clock.advance(timedelta(seconds=10))
    assert guarded.read() == 0
    assert guarded.state is CircuitState.CLOSED


@pytest.mark.parametrize("answer", [HealthSourceInvalidError("garbage"), HealthSourceRejectedError("no")])
def test_an_answer_that_is_of_no_use_is_an_answer(answer: HealthSourceError) -> None:
    guarded = Guarded()
    guarded.fail(DOWN, 1)
    guarded.fail(answer, 5)
    assert guarded.state is CircuitState.CLOSED


def given_up(after: timedelta) -> Guarded:
    """One that was cancelled twice, each time after so long."""
    guarded = Guarded()

    async def run() -> None:
        guarded.upstream.gate = asyncio.Event()
        for _ in range(POLICY.failures):
            reading = asyncio.ensure_future(guarded.source.scores("ada", *SPAN))
            await guarded.upstream.begun.acquire()
            guarded.clock.advance(after)
            reading.cancel()
            await asyncio.wait([reading])
        await asyncio.get_running_loop().shutdown_default_executor()

    asyncio.run(run())
    return guarded


def test_whoever_is_overtaken_has_failed() -> None:
    assert given_up(timedelta(seconds=0.6)).state is CircuitState.OPEN


def test_whoever_is_given_up_early_has_not() -> None:
    assert given_up(timedelta(seconds=0.1)).state is CircuitState.CLOSED


def test_an_open_circuit_goes_straight_to_the_database() -> None:
    guarded = Guarded()
    guarded.fail(DOWN)
    database = InMemoryHealthSource(Source.DATABASE).add("ada", scores=[{"type": "sleep"}])
    # A hedge that never comes: only the failure of the first starts the second.
    service = UserDataService([guarded.source, database], guarded.clock, patience=Patience(60, 60))
    context = asyncio.run(service.context(Profile(user_id="ada"), Memory(), as_of=NOW))
    assert context.sources[Part.SCORES].source is Source.DATABASE
    assert guarded.upstream.asked == 2


def test_all_parts_go_through_one_circuit() -> None:
    guarded = Guarded()

    async def run() -> list[int]:
        source = guarded.source
        asked = (source.scores, source.biomarkers, source.archetypes)
        return [(await ask("ada", *SPAN)).received for ask in asked]

    assert asyncio.run(run()) == [0, 0, 0]
    assert set(guarded.breaker.circuits) == {guarded.source.source.value}


def test_an_analysis_that_knows_no_other_source_finds_it_well_again() -> None:
    """The parts of one read are one probe: if two of three were refused, the third would be given up with them."""
    guarded = Guarded()
    guarded.fail(DOWN)
    guarded.upstream.failure = None
    guarded.clock.advance(timedelta(seconds=10))
    service = UserDataService([guarded.source], guarded.clock)
    context = asyncio.run(service.context(Profile(user_id="ada", timezone="Europe/Berlin"), Memory(), as_of=NOW))
    assert context.sources[Part.BIOMARKERS].source is Source.HEALTH_API
    assert guarded.state is CircuitState.CLOSED
