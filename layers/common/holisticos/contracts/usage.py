"""What a language model was asked, what became of it, and what it cost.

Money is counted in whole nano-dollars (1e-9 USD): published prices are multiples of 0.001 USD for a million
tokens, so sums are exact.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import Field

from holisticos.contracts.base import Contract

NANO_USD = 1_000_000_000
"""Nano-dollars in a dollar."""


class Fallback(StrEnum):
    """Why the rules worded a report and not the language model: the label in results, metrics and logs."""

    NOT_CONFIGURED = "not_configured"
    """The stage has no language model."""
    NO_KEY = "no_key"
    """It has one, and no key for it yet."""
    OPTED_OUT = "opted_out"
    """The user does not share findings with it."""
    LANGUAGE = "language"
    """Texts in the user's language cannot be checked."""
    BUDGET = "budget"
    """The user's money of the day, or that of all users, is spent."""
    CIRCUIT_OPEN = "circuit_open"
    """The provider kept failing and is left alone for a while."""
    RATE_LIMITED = "rate_limited"
    """It answered 429."""
    QUOTA = "quota"
    """It answered 429 because the account's money is used up."""
    SERVER_ERROR = "server_error"
    """It answered 5xx, or that it had failed."""
    REJECTED = "rejected"
    """It answered another 4xx: a wrong key, model or request."""
    UNREACHABLE = "unreachable"
    """No connection, or one that broke."""
    COLD_START = "cold_start"
    """Loading the client took all the time there was; the provider was not asked."""
    TIMEOUT = "timeout"
    """Nothing came in time."""
    STALL = "stall"
    """It began to answer and did not end in time."""
    MALFORMED = "malformed_json"
    """What came is no JSON."""
    SCHEMA = "schema"
    """It is JSON of another form than was asked for."""
    REFUSAL = "refusal"
    """It would not answer."""
    TRUNCATED = "truncated"
    """It used up its tokens before the end."""
    GROUNDING = "grounding"
    """What it said does not follow from the evidence, also after one repair."""
    STORE = "store"
    """A store of ours, without which nothing may be spent, did not answer."""


class Usage(Contract):
    """Tokens as the provider counts them. Cached and cache-written ones are part of ``tokens_in``."""

    tokens_in: int = Field(default=0, ge=0)
    tokens_cached: int = Field(default=0, ge=0)
    tokens_cache_written: int = Field(default=0, ge=0)
    tokens_out: int = Field(default=0, ge=0)


class Cost(Contract):
    """What the language model used; zero without one."""

    tokens_in: int = Field(default=0, ge=0)
    tokens_cached: int = Field(default=0, ge=0, description="those of ``tokens_in`` that the provider had at hand")
    tokens_out: int = Field(default=0, ge=0)
    usd: float = Field(default=0.0, ge=0)


class ModelCall(Contract):
    """One request to the language model. ``outcome`` is ``accepted``, ``unused`` or a ``Fallback``."""

    outcome: str
    repair: bool = Field(default=False, description="it was shown what was wrong with its first answer")
    usage: Usage = Usage()
    nano_usd: int = Field(default=0, ge=0, description="1e-9 USD")


class ModelUse(Contract):
    """The part of the language model in one report."""

    model: str
    repaired: bool = Field(default=False, description="accepted after what was wrong with the first answer was shown")
    reused: bool = Field(default=False, description="an answer of an earlier try of the same agent was found again")
    calls: tuple[ModelCall, ...] = ()
    cost: Cost = Cost()

    @classmethod
    def of(cls, model: str, calls: Iterable[ModelCall], *, repaired: bool, reused: bool) -> Self:
        made = tuple(calls)
        return cls(model=model, repaired=repaired, reused=reused, calls=made, cost=cost_of(made))


ACCEPTED = "accepted"
UNUSED = "unused"
"""Of a call whose agent did not come to its end."""


def cost_of(calls: Iterable[ModelCall]) -> Cost:
    """The sum over ``calls``, exact to the nano-dollar."""
    made = tuple(calls)
    return Cost(
        tokens_in=sum(call.usage.tokens_in for call in made),
        tokens_cached=sum(call.usage.tokens_cached for call in made),
        tokens_out=sum(call.usage.tokens_out for call in made),
        usd=sum(call.nano_usd for call in made) / NANO_USD,
    )
