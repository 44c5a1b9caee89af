"""Sahha's account token: fetched once for all who wait, kept, and renewed before it expires.

``POST {base}/api/v1/oauth/account/token {"clientId", "clientSecret"}`` gives ``{"accountToken", "expiresIn"}``,
the latter in seconds.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from holisticos.adapters.http_json import JsonClient
from holisticos.adapters.secrets import SahhaCredentials
from holisticos.contracts.errors import (
    ConfigurationError,
    HealthSourceInvalidError,
    HealthSourceRejectedError,
    HealthSourceUnauthorizedError,
    HealthSourceUnavailableError,
    StoreError,
)

PATH: Final = "api/v1/oauth/account/token"

_EARLIER: Final = 300.0
"""Seconds before a token expires it is renewed, or a tenth of its life where that is less."""
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,8192}")
"""What a header can carry."""
_LONGEST: Final = 30 * 86_400.0
"""Seconds; nothing is believed to live longer."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class _Fetch:
    """A request for a token that is under way, and the instant by which it has ended."""

    task: asyncio.Task[str]
    until: float


class AccountToken:
    """One token for all requests of a process. It is in no log, error or ``repr``.

    ``now`` is the time of day in seconds, not that of a clock that stands still while the process sleeps.
    """

    def __init__(
        self,
        client: JsonClient,
        credentials: Callable[[], SahhaCredentials],
        on_refused: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._on_refused = on_refused
        self._now = now
        self._kept: _Kept | None = None
        self._fetch: _Fetch | None = None

    async def current(self, deadline: float) -> str:
        """A token that is good for a while, by ``deadline`` on the running loop's clock.

        Raises:
            HealthSourceUnauthorizedError: there are no credentials, or they are refused.
            HealthSourceUnavailableError: they cannot be read, or no token comes in time.
            HealthSourceInvalidError: what comes is no token.
        """
        if self._kept is not None and self._now() < self._kept.until:
            return self._kept.token
        fetch = self._fetch_under_way() or self._begin(deadline)
        try:
            async with asyncio.timeout_at(deadline):
                # Whoever goes away does not take the token from the others.
                return await asyncio.shield(fetch.task)
        except TimeoutError:
            raise HealthSourceUnavailableError("the health API gave no token in time") from None

    def forget(self, token: str) -> None:
        """``token`` was refused; one that was fetched meanwhile stays."""
        if self._kept is not None and self._kept.token == token:
            self._kept = None

    async def aclose(self) -> None:
        """End a fetch that is under way."""
        if (fetch := self._fetch_under_way()) is not None:
            fetch.task.cancel()
            await asyncio.wait([fetch.task])

    def _fetch_under_way(self) -> _Fetch | None:
        """Nobody joins one of another loop, or one that a sleep of the process has outlasted."""
        loop = asyncio.get_running_loop()
        fetch = self._fetch
        if fetch is None or fetch.task.get_loop() is not loop or fetch.task.done() or loop.time() >= fetch.until:
            return None
        return fetch

    def _begin(self, deadline: float) -> _Fetch:
        self._fetch = _Fetch(asyncio.create_task(self._fetched(deadline)), deadline)
        # A failure that nobody waits for any more is no news.
        self._fetch.task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return self._fetch

    async def _fetched(self, deadline: float) -> str:
        credentials = await self._read_credentials()
        asked_at = self._now()
        try:
            answer = await self._client.post(PATH, credentials.as_wire(), deadline)
        except HealthSourceRejectedError as error:
            self._on_refused()
            raise HealthSourceUnauthorizedError(f"our credentials are refused: {error}") from error
        self._kept = _read(answer, asked_at)
        return self._kept.token

    async def _read_credentials(self) -> SahhaCredentials:
        try:
            return await asyncio.to_thread(self._credentials)
        except ConfigurationError as error:
            raise HealthSourceUnauthorizedError(str(error)) from error
        except StoreError as error:
            raise HealthSourceUnavailableError("our credentials for the health API cannot be read") from error


def _read(answer: object, asked_at: float) -> _Kept:
    if isinstance(answer, dict):
        token: Any = answer.get("accountToken")
        seconds: Any = answer.get("expiresIn")
        if isinstance(token, str) and _TOKEN.fullmatch(token) and type(seconds) in {int, float} and seconds > 0:
            life = min(seconds, _LONGEST)
            return _Kept(token, asked_at + life - min(_EARLIER, life / 10))
    raise HealthSourceInvalidError("the health API's answer is no token")
