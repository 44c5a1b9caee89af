"""How much a person moves, when in the day, and on weekends."""

from collections.abc import Sequence
from math import ceil
from typing import Final

from functions.agents.behavior.input import BehaviorInput
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.day import WEEKEND
from holisticos.agents.formatting import Said, first_sentence, quantity
from holisticos.agents.spec import Analysis, combine
from holisticos.agents.step_capacity import step_capacity, wants_more
from holisticos.analytics.activity import WEEKLY_MINUTES, weekly_activity, weekly_minutes
from holisticos.analytics.daytime import ACTIVE_HOUR_STEPS, active_hours
from holisticos.analytics.usual import level
from holisticos.analytics.weekly import weekend_contrast
from holisticos.contracts.names import AgentName, Area, Direction, PartOfDay
from holisticos.contracts.report import WEEK, Evidence, Finding, Recommendation, Target

ME: Final = AgentName.BEHAVIOR
NEARLY: Final = 0.9
"""The share of the advised minutes from which on more is not asked for: a few a week are no difference."""
MOST_MORE_MINUTES: Final = 10
MOST_MORE_AT_FIRST: Final = 5
"""A day, that a recommendation may add at once: to half of the advised amount or more, and to less."""


def activity(data: BehaviorInput) -> Analysis:
    day, busiest = _day(data)
    return combine(_steps(data), _guideline(data, data.move_in_the or busiest), day, _weekends(data))


def _steps(data: BehaviorInput) -> Analysis:
    evidence = level(data.daily(metrics.STEPS), data.window, data.history)
    if evidence.value is None:
        return Analysis((evidence,))
    return Analysis((evidence,), (phrases.level(ME, evidence),))


def _guideline(data: BehaviorInput, part: str | None) -> Analysis:
    """``part`` of the day is when the person wants to walk, else when they walk most, where that is known."""
    kinds = [data.series[name] for name in (metrics.MODERATE_MINUTES, metrics.VIGOROUS_MINUTES) if name in data.series]
    if not kinds:
        return Analysis()
    week = spans.recent(data.window, data.history, WEEK)
    evidence = weekly_activity(
        data.series.get(metrics.MODERATE_MINUTES), data.series.get(metrics.VIGOROUS_MINUTES), week
    )
    if evidence.value is None:
        return Analysis((evidence,))
    counted = weekly_minutes(kinds, week)
    below = evidence.value < WEEKLY_MINUTES * NEARLY
    did, cited = _minutes(evidence, counted)
    text = f"{did}; the World Health Organization advises at least {Said(evidence).usual} a week."
    reaches = "reaches" if evidence.value >= WEEKLY_MINUTES else "is close to"
    found = phrases.finding(
        ME,
        ids.WEEKLY_ACTIVITY,
        f"Weekly activity {'is below' if below else reaches} the advised amount",
        text,
        cited,
        importance=0.45 if below else judgement.BACKGROUND,
    )
    advice = (_brisk_minutes(found, evidence, evidence.value, part),) if below else ()
    return Analysis((evidence, *counted), (found,), advice)


def _minutes(evidence: Evidence, counted: Sequence[Evidence]) -> tuple[str, list[Evidence]]:
    """What was measured, and beside it what that counts as, where it is another matter; and what says so."""
    said, scaled = Said(evidence), evidence.n < WEEK
    # A kind of which there was nothing is not spoken of, where there was something of another.
    some = [item for item in counted if item.value] or [*counted[:1]]
    twice = any(item.metric == metrics.VIGOROUS_MINUTES for item in some)
    kinds = " and ".join(
        f"{Said(item).value} of {metrics.measure(item.metric).name.removesuffix(' activity')}" for item in some
    )
    did = f"You came to {kinds} activity {f'on {said.days} of' if scaled else 'in'} {said.period}"
    if not twice and not scaled:
        return did, [evidence]
    worth = f"counts as {said.value} of moderate activity" if twice else f"makes {said.value}"
    return f"{did}, which {f'at that pace {worth} a week' if scaled else worth}", [evidence, *some]


def _brisk_minutes(found: Finding, evidence: Evidence, minutes: float, part: str | None) -> Recommendation:
    most = MOST_MORE_MINUTES if minutes >= WEEKLY_MINUTES / 2 else MOST_MORE_AT_FIRST
    more = min(most, ceil((WEEKLY_MINUTES - minutes) / WEEK))
    target = min(WEEKLY_MINUTES, minutes + WEEK * more)
    return Recommendation(
        id=f"{ME}.brisk_minutes",
        text=f"Make {quantity(more, 'minute')} of your walking a day brisk: you could talk, but not sing.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=(evidence.id,),
        effort_minutes=more,
        time_of_day=part,
        target=Target(metric=evidence.metric, value=round(target), unit="minute"),
        measure=f"Moderate activity, with vigorous minutes counted twice, reaches {quantity(target, 'minute')} "
        f"in the next {WEEK} days; now {Said(evidence).value}.",
        adds_load=True,
    )


def _day(data: BehaviorInput) -> tuple[Analysis, str | None]:
    """And the part of the day in which most steps fall."""
    if data.hourly_steps is None:
        return Analysis(), None
    evidence = tuple(map(spans.of_recent, active_hours(data.hourly_steps, data.recent)))
    if any(item.value is None for item in evidence):
        return Analysis(evidence), None
    hours, *shares = evidence
    largest = max(shares, key=lambda item: item.value or 0.0)
    part = largest.statistic.removeprefix("share_")
    text = (
        f"You are on your feet in {Said(hours).value} of a typical day "
        f"(hours with {ACTIVE_HOUR_STEPS:g} steps or more), and {Said(largest).value} of your steps fall in the {part} "
        f"({Said(hours).days} of {Said(hours).period})."
    )
    title = f"Most of your movement is in the {part}"
    found = phrases.finding(ME, "day_shape", title, text, [hours, largest], importance=judgement.BACKGROUND)
    return Analysis(evidence, (found,)), part


def _weekends(data: BehaviorInput) -> Analysis:
    """Steps and active time move together: where both differ, steps are told."""
    contrasts = family(
        weekend_contrast(data.daily(name), data.window, data.history)
        for name in (metrics.STEPS, metrics.ACTIVE_MINUTES)
        if name in data.series
    )
    told = next(iter([*contrasts.claims, *(item for item in contrasts.evidence if item.value is not None)]), None)
    if told is None:
        return Analysis(contrasts.evidence)
    found = _weekend(contrasts, told)
    capacity = step_capacity(data.daily(metrics.STEPS), data.daily(metrics.AGE), data.recent)
    short = found.direction is Direction.DOWN and wants_more(capacity)
    walk = _weekend_walk(found, (told, capacity), data.move_in_the)
    return combine(
        Analysis(contrasts.evidence, (found,)),
        Analysis((capacity,), recommendations=(walk,)) if short else Analysis(),
    )


def _weekend(contrasts: Claims, evidence: Evidence) -> Finding:
    words, said = metrics.measure(evidence.metric), Said(evidence)
    claimed = contrasts.claimed(evidence)
    side = "higher" if said.number > 0 else "lower"
    other = f"{said.size} {side} than" if said.differs else "the same as"
    text = f"Your {words.name} on a typical weekend day {words.is_} {other} the {said.usual} of a weekday ({said.days})"
    if not claimed and said.differs:
        text += ", a difference that chance alone may make"
    return phrases.finding(
        ME,
        f"{evidence.metric}_weekends",
        f"{words.title} {words.is_} {side} on weekends" if claimed else f"{words.title}: no clear weekend pattern",
        f"{text}.",
        [evidence],
        importance=judgement.importance(evidence) if claimed else judgement.TYPICAL,
        direction=evidence.direction if claimed else Direction.STABLE,
    )


def _weekend_walk(found: Finding, evidence: Sequence[Evidence], part: PartOfDay | None) -> Recommendation:
    minutes, name = 20, metrics.measure(evidence[0].metric).name
    when = f", in the {part}" if part else ""
    return Recommendation(
        id=f"{ME}.weekend_walk",
        text=f"Plan one walk of {quantity(minutes, 'minute')} for Saturday and one for Sunday{when}.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=tuple(item.id for item in evidence),
        effort_minutes=minutes,
        time_of_day=f"{WEEKEND} {part}" if part else WEEKEND,
        measure=f"Your {name} of the next 2 weekends comes nearer to that of weekdays.",
        adds_load=True,
    )
