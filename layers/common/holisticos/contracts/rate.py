"""How much one user may ask for in a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``requests`` within each window of ``seconds``; windows begin at multiples of their length."""

    bucket: str
    """What is counted together; a fixed word."""
    requests: int
    seconds: int = 60

    def window_of(self, instant: datetime) -> int:
        """The number of the window, counted from 1970."""
        return int(instant.timestamp()) // self.seconds

    def resets_in(self, instant: datetime) -> int:
        """Whole seconds until the next window begins; at least 1."""
        return self.seconds - int(instant.timestamp()) % self.seconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left after one request; a negative ``remaining`` does not exist."""

    allowed: bool
    remaining: int
    resets_in: int
    """Seconds."""


KEPT_AFTERWARDS = timedelta(minutes=5)
"""How long a window's count outlives the window: clocks differ, and a count that went too early would be begun anew."""
