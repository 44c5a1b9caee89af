"""Counts of requests in memory."""

from collections import Counter
from datetime import datetime
from threading import Lock

from holisticos.contracts.rate import Allowance, RateLimit


class InMemoryRateLimiter:
    """``RateLimiter`` for tests; fails when told to, and lets all through where ``generous``."""

    def __init__(self, *, generous: bool = False) -> None:
        self.failure: Exception | None = None
        self.counts: Counter[tuple[str, str, int]] = Counter()
        self._generous = generous
        self._lock = Lock()

    def take(self, user_id: str, limit: RateLimit, at: datetime) -> Allowance:
        if self.failure:
            raise self.failure
        key = (limit.bucket, user_id, limit.window_of(at))
        with self._lock:
            allowed = self._generous or self.counts[key] < limit.requests
            self.counts[key] += allowed
            return Allowance(allowed, max(0, limit.requests - self.counts[key]), limit.resets_in(at))
