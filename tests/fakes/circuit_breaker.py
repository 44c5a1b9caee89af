"""Circuits in memory."""

from datetime import datetime
from threading import Lock

from holisticos.contracts.circuit import Admission, Circuit, CircuitPolicy


class InMemoryCircuitBreaker:
    """``CircuitBreaker`` for tests; ``circuits`` can be looked at, and shared with another one."""

    def __init__(self, policy: CircuitPolicy | None = None, circuits: dict[str, Circuit] | None = None) -> None:
        self.circuits: dict[str, Circuit] = {} if circuits is None else circuits
        self._policy = policy or CircuitPolicy()
        self._lock = Lock()

    def admit(self, dependency: str, at: datetime) -> Admission:
        with self._lock:
            admission, self.circuits[dependency] = self._of(dependency).admit(at, self._policy)
        return admission

    def succeeded(self, dependency: str, at: datetime) -> None:
        with self._lock:
            self.circuits[dependency] = self._of(dependency).succeeded(at)

    def failed(self, dependency: str, at: datetime) -> None:
        with self._lock:
            self.circuits[dependency] = self._of(dependency).failed(at, self._policy)

    def _of(self, dependency: str) -> Circuit:
        return self.circuits.get(dependency, Circuit())
