"""What the person can do, and the next step from there."""

from math import ceil, floor
from typing import Final

from functions.agents.routine.input import RoutineInput
from holisticos.agents import judgement, metrics, phrases, spans
from holisticos.agents.archetypes import BUDGETS
from holisticos.agents.narration import Said, first_sentence, quantity
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.activity import step_band
from holisticos.analytics.daytime import active_hours, sedentary_bouts
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area
from holisticos.contracts.report import Evidence, Finding, Recommendation, Target

ME: Final = AgentName.ROUTINE
NEARLY: Final = 0.95
"""The share of where the benefit levels off from which on more is not asked for."""
STEP_UP: Final = 0.10
STEP_UP_LEAST: Final = 500
"""The most that a target may lie above the person's own median: a tenth, or so many steps where that is more."""
LEAST_WALK_MINUTES: Final = 5
"""A shorter walk is not worth planning."""
ROUND_TO: Final = 50
STEPS_A_MINUTE: Final = 100
"""Cadence of a brisk walk (Tudor-Locke et al. 2018)."""
SITTING_WORTH_A_BREAK: Final = 3.0
"""Hours without a step in a row from which on breaks are suggested."""
BREAK_MINUTES: Final = 10


def activity(data: RoutineInput, *, takes_more: bool) -> Analysis:
    """``takes_more``: whether recovery allows a higher target."""
    return combine(_capacity(data, takes_more=takes_more), _sitting(data))


def _capacity(data: RoutineInput, *, takes_more: bool) -> Analysis:
    steps = data.daily(metrics.STEPS)
    usual = spans.of_recent(level(steps, data.recent, data.before_recent))
    band = spans.of_recent(step_band(steps, data.recent, age=_age(data)))
    if usual.value is None or band.value is None or band.baseline is None:
        return Analysis((usual, band))
    enough_from = band.baseline.value
    said = Said(band)
    wants_more = band.value < enough_from * NEARLY
    enough = quantity(enough_from, "count")
    meaning = f"more brings benefit up to about {enough}" if wants_more else f"about {enough} bring most of the benefit"
    found = phrases.finding(
        ME,
        "step_capacity",
        "More steps would do you good" if wants_more else "You walk about as much as brings benefit",
        f"You walk {said.value} steps a day on average ({said.days} of {said.period}); {meaning} (Paluch 2022).",
        [band],
        importance=0.35 if wants_more else judgement.BACKGROUND,
    )
    walk = _walk(data, found, usual, usual.value, enough_from) if wants_more and takes_more else None
    return Analysis((usual, band), (found,), (walk,) if walk else ())


def _age(data: RoutineInput) -> float | None:
    values = data.daily(metrics.AGE).values
    return values[max(values)] if values else None


def _walk(
    data: RoutineInput, found: Finding, evidence: Evidence, median: float, enough_from: float
) -> Recommendation | None:
    """A target above the median by at most the step up, within the budget; none where a walk would be too short."""
    affordable = median + BUDGETS[data.archetype].minutes * STEPS_A_MINUTE
    highest = min(max(median * (1 + STEP_UP), median + STEP_UP_LEAST), max(enough_from, median), affordable)
    target = floor(highest / ROUND_TO) * ROUND_TO
    minutes = ceil((target - median) / STEPS_A_MINUTE)
    if minutes < LEAST_WALK_MINUTES:
        return None
    part = data.move_in_the or _least_active_part(data)
    return Recommendation(
        id=f"{ME}.walk",
        text=f"Add one walk of {quantity(minutes, 'minute')}{f' in the {part}' if part else ''}: "
        f"aim at {quantity(target, 'count')} steps a day, from {Said(evidence).value} on a typical day now.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=(*found.evidence_ids, evidence.id),
        effort_minutes=minutes,
        time_of_day=part,
        target=Target(metric=evidence.metric, value=target, unit="count"),
        measure=f"The median of the next 7 days reaches {quantity(target, 'count')} steps; now {Said(evidence).value}.",
        adds_load=True,
    )


def _least_active_part(data: RoutineInput) -> str | None:
    """The waking part of the day with the smallest share of steps: there a walk changes most."""
    if data.hourly_steps is None:
        return None
    _, *shares = active_hours(data.hourly_steps, data.recent)
    waking = [item for item in shares if item.value is not None and not item.statistic.endswith("_night")]
    if not waking:
        return None
    return min(waking, key=lambda item: item.value or 0.0).statistic.removeprefix("share_")


def _sitting(data: RoutineInput) -> Analysis:
    if data.hourly_steps is None:
        return Analysis()
    evidence = tuple(map(spans.of_recent, sedentary_bouts(data.hourly_steps, data.recent, data.nights)))
    if any(item.value is None for item in evidence):
        return Analysis(evidence)
    still, longest = evidence
    said = Said(longest)
    # Where it is not known when the person sleeps, an hour without a step may be one in bed.
    awake = sum(data.recent.start <= night.wake_date <= data.recent.end for night in data.nights) >= longest.n / 2
    when = "While awake" if awake else "By day, asleep or awake,"
    long = awake and said.number >= SITTING_WORTH_A_BREAK
    found = phrases.finding(
        ME,
        "still_hours",
        f"Up to {said.value} without a step" if said.number >= 1 else "You rarely sit still for a whole hour",
        f"{when} you have {Said(still).value} a day in which not one step is counted; the longest such stretch is "
        f"typically {said.value} ({said.period}, whole hours only).",
        [still, longest],
        importance=0.35 if long else 0.15,
    )
    return Analysis(evidence, (found,), (_breaks(found),) if long else ())


def _breaks(found: Finding) -> Recommendation:
    return Recommendation(
        id=f"{ME}.breaks",
        text="Stand up and walk for 2 minutes in every hour you sit, 5 times a day.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=BREAK_MINUTES,
        measure="The longest stretch without a step becomes shorter in the next 7 days.",
    )
