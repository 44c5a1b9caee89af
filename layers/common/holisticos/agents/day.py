"""A day in time blocks: what stands when, from getting up to sleep.

It follows from when the person usually sleeps and from what is advised: a bedtime or wake time that is advised takes
the place of the usual one. Advice that names no time has no block, nor has what is for some days of the week only (the
day is any day) or what there is no room for: blocks follow each other, and none is in the time of sleep. Times within
are minutes since getting up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from holisticos.agents import metrics
from holisticos.agents.formatting import MINUTES_A_DAY, clock, first_sentence
from holisticos.contracts.analysis import Plan
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

WEEKEND: Final = "weekend"
"""The time of what is for free days only; a part of the day may follow."""

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
    awake = (sleep - rise) % MINUTES_A_DAY
    if awake < GETTING_UP + WINDING_DOWN:
        return ()
    fixed = [
        _Block(0, GETTING_UP, "Get up", *_cited(wake, advised)),
        _Block(awake - WINDING_DOWN, WINDING_DOWN, "Wind down", None, (bed.id,)),
        _Block(awake, MINUTES_A_DAY - awake, "Sleep", *_cited(bed, advised, wake)),
    ]
    blocks = sorted(_with_advised(fixed, advised, rise, awake), key=lambda block: (block.start, block.end))
    return tuple(block.told(rise) for block in blocks)


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    minutes: int
    title: str
    recommendation_id: str | None
    evidence_ids: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + self.minutes

    def told(self, rise: int) -> DayBlock:
        return DayBlock(
            start=clock(rise + self.start),
            end=clock(rise + self.end),
            title=self.title,
            recommendation_id=self.recommendation_id,
            evidence_ids=self.evidence_ids,
        )


def _cited(usual: Evidence, advised: Iterable[Recommendation], *beside: Evidence) -> tuple[str | None, tuple[str, ...]]:
    """The advice on that time itself and what it rests on, else what tells the usual one."""
    by = _moving(usual, advised)
    return (by.id, by.evidence_ids) if by else (None, tuple(item.id for item in (usual, *beside)))


def minutes_a_day(plan: Plan) -> str:
    """What a plan takes, in words: where some of it is for free days only, that is what these take."""
    on_free_days = (item.effort_minutes for item in plan.items if (item.time_of_day or "").startswith(WEEKEND))
    up_to = "up to " if any(on_free_days) else ""
    return f"{up_to}{plan.minutes_used} of {plan.minutes_budget} minutes a day"


def _moving(usual: Evidence, advised: Iterable[Recommendation]) -> Recommendation | None:
    """The advice on that time itself."""
    return next((item for item in advised if item.target and item.target.metric == usual.metric), None)


def _at(usual: Evidence, advised: Iterable[Recommendation]) -> int:
    by = _moving(usual, advised)
    value = by.target.value if by and by.target else usual.value or 0.0
    return round(value / ROUND_TO) * ROUND_TO % MINUTES_A_DAY


def _with_advised(blocks: list[_Block], advised: Iterable[Recommendation], rise: int, awake: int) -> list[_Block]:
    """What names a clock time stands there or nowhere; what names a part of the day, where there is room in it."""
    taken = list(blocks)
    timed = [item for item in advised if not _moves_sleep(item) and not _names_its_end(item)]
    for item in sorted(timed, key=lambda item: item.time_of_day in set(PartOfDay)):
        start = _start(item, rise, awake, taken)
        if start is not None:
            title = first_sentence(item.text).split(": ")[0].rstrip(".")
            taken.append(_Block(start, item.effort_minutes, title, item.id, item.evidence_ids))
    return taken


def _start(item: Recommendation, rise: int, awake: int, taken: Sequence[_Block]) -> int | None:
    if item.time_of_day and _CLOCK.fullmatch(item.time_of_day):
        at = (_minutes(item.time_of_day) - rise) % MINUTES_A_DAY
        return at if at >= GETTING_UP and _is_free(at, item.effort_minutes, taken) else None
    wanted, latest = _wanted(item.time_of_day, rise, awake), awake - BEFORE_SLEEP
    if wanted is None:
        return None
    later = [wanted, *sorted(block.end for block in taken if block.end > wanted)]
    earlier = sorted((block.start - item.effort_minutes for block in taken if block.start <= wanted), reverse=True)
    starts = (at for at in (*later, latest, *earlier) if GETTING_UP <= at <= latest)
    return next((at for at in starts if _is_free(at, item.effort_minutes, taken)), None)


def _is_free(start: int, minutes: int, taken: Iterable[_Block]) -> bool:
    return all(start + minutes <= block.start or block.end <= start for block in taken)


def _wanted(part: str | None, rise: int, awake: int) -> int | None:
    latest = awake - BEFORE_SLEEP
    match part:
        case PartOfDay.MORNING:
            return AFTER_WAKING
        case PartOfDay.AFTERNOON:
            after_noon = (AFTERNOON - rise) % MINUTES_A_DAY
            return max(after_noon, AFTER_WAKING) if after_noon <= latest else AFTER_WAKING
        case PartOfDay.EVENING:
            # Of who sleeps after midnight or by day, the next sleep is meant.
            return min((EVENING - rise) % MINUTES_A_DAY, latest)
    return None


def _moves_sleep(item: Recommendation) -> bool:
    return item.area is Area.SLEEP or bool(item.target and item.target.metric in {metrics.BEDTIME, metrics.WAKE_TIME})


def _names_its_end(item: Recommendation) -> bool:
    """To be done with something by then takes no time, whatever part of the day it is about."""
    return item.time_of_day in set(PartOfDay) and bool(_CLOCK.search(item.text))


def _minutes(said: str) -> int:
    hours, minutes = said.split(":")
    return int(hours) * 60 + int(minutes)
