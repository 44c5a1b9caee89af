"""When a dependency that keeps failing is left alone, and when it is asked again.

A circuit is *closed* while its dependency answers. So many failures in a row open it: nobody asks any more.
After a while it is *half-open*: one caller may ask, the probe. Its success closes the circuit, its failure
opens it anew. (M. Nygard, Release It!, 2nd ed. 2018, "Circuit Breaker".)

Everything here is a function of the state and the instant, so that every store of it behaves the same.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class CircuitPolicy:
    """When a circuit opens, and for how long."""

    failures: int = 5
    """In a row; every success begins the count anew."""
    window: timedelta = timedelta(seconds=60)
    """Failures further apart than this are not one outage."""
    open_for: timedelta = timedelta(seconds=15)
    probe_for: timedelta = timedelta(seconds=10)
    """A probe of which nothing was heard for so long is taken for lost, and another one is let through."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether to ask."""

    allowed: bool
    probe: bool = False
    """The dependency was failing, and the answer decides for all."""
    retry_after: float = 0.0
    """Seconds until asking may be allowed again; 0 where it is allowed."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """The state of one dependency's circuit."""

    failures: int = 0
    failed_at: datetime | None = None
    open_until: datetime | None = None
    """Set unless it is closed."""
    probe_until: datetime | None = None
    """Until when a probe is awaited."""

    def state(self, at: datetime) -> CircuitState:
        if self.open_until is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if at < self.open_until else CircuitState.HALF_OPEN

    def admit(self, at: datetime, policy: CircuitPolicy) -> tuple[Admission, "Circuit"]:
        """The answer to one caller, and the circuit after it."""
        if self.open_until is None:
            return Admission(allowed=True), self
        waits = [until - at for until in (self.open_until, self.probe_until) if until is not None and at < until]
        if waits:
            return Admission(allowed=False, retry_after=max(waits).total_seconds()), self
        return Admission(allowed=True, probe=True), replace(self, probe_until=at + policy.probe_for)

    def failed(self, at: datetime, policy: CircuitPolicy) -> "Circuit":
        """The circuit after a failure."""
        state = self.state(at)
        if state is CircuitState.OPEN:
            # The call began before it opened and says nothing new.
            return self
        recent = self.failed_at is not None and at - self.failed_at <= policy.window
        failures = self.failures + 1 if recent else 1
        opens = state is CircuitState.HALF_OPEN or failures >= policy.failures
        return Circuit(failures, at, at + policy.open_for if opens else None)

    def succeeded(self, at: datetime) -> "Circuit":
        """The circuit after a success."""
        return self if self.state(at) is CircuitState.OPEN else Circuit()
