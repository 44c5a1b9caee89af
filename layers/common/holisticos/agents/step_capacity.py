"""Whether a person walks as much as brings benefit: the same answer for all agents that ask for more steps.

And how short a walk may be for any of them to ask for it.
"""

from typing import Final

from holisticos.agents import spans
from holisticos.analytics.activity import step_band
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries

LEAST_WALK_MINUTES: Final = 5
"""A shorter walk is not worth planning."""
NEARLY: Final = 0.95
"""The share of where the benefit levels off from which on more is not asked for."""


def step_capacity(steps: DailySeries, age: DailySeries, span: DateSpan) -> Evidence:
    """The mean of ``span`` beside where the benefit levels off at the last known age."""
    known = age.values[max(age.values)] if age.values else None
    return spans.of_recent(step_band(steps, span, age=known))


def wants_more(capacity: Evidence) -> bool:
    """``False`` also where it is not known."""
    if capacity.value is None or capacity.baseline is None:
        return False
    return capacity.value < capacity.baseline.value * NEARLY
