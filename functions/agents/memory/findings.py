"""What is known about a person, and what became of it since the last analysis."""

from datetime import timedelta
from typing import Final

from functions.agents.memory.facts import held
from functions.agents.memory.input import SERIES, MemoryInput
from functions.agents.memory.recheck import rechecked
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import family
from holisticos.agents.formatting import Said, short_date
from holisticos.agents.metrics import measure
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.before_after import before_after
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding

ME: Final = AgentName.MEMORY
RATE: Final = FALSE_FINDING_RATE / 2
"""The other half of the before/after tests is the adaptation agent's."""
BY_DAY: Final = (metrics.STEPS, metrics.ACTIVE_MINUTES, metrics.TOTAL_ENERGY, metrics.WEIGHT)
CORE: Final = (metrics.STEPS, metrics.SLEEP_MINUTES, metrics.RESTING_HEART_RATE, metrics.HRV)
BY_NIGHT: Final = (metrics.SLEEP_MINUTES, metrics.RESTING_HEART_RATE, metrics.HRV, metrics.BREATHING_ASLEEP)


def analyse(data: MemoryInput) -> Analysis:
    known = combine(_starting_point(data, "day", BY_DAY), _starting_point(data, "night", BY_NIGHT))
    if data.last_window is None or data.last_window.end >= data.window.end:
        # Without a new day there is nothing that could have become of it.
        return known
    changes, changed = _changes(data, data.last_window)
    return combine(known, held(data, changed), changes, rechecked(data))


def _starting_point(data: MemoryInput, noun: str, wanted: tuple[str, ...]) -> Analysis:
    """What the next analysis will be compared with.

    It is not called the person's usual: that are the days before those that are looked at, wherever something is
    compared with it, and these are among the days that are remembered.
    """
    levels = [
        spans.of_recent(level(data.daily(metric), data.recent, data.before_recent))
        for metric in wanted
        if metric in data.series
    ]
    told = [item for item in levels if item.value is not None]
    if not told:
        return Analysis(tuple(levels))
    values = ", ".join(f"{measure(item.metric).name} {Said(item).value}" for item in told)
    fewest, most = (Said(by(told, key=lambda item: item.n)) for by in (min, max))
    counted = most.nights if noun == "night" else most.days
    if fewest.evidence.n < most.evidence.n:
        counted = f"{fewest.evidence.n} to {counted}"
    found = phrases.finding(
        ME,
        f"usual_{noun}s",
        f"Your {noun}s of late, remembered",
        f"Kept to compare the next analysis with: {values} (medians of {counted} in {most.period}).",
        told,
        importance=0.2 if data.last_window is None else judgement.TYPICAL,
    )
    return Analysis(tuple(levels), (found,))


def _changes(data: MemoryInput, last: DateSpan) -> tuple[Analysis, frozenset[str]]:
    """Everything that is tracked, since the last analysis against the weeks before, and the metrics that changed."""
    since = last.end + timedelta(days=1)
    claims = family(
        (
            before_after(data.daily(metric), since, data.window, data.history)
            for metric in SERIES
            if metric in data.series
        ),
        rate=RATE,
    )
    computed = [item for item in claims.evidence if item.value is not None and item.baseline is not None]
    changed = tuple(_change(item, last) for item in computed if claims.claimed(item) and Said(item).differs)
    if changed or not computed:
        return Analysis(claims.evidence, changed), frozenset(item.metric for item in claims.claims)
    core = [item for item in computed if item.metric in CORE] or computed[:1]
    values = ", ".join(f"{measure(item.metric).name} {Said(item).compared} {Said(item).usual}" for item in core)
    nothing = phrases.finding(
        ME,
        ids.NO_CHANGE,
        "No clear change since the last analysis",
        f"What differs since {short_date(last.end)} may be chance: {values} (medians).",
        core,
        importance=judgement.TYPICAL,
        direction=Direction.STABLE,
    )
    return Analysis(claims.evidence, (nothing,)), frozenset()


def _change(evidence: Evidence, last: DateSpan) -> Finding:
    words, said = measure(evidence.metric), Said(evidence)
    side = "above" if evidence.direction is Direction.UP else "below"
    return phrases.finding(
        ME,
        f"{evidence.metric}_since_last",
        f"{words.title} {words.has} changed since the last analysis",
        f"Since the last analysis ({short_date(last.end)}) your {words.name} {words.has} been {said.size} {side} "
        f"the {said.usual} before (medians, {said.days} since).",
        [evidence],
        importance=judgement.importance(evidence),
        direction=evidence.direction,
    )
