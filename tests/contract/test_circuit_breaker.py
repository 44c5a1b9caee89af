"""What every ``CircuitBreaker`` keeps to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from holisticos.adapters.dynamodb_circuits import DynamoDbCircuitBreaker
from holisticos.contracts.circuit import Circuit, CircuitPolicy
from holisticos.ports import CircuitBreaker
from tests.contract.conftest import EMULATOR, MEMORY, MOTO, Backend
from tests.examples import NOON
from tests.fakes.circuit_breaker import InMemoryCircuitBreaker
from tests.output import Output

SECOND = timedelta(seconds=1)
POLICY = CircuitPolicy(failures=3, window=60 * SECOND, open_for=10 * SECOND, probe_for=5 * SECOND)
WHEN_OPEN_ENDS = NOON + 10 * SECOND

NewBreaker = Callable[[], CircuitBreaker]


@pytest.fixture
def new_breaker(backend: Backend, table: str) -> NewBreaker:
    """Makes breakers that share their state as those of several processes do."""
    circuits: dict[str, Circuit] = {}

    def make() -> CircuitBreaker:
        if backend.dynamodb:
            return DynamoDbCircuitBreaker(table, POLICY, backend.dynamodb)
        return InMemoryCircuitBreaker(POLICY, circuits)

    return make


def fail(breaker: CircuitBreaker, times: int = POLICY.failures, dependency: str = "health_api") -> None:
    for _ in range(times):
        breaker.failed(dependency, NOON)


def test_a_dependency_of_which_nothing_is_known_is_asked(new_breaker: NewBreaker) -> None:
    admission = new_breaker().admit("health_api", NOON)
    assert (admission.allowed, admission.probe, admission.retry_after) == (True, False, 0)


def test_failures_in_a_row_open_it_for_all_processes(new_breaker: NewBreaker) -> None:
    failing, other = new_breaker(), new_breaker()
    fail(failing, POLICY.failures - 1)
    assert failing.admit("health_api", NOON).allowed
    failing.failed("health_api", NOON)

    for breaker in (failing, other):
        admission = breaker.admit("health_api", NOON + SECOND)
        assert (admission.allowed, admission.retry_after) == (False, 9)


def test_another_process_learns_of_it_soon(new_breaker: NewBreaker) -> None:
    failing, other = new_breaker(), new_breaker()
    assert other.admit("health_api", NOON).allowed
    fail(failing)
    assert not other.admit("health_api", NOON + 3 * SECOND).allowed


def test_dependencies_are_judged_apart(new_breaker: NewBreaker) -> None:
    breaker = new_breaker()
    fail(breaker)
    assert breaker.admit("language_model", NOON).allowed


def test_a_success_begins_the_count_anew(new_breaker: NewBreaker) -> None:
    breaker = new_breaker()
    for _ in range(3):
        fail(breaker, POLICY.failures - 1)
        breaker.succeeded("health_api", NOON)
    assert breaker.admit("health_api", NOON).allowed


def test_one_probe_is_let_through_and_its_success_closes_it(new_breaker: NewBreaker) -> None:
    first, second = new_breaker(), new_breaker()
    fail(first)
    assert first.admit("health_api", WHEN_OPEN_ENDS).probe
    assert not second.admit("health_api", WHEN_OPEN_ENDS).allowed
    assert not first.admit("health_api", WHEN_OPEN_ENDS).allowed

    first.succeeded("health_api", WHEN_OPEN_ENDS + SECOND)
    for breaker in (first, second):
        admission = breaker.admit("health_api", WHEN_OPEN_ENDS + 3 * SECOND)
        assert (admission.allowed, admission.probe) == (True, False)


def test_a_probe_that_fails_opens_it_anew(new_breaker: NewBreaker) -> None:
    breaker = new_breaker()
    fail(breaker)
    assert breaker.admit("health_api", WHEN_OPEN_ENDS).probe
    breaker.failed("health_api", WHEN_OPEN_ENDS)
    admission = breaker.admit("health_api", WHEN_OPEN_ENDS + SECOND)
    assert (admission.allowed, admission.retry_after) == (False, 9)


def test_a_probe_that_is_lost_is_followed_by_another(new_breaker: NewBreaker) -> None:
    breaker = new_breaker()
    fail(breaker)
    assert breaker.admit("health_api", WHEN_OPEN_ENDS).probe
    assert breaker.admit("health_api", WHEN_OPEN_ENDS + POLICY.probe_for).probe


@pytest.mark.parametrize("backend", [MEMORY, EMULATOR], indirect=True)
def test_of_many_processes_one_is_the_probe(new_breaker: NewBreaker) -> None:
    fail(new_breaker())
    breakers = [new_breaker() for _ in range(12)]
    with ThreadPoolExecutor(len(breakers)) as threads:
        admissions = list(threads.map(lambda one: one.admit("health_api", WHEN_OPEN_ENDS), breakers))
    assert [one.probe for one in admissions].count(True) == 1
    assert [one.allowed for one in admissions].count(True) == 1


@pytest.mark.parametrize("backend", [MOTO], indirect=True)
def test_without_its_store_everything_is_asked_and_it_says_so(
    backend: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    breaker = DynamoDbCircuitBreaker("none", POLICY, backend.dynamodb)
    fail(breaker, 10)
    assert breaker.admit("health_api", NOON).allowed
    breaker.succeeded("health_api", NOON)
    assert "taken for closed" in capsys.readouterr().out


@pytest.mark.parametrize("backend", [MOTO], indirect=True)
def test_a_healthy_dependency_costs_one_read_in_a_while(backend: Backend, table: str) -> None:
    assert backend.dynamodb
    calls: list[str] = []
    backend.dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    breaker = DynamoDbCircuitBreaker(table, POLICY, backend.dynamodb)
    for hundredth in range(150):
        at = NOON + hundredth * SECOND / 100
        assert breaker.admit("health_api", at).allowed
        breaker.succeeded("health_api", at)
    assert calls == ["GetItem"]


@pytest.mark.parametrize("backend", [MOTO], indirect=True)
def test_an_opening_is_counted_once_and_its_item_expires(
    backend: Backend, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backend.dynamodb
    fail(DynamoDbCircuitBreaker(table, POLICY, backend.dynamodb), 5)
    (item,) = backend.dynamodb.scan(TableName=table)["Items"]
    assert int(item["expires_at"]["N"]) > WHEN_OPEN_ENDS.timestamp()
    assert [line["dependency"] for line in Output.of(capsys).metrics if "CircuitOpened" in line] == ["health_api"]
