"""The rules of a circuit, as functions of its state and the instant."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from holisticos.contracts.circuit import Circuit, CircuitPolicy, CircuitState
from tests.examples import NOON

SECOND = timedelta(seconds=1)
POLICY = CircuitPolicy(failures=3, window=60 * SECOND, open_for=10 * SECOND, probe_for=5 * SECOND)


def opened() -> Circuit:
    circuit = Circuit()
    for _ in range(POLICY.failures):
        circuit = circuit.failed(NOON, POLICY)
    return circuit


def test_failures_far_apart_are_no_outage() -> None:
    circuit = Circuit()
    for minute in range(10):
        circuit = circuit.failed(NOON + minute * 61 * SECOND, POLICY)
    assert circuit.state(NOON) is CircuitState.CLOSED


def test_what_began_before_it_opened_changes_nothing() -> None:
    circuit = opened()
    assert circuit.failed(NOON + 9 * SECOND, POLICY) == circuit
    assert circuit.succeeded(NOON + 9 * SECOND) == circuit


def test_its_states_follow_each_other_in_time() -> None:
    circuit = opened()
    states = [circuit.state(NOON + seconds * SECOND) for seconds in (0, 9, 10, 100)]
    assert states == [CircuitState.OPEN, CircuitState.OPEN, CircuitState.HALF_OPEN, CircuitState.HALF_OPEN]


STEPS = st.lists(st.tuples(st.sampled_from(["admit", "failed", "succeeded"]), st.integers(0, 8)), max_size=60)


@given(STEPS)
def test_whatever_happens_it_is_asked_again_in_bounded_time_and_by_one_at_once(steps: list[tuple[str, int]]) -> None:
    circuit, at, probe_at = Circuit(), NOON, None
    for step, seconds in steps:
        at += seconds * SECOND
        if step == "admit":
            before = circuit
            admission, circuit = circuit.admit(at, POLICY)
            assert admission.allowed is (admission.retry_after == 0)
            assert admission.retry_after <= max(POLICY.open_for, POLICY.probe_for).total_seconds()
            if admission.probe:
                assert before.state(at) is CircuitState.HALF_OPEN
                assert probe_at is None or at - probe_at >= POLICY.probe_for
                probe_at = at
        else:
            circuit = circuit.failed(at, POLICY) if step == "failed" else circuit.succeeded(at)
            probe_at = None
