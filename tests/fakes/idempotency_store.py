"""Answered requests in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from holisticos.contracts.idempotency import LEASE, Claim, ClaimState, RequestKey, StoredRequest


class InMemoryIdempotencyStore:
    """``IdempotencyStore`` for tests; ``requests`` are what it knows, by digest."""

    def __init__(self) -> None:
        self.requests: dict[str, StoredRequest] = {}
        self._lock = Lock()

    def claim(self, key: RequestKey, at: datetime, keep_for: timedelta) -> Claim:
        with self._lock:
            known = self.requests.get(key.digest)
            claim = known.claimed_again(key.content, at) if known else Claim(ClaimState.CLAIMED)
            if claim.state is ClaimState.CLAIMED:
                expires_at = (at + keep_for).replace(microsecond=0)
                self.requests[key.digest] = StoredRequest(key.content, at + LEASE, expires_at)
            return claim

    def answer(self, key: RequestKey, text: str) -> None:
        self._change(key, answer=text)

    def release(self, key: RequestKey) -> None:
        self._change(key, leased_until=datetime.fromtimestamp(0, UTC))

    def _change(self, key: RequestKey, **change: object) -> None:
        with self._lock:
            known = self.requests.get(key.digest)
            if known and known.content == key.content:
                self.requests[key.digest] = replace(known, **change)  # type: ignore[arg-type]
