"""What became of what was found before, by the days that have come since alone.

The days on which something was found cannot confirm it. So each earlier finding is asked of new days, and that only
where there are enough of them:

========== ============================================ =====================================================
found      asked of the new days                        of them there have to be
========== ============================================ =====================================================
a level    are they off the usual of before the finding five, and as many of those it was found on: fewer have
           still, and do they differ from those it was  no median to compare. So what one day was like is
           found on                                     never asked again
sleep need is the need met, and do they differ          eight nights, as for the finding
a trend    do they rise or fall, and otherwise than     eight that reach over 14, as for the finding
           before
========== ============================================ =====================================================

"Still" and "turned" have to be established anew, "over" is a clear difference from what was found, after which the
new days are not noticeably off any more. Whatever is neither is not decided, and nothing is said.

All these tests are one family, of which each look has an equal part of the rate. They are only made of what was
established before, so that there are hardly any on a person of whom nothing is true.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from functions.agents.memory.input import MemoryInput
from holisticos.agents import ids, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.formatting import Said, short_date
from holisticos.agents.metrics import measure
from holisticos.agents.spec import Analysis
from holisticos.analytics.before_after import before_after
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.analytics.sleep import habitual_need
from holisticos.analytics.turns import turn
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding
from holisticos.health.adherence import LOOKS
from holisticos.health.series import DailySeries

ME: Final = AgentName.MEMORY
RATE: Final = FALSE_FINDING_RATE / len(LOOKS)
"""At each look: over all of them together it is the rate of a family."""
TREND: Final = "trend"
NEED: Final = "habitual_need"


class Verdict(StrEnum):
    STILL = "still"
    OVER = "over"
    TURNED = "turned"


_IMPORTANCE: Final = {Verdict.STILL: 0.2, Verdict.OVER: 0.45, Verdict.TURNED: 0.6}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One earlier finding, and the two tests of the new days.

    ``side`` is on which of its two sides it was, ``then`` what it rested on, ``now`` what the new days are like, and
    ``apart`` by how much that differs.
    """

    side: Direction
    then: Evidence
    now: Evidence
    apart: Evidence

    def verdict(self, claims: Claims) -> Verdict | None:
        """``None`` while the new days do not decide it."""
        if self.now.direction is None or self.apart.direction is None:
            return None
        if claims.claimed(self.now):
            if self.now.direction is self.side:
                return Verdict.STILL
            return Verdict.TURNED if claims.claimed(self.apart) else None
        moved_back = claims.claimed(self.apart) and self.apart.direction is not self.side
        return Verdict.OVER if moved_back and self.now.direction is not self.side else None


def rechecked(data: MemoryInput) -> Analysis:
    """What still holds, what is over, and what has turned."""
    asked = _asked(data)
    claims = family((test for one in asked for test in (one.now, one.apart)), rate=RATE)
    corrected = {item.id: item for item in claims.evidence}
    decided = [(one, verdict) for one in asked if (verdict := one.verdict(claims)) is not None]
    findings = tuple(_told(verdict, one, corrected[one.now.id]) for one, verdict in decided)
    return Analysis((*claims.evidence, *(one.then for one, _ in decided)), findings)


def _asked(data: MemoryInput) -> list[_Asked]:
    """Of several findings on one statistic of a metric the newest is asked again."""
    asked: dict[tuple[str, str], _Asked] = {}
    for change in data.changes:
        then, side = change.evidence, change.finding.direction
        if side is None or then.value is None or then.metric not in data.series:
            continue
        if change.kind not in asked and _is_time(then, data):
            known = then.model_copy(update={"id": f"{then.id}.{then.window.end.isoformat()}"})
            asked[change.kind] = _Asked(side, known, *_tests(data, then))
    return list(asked.values())


def _is_time(then: Evidence, data: MemoryInput) -> bool:
    """Whether another of the looks has come since the last analysis."""
    now = (data.window.end - then.window.end).days
    before = (data.last_window.end - then.window.end).days if data.last_window else 0
    return any(before < look <= now for look in LOOKS)


def _tests(data: MemoryInput, then: Evidence) -> tuple[Evidence, Evidence]:
    """Of what the new days are like, and of whether that differs."""
    series, found_on = data.daily(then.metric), then.window
    since = found_on.end + timedelta(days=1)
    if then.statistic == TREND:
        return turn(series, since, data.window, data.history, days=found_on.days)
    new = DateSpan(start=max(since, spans.recent(data.window, data.history).start), end=data.window.end)
    apart = _named(
        before_after(_only(series, found_on, new), new.start, new, found_on, days=_days(found_on, new)), then
    )
    if then.statistic == NEED:
        return _named(habitual_need(series, new, data.history, days=new.days), then), apart
    usual_before = spans.before(found_on, data.history)
    return _named(level(series, new, usual_before, nightly=measure(then.metric).nightly), then), apart


def _only(series: DailySeries, *stretches: DateSpan) -> DailySeries:
    kept = {day: value for day, value in series.values.items() if any(one.start <= day <= one.end for one in stretches)}
    return series.model_copy(update={"values": kept})


def _days(first: DateSpan, last: DateSpan) -> int:
    return DateSpan(start=first.start, end=last.end).days


def _named(evidence: Evidence, then: Evidence) -> Evidence:
    """Under an id that says which finding is asked again."""
    stem = evidence.id.rpartition(".")[0]
    return evidence.model_copy(update={"id": f"{stem}.after_{then.statistic}_{then.window.end.isoformat()}"})


def _told(verdict: Verdict, asked: _Asked, now: Evidence) -> Finding:
    title, text = _words(asked.then.statistic)(verdict, asked, now)
    return phrases.finding(
        ME,
        ids.recheck(now.metric, asked.then.statistic),
        title,
        text,
        [now, asked.then],
        importance=_IMPORTANCE[verdict],
        direction=Direction.STABLE if verdict is Verdict.OVER else now.direction,
    )


_OTHER_WAY: Final = "the other way"
"""Not by its name: a text that names both sides could be worded with the wrong one first."""

Words = Callable[[Verdict, _Asked, Evidence], tuple[str, str]]
"""Title and text; the conclusion comes first, for the brief cuts what follows."""


def _words(statistic: str) -> Words:
    return {TREND: _trend, NEED: _need}.get(statistic, _level)


def _level(verdict: Verdict, asked: _Asked, now: Evidence) -> tuple[str, str]:
    words, said = measure(now.metric), Said(now)
    where = _where(now, now.direction if verdict is Verdict.TURNED else asked.side)
    how = {
        Verdict.STILL: f"still {where}",
        Verdict.OVER: f"no longer {where}",
        Verdict.TURNED: f"now {where}",
    }[verdict]
    text = (
        f"Your {words.name} {words.is_} {how} your usual {said.usual}: {said.value} since {said.start}, "
        f"after {_level_then(asked.then)} (medians, {said.days} since)."
    )
    return f"{words.title} {how} usual", text


def _where(evidence: Evidence, side: Direction | None) -> str:
    return Said(evidence.model_copy(update={"direction": side})).where


def _level_then(then: Evidence) -> str:
    said = Said(then)
    if then.statistic == "deviation":
        return f"{said.size} {'above' if said.number > 0 else 'below'} it in {said.period}"
    return f"{said.value} in {said.period}"


def _need(verdict: Verdict, asked: _Asked, now: Evidence) -> tuple[str, str]:
    then, said = Said(asked.then), Said(now)
    how = {
        Verdict.STILL: f"still sleep {then.side}",
        Verdict.OVER: f"no longer sleep clearly {then.side}",
        Verdict.TURNED: f"sleep {said.side} now",
    }[verdict]
    before = _OTHER_WAY if verdict is Verdict.TURNED else then.side
    title = {
        Verdict.STILL: f"Still {then.side} sleep than needed",
        Verdict.OVER: f"No longer clearly {then.side} sleep than needed",
        Verdict.TURNED: f"Now {said.side} sleep than needed",
    }[verdict]
    text = (
        f"You {how} than the {said.usual} adults need at least: {said.size} {said.side} a night since "
        f"{said.start}, after {then.size} {before} a night in {then.period} (means, {said.nights} since)."
    )
    return title, text


def _trend(verdict: Verdict, asked: _Asked, now: Evidence) -> tuple[str, str]:
    words, then, said = measure(now.metric), Said(asked.then), Said(now)
    was, is_ = (_going(now, side) for side in (asked.side, now.direction))
    of_then = f"{then.size} {_OTHER_WAY}" if verdict is Verdict.TURNED else f"{was} by {then.size}"
    since = short_date(asked.then.window.end + timedelta(days=1))
    before = f"after {of_then} in {then.period} ({said.days} since)"
    match verdict:
        case Verdict.STILL:
            how = f"still {was}"
            text = f"Your {words.name} {words.is_} {how}: by {said.size} since {since}, {before}."
        case Verdict.OVER:
            how = f"no longer {was}"
            other = f"{said.size} {_OTHER_WAY}" if (said.number > 0) is not (then.number > 0) else f"only {said.size}"
            text = f"Your {words.name} {words.is_} {how}: {other} since {since}, {before}."
        case Verdict.TURNED:
            how = f"now {is_}"
            text = f"Your {words.name} {words.is_} {how}: by {said.size} since {since}, {before}."
    return f"{words.title} {words.is_} {how}", text


def _going(evidence: Evidence, side: Direction | None) -> str:
    up, down = ("moving later", "moving earlier") if evidence.unit.startswith("clock") else ("rising", "falling")
    return up if side is Direction.UP else down
