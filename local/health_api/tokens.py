"""Account tokens of the simulated Sahha."""

import secrets
import time
from collections.abc import Callable
from typing import Final

CLIENT_ID: Final = "holisticos-on-this-machine"
CLIENT_SECRET: Final = "a-secret-of-the-simulation"  # noqa: S105 - opens nothing but the simulation
LIFE_SECONDS: Final = 86_400


class Tokens:
    """Issued and forgotten in memory: after a restart every client needs a new one."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._good_until: dict[str, float] = {}
        self.life_seconds = LIFE_SECONDS

    def issue(self, client_id: object, client_secret: object) -> str | None:
        """None for wrong credentials."""
        if (client_id, client_secret) != (CLIENT_ID, CLIENT_SECRET):
            return None
        token = secrets.token_urlsafe(32)
        self._good_until[token] = self._now() + self.life_seconds
        return token

    def accepts(self, authorization: str | None) -> bool:
        """Whether the header is ``account`` and a token that has not expired."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme == "account" and self._now() < self._good_until.get(token, 0.0)

    def withdraw(self) -> None:
        """Accept none of those that were issued."""
        self._good_until.clear()
