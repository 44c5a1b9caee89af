"""What a text claims: amounts with what they are of, sides, times, and the meaning of every other word.

A text and the rule text that it stands for are read by the same rules, so that what was understood of the one can be
compared with what was understood of the other.
"""

from dataclasses import dataclass
from typing import Final

from holisticos.agents.language_model.grounding.amounts import Amount
from holisticos.agents.language_model.grounding.roles import Role
from holisticos.agents.language_model.grounding.times import TimeSaid

_SOFT: Final = frozenset({"unclear", "tends", "maybe"})

SETTINGS: Final = frozenset({"day", "night", "week", "morning", "afternoon", "evening", "typical", "now"})
"""What only says when: it is not denied itself."""

Polarity = tuple[str, ...]
"""The negations that something stands under, in order."""


@dataclass(frozen=True, slots=True)
class AmountClaim:
    """``of`` is the whole that a count is part of: 10 of "5 of 10 days".

    ``mark`` tells numbers of one metric apart (the longest), ``when`` is the only stretch of days in its sentence.
    """

    topic: str | None
    role: Role
    amount: Amount
    polarity: Polarity = ()
    limit: str | None = None
    per: str | None = None
    of: Amount | None = None
    mark: str | None = None
    when: str | None = None
    carried: bool = False
    """Whether the topic was named before and not beside the number."""


@dataclass(frozen=True, slots=True)
class SideClaim:
    """``against`` is what is compared with; ``where`` the kind of day it holds on, beside the opposite kind."""

    topic: str | None
    up: bool
    manner: str
    against: str | None
    where: str | None
    condition: bool
    polarity: Polarity
    text: str


@dataclass(frozen=True, slots=True)
class TimeClaim:
    time: TimeSaid
    link: str | None


@dataclass(frozen=True, slots=True)
class WordClaim:
    """A word of any other meaning; ``kind`` tells topics, concepts, links with what follows, hedges apart."""

    kind: str
    key: str
    polarity: Polarity
    text: str


@dataclass(frozen=True, slots=True)
class Claims:
    amounts: tuple[AmountClaim, ...]
    sides: tuple[SideClaim, ...]
    times: tuple[TimeClaim, ...]
    words: tuple[WordClaim, ...]
    ranges: tuple[str, ...]
    dangling: tuple[str, ...]
    """Negations that nothing follows: what they deny is not understood."""
    last_topic: str | None

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(item.key for item in self.words if item.kind == "topic")

    @property
    def soft(self) -> frozenset[str]:
        return frozenset(item.key for item in self.words if item.kind == "hedge") & _SOFT
