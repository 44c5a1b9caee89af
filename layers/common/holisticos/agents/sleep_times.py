"""When a person falls asleep and wakes: over the last four weeks, or in the last week where that is another matter.

The same tests wherever they are made, so that agents that plan by these times cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holisticos.agents import spans
from holisticos.agents.claims import Claims, family
from holisticos.analytics.numeric.circular import difference
from holisticos.analytics.sleep_timing import bedtimes, clock_level, wake_times
from holisticos.contracts.report import WEEK, DateSpan, Evidence
from holisticos.health.series import Night

MOVED: Final = 60.0
"""Minutes by which the last week has to differ from the last four for plans to go by the week."""

ANCHOR: Final = 30
"""Minutes around a wake time within which it counts as kept."""

Times = tuple[Evidence, ...]
"""Of falling asleep, and of waking."""


@dataclass(frozen=True, slots=True)
class SleepTimes:
    """``weeks`` are up to four, ``week`` is the last of them; ``claims`` holds both, tested together."""

    claims: Claims
    weeks: Times
    week: Times

    @property
    def lately(self) -> bool:
        """Whether plans go by the last week: it has moved, or no more is known."""
        if self.week == self.weeks or any(item.value is None for item in self.week):
            return False
        return any(map(self.claims.claimed, self.week)) or any(
            now.value is None or usual.value is None or abs(difference(now.value, usual.value)) >= MOVED
            for now, usual in zip(self.week, self.weeks, strict=True)
        )

    @property
    def present(self) -> Times:
        """What plans for the coming days go by; where too few nights are known there are no values."""
        return self.week if self.lately else self.weeks

    @property
    def known(self) -> bool:
        return all(item.value is not None for item in self.present)

    @property
    def usual(self) -> bool:
        """Whether the present times are the usual ones: what has moved is not."""
        return not self.lately and not self.moved

    @property
    def subject(self) -> str:
        """How a sentence on the present times begins."""
        return "You usually" if self.usual else "Lately you"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """That of the week only where it is the present."""
        return (*self.weeks, *self.week) if self.lately else self.weeks

    @property
    def moved(self) -> tuple[Evidence, ...]:
        """What established has moved against the nights before; of each time the latest."""
        claimed = [item for item in self.evidence if self.claims.claimed(item)]
        return tuple({item.metric: item for item in claimed}.values())


def sleep_times(nights: Sequence[Night], window: DateSpan, history: DateSpan) -> SleepTimes:
    """Of ``nights``: each stretch of them against up to 28 before it."""
    # Where there are no more days than a week's, both are the same.
    stretches = dict.fromkeys(spans.recent(window, history, days) for days in (spans.RECENT_DAYS, WEEK))
    series = bedtimes(nights), wake_times(nights)
    claims = family(
        spans.of_recent(clock_level(times, stretch, spans.before(stretch, history)))
        for stretch in stretches
        for times in series
    )
    return SleepTimes(claims, claims.evidence[: len(series)], claims.evidence[-len(series) :])
