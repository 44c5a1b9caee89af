"""A day in time blocks: what stands when, from getting up to sleep.

It follows from when the person usually sleeps and from what is advised: a bedtime or wake time that is advised takes
the place of the usual one. Advice that names no time has no block, nor has what is for some days of the week only: the
day is any day.
"""

import re
from collections.abc import Iterable
from typing import Final

from holisticos.agents import metrics
from holisticos.agents.narration import MINUTES_A_DAY, clock, first_sentence
from holisticos.contracts.names import Area, PartOfDay
from holisticos.contracts.report import DayBlock, Evidence, Recommendation

USUAL: Final = "usual"
"""The statistic of a usual time of day."""
ROUND_TO: Final = 5
"""Minutes: nobody gets up at 08:03 by plan."""
GETTING_UP: Final = 30
WINDING_DOWN: Final = 45
AFTER_WAKING: Final = 60
AFTERNOON: Final = 14 * 60
EVENING: Final = 18 * 60 + 30
BEFORE_SLEEP: Final = 120
"""An evening block begins so long before sleep at the latest."""

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def day_of(evidence: Iterable[Evidence], recommendations: Iterable[Recommendation]) -> tuple[DayBlock, ...]:
    """The blocks in order from getting up; none where it is not known when the person sleeps.

    Of several usual times that of the latest days holds.
    """
    known = [item for item in evidence if item.statistic == USUAL and item.value is not None]
    usual = {item.metric: item for item in sorted(known, key=lambda item: item.window.start)}
    bed, wake = usual.get(metrics.BEDTIME), usual.get(metrics.WAKE_TIME)
    if bed is None or wake is None:
        return ()
    advised = tuple(recommendations)
    sleep, rise = _at(bed, advised), _at(wake, advised)
    blocks = [
        _block(rise, GETTING_UP, "Get up", wake, by=_moving(wake, advised)),
        *(block for item in advised if (block := _advised(item, rise, sleep))),
        _block(sleep - WINDING_DOWN, WINDING_DOWN, "Wind down", bed),
        _block(sleep, (rise - sleep) % MINUTES_A_DAY, "Sleep", bed, wake, by=_moving(bed, advised)),
    ]
    return tuple(sorted(blocks, key=lambda block: (_minutes(block.start) - rise) % MINUTES_A_DAY))


def _moving(usual: Evidence, advised: Iterable[Recommendation]) -> Recommendation | None:
    """The advice on that time itself."""
    return next((item for item in advised if item.target and item.target.metric == usual.metric), None)


def _at(usual: Evidence, advised: Iterable[Recommendation]) -> int:
    by = _moving(usual, advised)
    value = by.target.value if by and by.target else usual.value or 0.0
    return round(value / ROUND_TO) * ROUND_TO % MINUTES_A_DAY


def _advised(item: Recommendation, rise: int, sleep: int) -> DayBlock | None:
    title = first_sentence(item.text).split(": ")[0].rstrip(".")
    start = None if _moves_sleep(item) or _names_its_end(item) else _start(item.time_of_day, rise, sleep)
    if start is None:
        return None
    return DayBlock(
        start=clock(start),
        end=clock(start + item.effort_minutes),
        title=title,
        recommendation_id=item.id,
        evidence_ids=item.evidence_ids,
    )


def _moves_sleep(item: Recommendation) -> bool:
    return item.area is Area.SLEEP or bool(item.target and item.target.metric in {metrics.BEDTIME, metrics.WAKE_TIME})


def _names_its_end(item: Recommendation) -> bool:
    """To be done with something by then takes no time, whatever part of the day it is about."""
    return item.time_of_day in set(PartOfDay) and bool(_CLOCK.search(item.text))


def _block(start: int, minutes: int, title: str, *evidence: Evidence, by: Recommendation | None = None) -> DayBlock:
    return DayBlock(
        start=clock(start),
        end=clock(start + minutes),
        title=title,
        recommendation_id=by.id if by else None,
        evidence_ids=by.evidence_ids if by else tuple(item.id for item in evidence),
    )


def _start(time_of_day: str | None, rise: int, sleep: int) -> int | None:
    match time_of_day:
        case PartOfDay.MORNING:
            return rise + AFTER_WAKING
        case PartOfDay.AFTERNOON:
            return max(AFTERNOON, rise + AFTER_WAKING)
        case PartOfDay.EVENING:
            # Of who sleeps after midnight or by day, the next sleep is meant.
            return min(EVENING, (sleep if sleep > rise else sleep + MINUTES_A_DAY) - BEFORE_SLEEP)
    return _minutes(time_of_day) if time_of_day and _CLOCK.fullmatch(time_of_day) else None


def _minutes(said: str) -> int:
    hours, minutes = said.split(":")
    return int(hours) * 60 + int(minutes)
