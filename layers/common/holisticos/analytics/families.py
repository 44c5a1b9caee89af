"""Keeping false findings rare when many things are looked at."""

from collections.abc import Iterable, Sequence

from holisticos.analytics.numeric.multiplicity import holm
from holisticos.contracts.names import Direction
from holisticos.contracts.report import Evidence

FALSE_FINDING_RATE = 0.04
"""Of one family in one person. What is promised is a twentieth; the rest is for what priors and skewed days err."""

RATE_OF_MANY = 0.05
"""Of a family of some twenty series. Many of these move together or are tested with care, so that the correction for
their number errs less than it says, and leaves room for what priors err."""

LEADING = frozenset(
    {"steps", "sleep_duration", "heart_rate_resting", "heart_rate_variability_rmssd", "weight", "mid_sleep"}
)
"""What people ask for first and can act on, chosen once and for everybody. Most other series are made of these or
move with them, and would take the rate away from them by their number alone."""
LEADING_SLOW = LEADING - {"heart_rate_resting", "heart_rate_variability_rmssd", "mid_sleep"}
"""Of those, where a change over weeks can be told from chance. Heart rates wander by themselves over weeks: no share of
the rate would show a trend of theirs in six weeks, and their level of the week has a family of its own."""
LEADING_SHARE = 0.8
"""The part of the rate that what leads has together, as primary endpoints have in a trial."""


def adjusted(
    evidence: Iterable[Evidence],
    *,
    leading: frozenset[str] = LEADING,
) -> tuple[Evidence, ...]:
    """The same evidence with p corrected for all that were tested together; its ``method`` says so.

    The ``leading`` metrics share four fifths of the rate, the others the rest (weights as in Holm 1979).

    A family is everything of one statistic (all trends, all levels) that could have become a finding, over all
    series and agents, whether it looks interesting or not: leaving out the dull ones undoes the correction.
    Evidence without a p passes unchanged and is not counted. Holm's correction keeps the chance of even one false
    finding in the family at the rate whatever the dependence, and with it the expected number, since related
    series err together. ``relations`` are long lists, and corrected by themselves (Benjamini-Hochberg).
    """
    items = tuple(evidence)
    tested = [(item.metric, item.p_value) for item in items if item.p_value is not None]
    tests, p_values = len(tested), [p for _, p in tested]
    if tests < 2:
        return items
    weights = ration([metric in leading for metric, _ in tested])
    name = "Holm 1979" if weights is None else "Holm 1979, weighted"
    corrected = iter(holm(p_values, weights))
    return tuple(
        item
        if item.p_value is None
        else item.model_copy(
            update={"p_value": next(corrected), "method": f"{item.method}; {corrected_for(tests, name)}"}
        )
        for item in items
    )


def ration(leads: Sequence[bool]) -> list[float] | None:
    """The part of the rate for each test, by whether it leads; ``None`` where all are of one kind."""
    leading = sum(leads)
    if leading in {0, len(leads)}:
        return None
    return [LEADING_SHARE / leading if yes else (1 - LEADING_SHARE) / (len(leads) - leading) for yes in leads]


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
