"""How far a number in a text may be from the computed one.

A number must be the computed one, rounded correctly at the place to which it is written:

- bare (``7,300``): at most 0.75 % off, clock times and counts of days not at all;
- loosened by "about" and the like: at most 5 % off, or what ``_LEAST`` allows of that unit where that is more;
- "nearly" and "just over": on the side that they say, and as far as "about";
- a fraction in words ("a third"): two percentage points off, with "about" four.
"""

from typing import Final

from holisticos.agents.language_model.grounding.amounts import CLOCK, MINUTE, NUMBER, PERCENT, TIMES, Amount
from holisticos.analytics.numeric.circular import difference

BARE: Final = 0.0075
LOOSE: Final = 0.05
PART: Final = 2.0
LOOSE_PART: Final = 4.0
_LEAST: Final = {CLOCK: 10.0, MINUTE: 2.0, PERCENT: 0.5, "bpm": 0.5, "ms": 0.5, "breath": 0.5, "kg": 0.5}
_EPSILON: Final = 1e-6
_EXACT: Final = frozenset({CLOCK, "day", "night", "week"})
_MAY_LACK_ITS_UNIT: Final = frozenset({"bpm", "ms", "kcal", "breath", NUMBER})


def same_unit(said: Amount, known: Amount) -> bool:
    """A number without its unit is not a wrong unit, unless it tells a time."""
    if said.dim == NUMBER:
        return known.dim in _MAY_LACK_ITS_UNIT
    return known.dim in {said.dim, said.also}


def agrees(said: Amount, known: float, *, unit: str) -> bool:
    """Whether ``said`` is a fair way to write the computed value ``known``, which is in ``unit``."""
    off = difference(said.value, known) if unit == CLOCK else said.value - known
    loose = LOOSE_PART if said.part else max(0.0 if unit == CLOCK else LOOSE * abs(known), _LEAST.get(unit, 0.0))
    if said.about == "nearly":
        return 0 < off <= loose
    if said.about == "over":
        return 0 < -off <= loose
    if said.part:
        return abs(off) <= (LOOSE_PART if said.about else PART)
    least = min(said.grain / 2, loose if said.about else _bare(known, unit))
    return abs(off) <= least + _EPSILON


def _bare(known: float, unit: str) -> float:
    if unit in _EXACT:
        return 0.5 if unit == CLOCK else 0.0
    if unit == TIMES:
        return LOOSE * abs(known)
    if unit == PERCENT and abs(known) >= 10:
        return 0.5
    return BARE * abs(known)
