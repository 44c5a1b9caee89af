"""What the stand-in can be told to do, and in which order."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import cycle

from pydantic import BaseModel, ConfigDict, Field

from local.language_model.wordings import Lie


class Fault(StrEnum):
    """How a call fails."""

    RATE_LIMITED = "rate_limited"
    """429 with ``Retry-After``."""
    QUOTA = "quota"
    """429 because the money is used up."""
    SERVER_ERROR = "server_error"
    UNAUTHORIZED = "unauthorized"
    TIMEOUT = "timeout"
    """Takes the request and never answers."""
    STALL = "stall"
    """Half of the right answer, then nothing."""
    SLOW = "slow"
    """The right answer, a byte at a time."""
    DROPPED = "dropped"
    """Half of the right answer, then the connection breaks."""
    MALFORMED = "malformed"
    """The body is no JSON."""
    HUGE = "huge"
    """More bytes than anybody wants."""
    INVALID_JSON = "invalid_json"
    """The body is right, and the text in it is no JSON."""
    SCHEMA = "schema"
    """The text is JSON of another form."""
    REFUSAL = "refusal"
    TRUNCATED = "truncated"
    """The tokens were used up before the end."""


Mode = Fault | Lie | None
"""None is the right answer."""


class Script(BaseModel):
    """What the next calls get, as it is set through ``PUT /_faults``.

    ``modes`` are names of faults and lies; null is the right answer. They are used once, one a call, and right answers
    follow; with ``forever`` they begin anew at their end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    modes: tuple[Mode, ...] = ()
    forever: bool = False
    retry_after: int = Field(default=1, ge=0, description="seconds; for rate_limited")


class Director:
    """Hands out the modes of a script, one a call."""

    def __init__(self) -> None:
        self.follow(Script())

    def follow(self, script: Script) -> None:
        self.script = script
        self._modes: Iterator[Mode] = cycle(script.modes) if script.forever else iter(script.modes)

    def next(self) -> Mode:
        return next(self._modes, None)
