"""What the person can do, and the next step from there."""

from math import ceil, floor
from typing import Final

from functions.agents.routine.input import RoutineInput
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.archetypes import BUDGETS
from holisticos.agents.formatting import Said, first_sentence, quantity
from holisticos.agents.spec import Analysis, combine
from holisticos.agents.step_capacity import LEAST_WALK_MINUTES, step_capacity, wants_more
from holisticos.analytics.activity import BRISK_CADENCE
from holisticos.analytics.daytime import active_hours, sedentary_bouts
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area
from holisticos.contracts.report import WEEK, Evidence, Finding, Recommendation, Target

ME: Final = AgentName.ROUTINE
STEP_UP: Final = 0.10
STEP_UP_LEAST: Final = 500
"""The most that a target may lie above the person's own median: a tenth, or so many steps where that is more."""
ROUND_TO: Final = 50
SITTING_WORTH_A_BREAK: Final = 3.0
"""Hours without a step in a row from which on breaks are suggested."""
BREAK_MINUTES: Final = 10


def activity(data: RoutineInput, *, takes_more: bool) -> Analysis:
    """``takes_more``: whether recovery allows a higher target."""
    return combine(_capacity(data, takes_more=takes_more), _sitting(data))


def _capacity(data: RoutineInput, *, takes_more: bool) -> Analysis:
    steps = data.daily(metrics.STEPS)
    usual = spans.of_recent(level(steps, data.recent, data.before_recent))
    week = spans.recent(data.window, data.history, WEEK)
    lately = spans.of_recent(level(steps, week, spans.before(week, data.history)))
    band = step_capacity(steps, data.daily(metrics.AGE), data.recent)
    if usual.value is None or band.value is None or band.baseline is None:
        return Analysis((usual, lately, band))
    said = Said(band)
    short = wants_more(band)
    enough = said.usual
    meaning = f"more brings benefit up to about {enough}" if short else f"about {enough} bring most of the benefit"
    found = phrases.finding(
        ME,
        ids.STEP_CAPACITY,
        "More steps would do you good" if short else "Your steps bring most of the benefit",
        f"You walk {said.value} steps a day on average ({said.days} of {said.period}); {meaning} (Paluch 2022).",
        [band],
        importance=0.35 if short else judgement.BACKGROUND,
    )
    walk = _walk(data, found, band, _start(usual, lately)) if short and takes_more else None
    return Analysis((usual, lately, band), (found,), (walk,) if walk else ())


def _start(weeks: Evidence, week: Evidence) -> Evidence:
    """What the next step goes on from: the last week where it was better than the last four, so never behind it."""
    return week if week.value is not None and week.value >= (weeks.value or 0.0) else weeks


def _walk(data: RoutineInput, found: Finding, band: Evidence, evidence: Evidence) -> Recommendation | None:
    """A target above the median by at most the step up, within the budget; none where a walk would be too short."""
    median, enough_from = Said(evidence).number, Said(band).usual_number
    affordable = median + BUDGETS[data.archetype].minutes * BRISK_CADENCE
    highest = min(max(median * (1 + STEP_UP), median + STEP_UP_LEAST), max(enough_from, median), affordable)
    target = floor(highest / ROUND_TO) * ROUND_TO
    minutes = ceil((target - median) / BRISK_CADENCE)
    if minutes < LEAST_WALK_MINUTES:
        return None
    part = data.move_in_the or _least_active_part(data)
    now = "now" if evidence.window.days == WEEK else "lately"
    return Recommendation(
        id=f"{ME}.walk",
        text=f"Add one walk of {quantity(minutes, 'minute')}{f' in the {part}' if part else ''}: "
        f"aim at {quantity(target, 'count')} steps a day, from {Said(evidence).value} on a typical day {now}.",
        why=_why(found, band, evidence, target),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=(*found.evidence_ids, evidence.id),
        effort_minutes=minutes,
        time_of_day=part,
        target=Target(metric=evidence.metric, value=target, unit="count"),
        measure=f"The median of the next {WEEK} days reaches {quantity(target, 'count')} steps; "
        f"{now} {Said(evidence).value}.",
        adds_load=True,
    )


def _why(found: Finding, band: Evidence, evidence: Evidence, target: int) -> str:
    """A few long walks lift the average above a typical day, and above what is asked for."""
    why = first_sentence(found.text)
    if target > Said(band).number:
        return why
    days = "Half of the days of the last week" if evidence.window.days == WEEK else "Half of your days"
    return f"{why} {days} have {Said(evidence).value} steps or fewer."


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
    known = f"medians of {said.days} of {said.period}, whole hours only"
    if said.number or Said(still).number:
        title = f"Up to {said.value} without a step on a typical day"
        text = (
            f"{when} you have {Said(still).value} of a typical day in which not one step is counted; the longest such "
            f"stretch is {said.value} ({known})."
        )
    else:
        title = "You rarely sit still for a whole hour"
        text = f"{when} no hour of a typical day is without a step ({known})."
    long = awake and said.number >= SITTING_WORTH_A_BREAK
    found = phrases.finding(
        ME,
        "still_hours",
        title,
        text,
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
