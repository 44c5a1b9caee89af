"""What the data show of a recommendation: whether it was followed."""

from typing import Final

from holisticos.contracts.feedback import Adherence
from holisticos.contracts.report import Evidence

FOLLOWED: Final = 0.5
HARDLY: Final = 0.3
"""Shares of days: from the first on a recommendation may count as followed, below the second as hardly followed."""
LOOKS: Final = (5, 10, 20)
"""New days after which it is asked what became of something: who is analysed every day would otherwise be told by
chance, sooner or later, what one look would not have said."""
BY_CHANCE: Final = 0.08
"""The chance at one look up to which days count as clearly more than before: over all looks a tenth at most.

A target a little above the person's own median is reached on two days of five without any advice, so that half of the
days of a week are no rare thing.
"""


def has_risen(reached: Evidence) -> bool | None:
    """Whether the days counted are clearly more than those before; ``None`` where that was not compared."""
    return None if reached.p_value is None else reached.p_value <= BY_CHANCE


def as_seen(share: float, *, risen: bool | None) -> Adherence:
    """What the data show: followed is what was reached on half of the days, and clearly more often than before.

    In part is all between: what came with time as it would have come by itself is for the person to tell.
    """
    if share >= FOLLOWED and risen:
        return Adherence.FOLLOWED
    return Adherence.NOT if share < HARDLY and not risen else Adherence.PARTLY
