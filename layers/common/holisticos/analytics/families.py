"""Keeping false findings rare when many things are looked at."""

from collections.abc import Iterable
from typing import Literal

from holisticos.analytics.numeric.multiplicity import benjamini_hochberg, holm
from holisticos.contracts.names import Direction
from holisticos.contracts.report import Evidence

FALSE_FINDING_RATE = 0.05

_METHODS = {"holm": (holm, "Holm 1979"), "benjamini-hochberg": (benjamini_hochberg, "Benjamini-Hochberg")}


def adjusted(
    evidence: Iterable[Evidence], *, method: Literal["holm", "benjamini-hochberg"] = "holm"
) -> tuple[Evidence, ...]:
    """The same evidence with p corrected for all that were tested together; its ``method`` says so.

    A family is everything of one statistic (all trends, all levels) that could have become a finding, over all
    series and agents, whether it looks interesting or not: leaving out the dull ones undoes the correction.
    Evidence without a p passes unchanged and is not counted. ``holm`` keeps the chance of even one false
    finding in the family at the rate whatever the dependence, and with it the expected number, since related
    series err together; ``benjamini-hochberg`` lets a share of the findings be false and suits long lists.
    """
    items = tuple(evidence)
    correct, name = _METHODS[method]
    corrected = iter(correct([item.p_value for item in items if item.p_value is not None]))
    tests = sum(1 for item in items if item.p_value is not None)
    if tests < 2:
        return items
    return tuple(
        item
        if item.p_value is None
        else item.model_copy(
            update={"p_value": next(corrected), "method": f"{item.method}; {corrected_for(tests, name)}"}
        )
        for item in items
    )


def established(evidence: Iterable[Evidence], *, rate: float = FALSE_FINDING_RATE) -> tuple[Evidence, ...]:
    """Those of adjusted evidence that may be told: p at most ``rate`` and a direction, surest first."""
    told = [
        item
        for item in evidence
        if item.p_value is not None and item.p_value <= rate and item.direction in {Direction.UP, Direction.DOWN}
    ]
    return tuple(sorted(told, key=lambda item: (item.p_value, -abs(item.strength or 0.0), item.id)))


def corrected_for(tests: int, name: str) -> str:
    """The words that tell of a correction."""
    return f"p corrected for {tests} tests ({name})"
