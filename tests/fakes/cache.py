"""A cache in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from holisticos.ports import Clock


class InMemoryCache:
    """``Cache`` for tests; fails when told to. ``gets`` and ``puts`` count what was asked."""

    def __init__(self, clock: Clock) -> None:
        self.failure: Exception | None = None
        self.values: dict[str, tuple[bytes, datetime]] = {}
        self.gets = 0
        self.puts = 0
        self._clock = clock

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        self.gets += 1
        if self.failure:
            raise self.failure
        now = self._clock.now()
        return {key: self.values[key][0] for key in keys if key in self.values and self.values[key][1] > now}

    def put(self, key: str, value: bytes, lifetime: timedelta) -> None:
        self.puts += 1
        if self.failure:
            raise self.failure
        self.values[key] = value, self._clock.now() + lifetime
