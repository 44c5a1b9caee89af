"""How often a client of ours asks a server, however many callers it has in this process."""

import asyncio
from collections.abc import Awaitable, Callable


class TokenBucket:
    """Lets ``burst`` calls go at once and ``per_second`` in the long run; those beyond wait their turn.

    Turner, New directions in communications, IEEE Communications Magazine 24(10), 1986: the leaky bucket as
    a meter. ``now`` gives seconds of a clock that never goes back.
    """

    def __init__(
        self,
        per_second: float,
        burst: int,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._sleep = sleep
        self._tokens = float(burst)
        self._counted_at = now()

    async def take(self, patience: float) -> bool:
        """Wait for the turn; False, at once, where it would come later than in ``patience`` seconds."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._counted_at) * self._per_second)
        self._counted_at = now
        wait = max(0.0, (1 - self._tokens) / self._per_second)
        if wait > patience:
            return False
        # Taken before it is there: whoever comes meanwhile waits behind.
        self._tokens -= 1
        if wait:
            await self._sleep(wait)
        return True
