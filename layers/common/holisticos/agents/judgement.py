"""How much a finding matters and how sure it is: two numbers from 0 to 1, by the same rules for all agents."""

from typing import Final

from holisticos.agents.metrics import is_welcome
from holisticos.contracts.report import Evidence

RED_FLAG: Final = 1.0
BACKGROUND: Final = 0.25
"""A fact about the person that is no news."""
TYPICAL: Final = 0.1
"""Everything as usual."""

_LARGE: Final = 3.0
"""Standard deviations from which on an effect counts as large as can be."""
_GOOD_NEWS: Final = 0.85
_HALF_SURE: Final = 2
"""Number of days at which the number of days alone makes us half sure."""


def importance(evidence: Evidence) -> float:
    """Of an established change: from 0.45 for the smallest to 0.9; welcome changes a little less."""
    size = min(abs(evidence.strength or 0.0) / _LARGE, 1.0)
    weight = _GOOD_NEWS if is_welcome(evidence.metric, evidence.direction) else 1.0
    return round((0.45 + 0.45 * size) * weight, 3)


def confidence(*evidence: Evidence, claims: bool) -> float:
    """The least of what each piece allows, by the days it rests on.

    Where a change is claimed, the chance of seeing it without one counts as well; a description is as sure
    as its days.
    """
    days = min(item.n / (item.n + _HALF_SURE) for item in evidence)
    chance = max(item.p_value or 0.0 for item in evidence) if claims else 0.0
    return round(days * (1 - chance), 3)
