"""What a person does, and how consistently."""

from collections.abc import Sequence
from math import ceil
from typing import Final

from functions.agents.behavior.input import BehaviorInput
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.day import WEEKEND
from holisticos.agents.narration import Said, first_sentence, plural, quantity
from holisticos.agents.spec import Analysis, combine
from holisticos.agents.step_capacity import step_capacity, wants_more
from holisticos.analytics.activity import WEEKLY_MINUTES, weekly_activity, weekly_minutes
from holisticos.analytics.coverage import valid_days
from holisticos.analytics.daytime import ACTIVE_HOUR_STEPS, active_hours
from holisticos.analytics.regularity import sleep_regularity
from holisticos.analytics.sleep_timing import clock_variability, mid_sleeps, social_jetlag
from holisticos.analytics.usual import consistency, level
from holisticos.analytics.weekly import weekend_contrast
from holisticos.contracts.feedback import Adherence
from holisticos.contracts.names import AgentName, Area, Direction, PartOfDay
from holisticos.contracts.report import WEEK, Evidence, Finding, Recommendation, Target
from holisticos.health.memory import SHORT_TERM

ME: Final = AgentName.BEHAVIOR

NEARLY: Final = 0.9
"""The share of it from which on more is not asked for: a few minutes a week are no difference."""
MOST_MORE_MINUTES: Final = 10
MOST_MORE_AT_FIRST: Final = 5
"""A day, that a recommendation may add at once: to half of the advised amount or more, and to less."""
TRACKED_WELL: Final = 0.85
TRACKED_LITTLE: Final = 0.6
"""Shares of days: above the first tracking is a habit, below the second it is the first habit to win."""
HABIT_DAYS: Final = 14
"""Since the first day with a record, before which keeping it up is no habit yet."""
JETLAG_WORTH_A_CHANGE: Final = 45.0
"""Minutes of shift on free days: wake times that vary by less count as steady."""
JETLAG_STEP: Final = 30.0
"""Minutes by which nights before free days may be asked to move at once, as bedtimes on other days."""
LEAST_ANSWERS: Final = 2
"""One recommendation says nothing of a person."""


def analyse(data: BehaviorInput) -> Analysis:
    day, busiest = _day(data)
    return combine(
        _wear(data),
        _readiness(data),
        _steps(data),
        _guideline(data, data.move_in_the or busiest),
        day,
        _weekends(data),
        _regularity(data),
    )


def _wear(data: BehaviorInput) -> Analysis:
    """Days with a record are what engagement can be seen by. Days before the first one are no gap.

    That a device was worn is not said: a phone in a pocket records steps too.
    """
    if not data.recorded:
        return Analysis()
    known = spans.since(min(data.recorded), data.recent)
    evidence = spans.of_recent(valid_days(data.recorded, known))
    said = Said(evidence)
    share = said.number / known.days
    fact = f"Your device recorded something on {said.count} of {plural(known.days, 'day')} of {said.period}"
    begun = known.days < WEEK or (known.days < HABIT_DAYS and share >= TRACKED_WELL)
    little = share < TRACKED_LITTLE and not begun
    if begun:
        title, text = "Tracking has begun", f"{fact}."
    elif little:
        title = "Tracking has large gaps"
        text = f"{fact}. Wearing or carrying it more comes before anything else: on the other days nothing can be seen."
    elif share < TRACKED_WELL:
        title, text = "Tracking has some gaps", f"{fact}. What happens on the other days is not known."
    else:
        title, text = "Tracking is a habit", f"{fact}: that habit holds."
    found = phrases.finding(ME, "wear", title, text, [evidence], importance=0.6 if little else 0.2)
    return Analysis((evidence,), (found,), (_wear_more(found, evidence),) if little else ())


def _wear_more(found: Finding, evidence: Evidence) -> Recommendation:
    target = WEEK - 1
    return Recommendation(
        id=f"{ME}.wear_more",
        text=f"Wear or carry your device all day, on at least {target} of the next {WEEK} days.",
        why=first_sentence(found.text),
        area=None,
        finding_ids=(found.id,),
        evidence_ids=(evidence.id,),
        effort_minutes=1,
        target=Target(metric="wear", value=target, unit="day"),
        measure=f"The device recorded something on {target} of the next {WEEK} days.",
    )


def _readiness(data: BehaviorInput) -> Analysis:
    """How ready for change somebody is, going by what they took up of late: it describes, and promises nothing.

    Of each recommendation the newest answer counts. Whether there is room for more is for the adaptation agent to say.
    """
    lately = spans.recent(data.window, data.history, SHORT_TERM.days)
    newest = {
        answer.recommendation_id: answer
        for answer in sorted(data.answers, key=lambda item: item.at)
        if answer.at.date() >= lately.start
    }
    if len(newest) < LEAST_ANSWERS:
        return Analysis()
    evidence = Evidence(
        id=f"feedback.followed.{SHORT_TERM.days}d",
        metric="feedback",
        statistic="followed",
        value=sum(answer.adherence is not Adherence.NOT for answer in newest.values()),
        unit="count",
        window=lately,
        n=len(newest),
        method="count of recommendations that were followed at least in part, by what was last said of each",
    )
    said = Said(evidence)
    text = (
        f"Of {plural(evidence.n, 'recommendation')} that you answered in {said.period} "
        f"you followed {said.count} at least in part."
    )
    most = said.number >= evidence.n / 2
    title = "You take up what is advised" if most else "Little of the advice fits into your days so far"
    found = phrases.finding(ME, "readiness", title, text, [evidence], importance=judgement.BACKGROUND)
    # What somebody said, they said; nothing has to be inferred from it.
    return Analysis((evidence,), (found.model_copy(update={"confidence": 1.0}),))


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
    twice = any(item.metric == metrics.VIGOROUS_MINUTES for item in counted)
    kinds = " and ".join(
        f"{Said(item).value} of {metrics.measure(item.metric).name.removesuffix(' activity')}" for item in counted
    )
    did = f"You came to {kinds} activity {f'on {said.days} of' if scaled else 'in'} {said.period}"
    if not twice and not scaled:
        return did, [evidence]
    worth = f"counts as {said.value} of moderate activity" if twice else f"makes {said.value}"
    return f"{did}, which {f'at that pace {worth} a week' if scaled else worth}", [evidence, *counted]


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
        return combine(Analysis(contrasts.evidence), _jetlag(data))
    found = _weekend(contrasts, told)
    capacity = step_capacity(data.daily(metrics.STEPS), data.daily(metrics.AGE), data.recent)
    short = found.direction is Direction.DOWN and wants_more(capacity)
    walk = _weekend_walk(found, (told, capacity), data.move_in_the)
    return combine(
        Analysis(contrasts.evidence, (found,)),
        Analysis((capacity,), recommendations=(walk,)) if short else Analysis(),
        _jetlag(data),
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


def _jetlag(data: BehaviorInput) -> Analysis:
    if not data.nights:
        return Analysis()
    jetlag = family([social_jetlag(data.nights, data.window, data.history)])
    (evidence,) = jetlag.evidence
    if evidence.value is None:
        return Analysis((evidence,))
    said, claimed = Said(evidence), jetlag.claimed(evidence)
    side = "later" if said.number > 0 else "earlier"
    free, work = "on free days (nights to Saturday and Sunday)", f"on work days ({said.nights})"
    if said.differs:
        text = f"The middle of your sleep is {said.size} {side} {free} than {work}"
        text += ": social jetlag" if claimed else ", a difference that chance alone may make"
    else:
        text = f"The middle of your sleep is at the same time on both kinds of days ({said.nights})"
    found = phrases.finding(
        ME,
        "social_jetlag",
        f"You sleep {side} on free days" if claimed else "No clear shift of your sleep on free days",
        f"{text}.",
        [evidence],
        importance=judgement.importance(evidence) if claimed else judgement.TYPICAL,
        direction=evidence.direction if claimed else Direction.STABLE,
    )
    worth_it = claimed and said.number >= JETLAG_WORTH_A_CHANGE
    return Analysis((evidence,), (found,), (_shift(found, evidence, said.number),) if worth_it else ())


def _shift(found: Finding, evidence: Evidence, minutes: float) -> Recommendation:
    target = round(minutes - JETLAG_STEP)
    return Recommendation(
        id=ids.FREE_DAY_ALARM,
        text=f"On free days, go to bed and get up {quantity(JETLAG_STEP, 'minute')} earlier than you do now.",
        why=first_sentence(found.text),
        area=Area.SLEEP,
        finding_ids=(found.id,),
        evidence_ids=(evidence.id,),
        effort_minutes=0,
        time_of_day=WEEKEND,
        target=Target(metric="social_jetlag", value=target, unit="minute"),
        measure=f"The middle of sleep on free days is at most {quantity(target, 'minute')} later than on work days.",
    )


def _regularity(data: BehaviorInput) -> Analysis:
    week = spans.recent(data.window, data.history, WEEK)
    before = spans.before(week, data.history)
    looked_at = [consistency(data.daily(metrics.STEPS), week, before)] if metrics.STEPS in data.series else []
    index: tuple[Evidence, ...] = ()
    if data.nights:
        looked_at.append(clock_variability(mid_sleeps(data.nights), week, before))
        # The index is what is known by name; its own test sees half of what the times themselves show.
        index = (sleep_regularity(data.nights, week, before),)
    claims = family(looked_at)
    told = [item for item in claims.evidence if item.metric == metrics.STEPS or claims.claimed(item)]
    return Analysis(
        (*claims.evidence, *index),
        tuple(_regular(claims, item) for item in (*told, *index) if item.value is not None),
    )


def _regular(claims: Claims, evidence: Evidence) -> Finding:
    said, claimed = Said(evidence), claims.claimed(evidence)
    against = ""
    if evidence.baseline:
        against = f", {said.standing} {said.usual}" if claimed else f"; your usual is {said.usual}"
    if evidence.metric == metrics.STEPS:
        title = "Day-to-day consistency of your steps"
        text = (
            f"Your steps varied by {said.value} from day to day in {said.period}{against} (coefficient of variation)."
        )
    elif evidence.metric == metrics.MID_SLEEP:
        title = "Scatter of the middle of your sleep"
        text = f"The middle of your sleep varied by {said.value} in {said.period}{against} (standard deviation)."
    else:
        title = "Regularity of your sleep"
        text = (
            f"Your sleep regularity index was {said.value} in {said.period}{against} "
            "(100: asleep and awake at the same times every day)."
        )
    return phrases.finding(
        ME,
        f"{evidence.metric}_{evidence.statistic}",
        f"{title} {said.standing}" if claimed else title,
        text,
        [evidence],
        importance=judgement.importance(evidence) if claimed else judgement.TYPICAL,
        direction=evidence.direction if claimed else Direction.STABLE,
    )
