"""A request that may be sent again: the same key and content give the same answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=30)
"""As long as the function that answers may take; where it died before, the request may be worked on anew."""


class ClaimState(StrEnum):
    """What became of an attempt to answer a request."""

    CLAIMED = "claimed"
    """Nobody has answered it: whoever claimed it does."""
    RUNNING = "running"
    """Somebody else is answering it."""
    ANSWERED = "answered"
    REUSED = "reused"
    """The key belongs to a request with other content."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """``digest`` names the request, ``content`` its content; neither says anything of the user."""

    digest: str
    content: str


@dataclass(frozen=True, slots=True)
class Claim:
    """``answer`` is there where the state is ``ANSWERED``."""

    state: ClaimState
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """What a store knows of a request, and what follows from it."""

    content: str
    leased_until: datetime
    expires_at: datetime
    answer: str | None = None

    def claimed_again(self, content: str, at: datetime) -> Claim:
        """What a further request with the same key gets at ``at``."""
        if at >= self.expires_at:
            return Claim(ClaimState.CLAIMED)
        if content != self.content:
            return Claim(ClaimState.REUSED)
        if self.answer is not None:
            return Claim(ClaimState.ANSWERED, self.answer)
        return Claim(ClaimState.RUNNING if at < self.leased_until else ClaimState.CLAIMED)
