"""What has stayed the same: the person's usual of weeks ago, in the weeks since."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from functions.agents.memory.input import MemoryInput
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.formatting import Said, short_date
from holisticos.agents.metrics import measure
from holisticos.agents.recovery import resting_of_week
from holisticos.agents.spec import Analysis
from holisticos.analytics.heart import weekly_hrv
from holisticos.analytics.sleep_timing import clock_level
from holisticos.analytics.trends import trend
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.sameness import still_holds

ME: Final = AgentName.MEMORY
LEAST_DAYS: Final = 14
"""New days of a metric from which on its usual is compared: the days a fact rests on cannot confirm it."""
MOST_FACTS: Final = 5
"""Told at once."""
LEANING: Final = 0.05
"""P of a single trend from which on nothing is called the same: here a false alarm costs a sentence."""
_MOVES: Final = frozenset({Direction.UP, Direction.DOWN})


def held(data: MemoryInput, changed: Collection[str]) -> Analysis:
    """What was known of the person and still holds; what has moved is for the tests of change to tell.

    Nothing of what has ``changed``, nor of what lies noticeably off the usual in the last week or drifts: another
    agent may have told of it, or would have with one day more.
    """
    compared = [
        (fact, now)
        for fact in data.facts
        if fact.evidence.metric in data.series and (now := _now(data, fact.evidence)) is not None
    ]
    told = [
        (fact, _as_known(fact.evidence), now)
        for fact, now in compared
        if still_holds(fact.evidence, now) and now.metric not in changed and not _moves(data, now)
    ][:MOST_FACTS]
    evidence = tuple(now for _, now in compared)
    if not told:
        return Analysis(evidence)
    by_day: dict[date, list[str]] = {}
    for fact, then, now in told:
        by_day.setdefault(fact.since, []).append(
            f"{measure(now.metric).name} {Said(then).value} then and {Said(now).value} now"
        )
    values = "; ".join(f"since {short_date(day)} {', '.join(items)}" for day, items in sorted(by_day.items()))
    found = phrases.finding(
        ME,
        ids.FACTS,
        "What has stayed the same",
        f"Your usual has held: {values}.",
        [item for _, then, now in told for item in (then, now)],
        importance=judgement.TYPICAL,
        direction=Direction.STABLE,
    )
    return Analysis((*evidence, *(then for _, then, _ in told)), (found,))


def _now(data: MemoryInput, known: Evidence) -> Evidence | None:
    """The same of up to four weeks that have come since, where they are enough."""
    start = max(known.window.end + timedelta(days=1), data.recent.start)
    if start > data.window.end:
        return None
    now = spans.of_recent(_level(data, known, DateSpan(start=start, end=data.window.end)))
    return now if now.value is not None and now.n >= LEAST_DAYS else None


def _level(data: MemoryInput, known: Evidence, span: DateSpan) -> Evidence:
    usual, series = spans.before(span, data.history), data.daily(known.metric)
    if known.unit == "clock":
        return clock_level(series, span, usual)
    return level(series, span, usual)


def _as_known(evidence: Evidence) -> Evidence:
    return evidence.model_copy(update={"id": f"known.{evidence.id}.{evidence.window.end.isoformat()}"})


def _moves(data: MemoryInput, now: Evidence) -> bool:
    """Whether its last week or its last four are noticeably off the usual before, or it drifts over six weeks."""
    drift = trend(data.daily(now.metric), data.window, data.history)
    drifts = drift.direction in _MOVES and drift.p_value is not None and drift.p_value <= LEANING
    lately = (_of_week(data, now), _level(data, now, data.recent))
    return drifts or any(item.direction in _MOVES for item in lately)


def _of_week(data: MemoryInput, now: Evidence) -> Evidence:
    """As the agents that speak of the week compute it."""
    series = data.daily(now.metric)
    match now.metric:
        case metrics.HRV:
            return weekly_hrv(series, data.window, data.history)
        case metrics.RESTING_HEART_RATE:
            return resting_of_week(series, data.window, data.history)
        case _:
            return _level(data, now, spans.recent(data.window, data.history, 7))
