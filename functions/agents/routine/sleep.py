"""The sleep window, whether it is long enough, and how steady it is."""

from collections.abc import Sequence
from typing import Final

from functions.agents.routine.input import RoutineInput
from functions.agents.routine.times_of_day import ROUND_TO, Aim, bedtime, earliest, wake_time
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import family
from holisticos.agents.formatting import Said, clock, first_sentence, quantity
from holisticos.agents.sleep_times import ANCHOR, SleepTimes, sleep_times
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.numeric.circular import difference
from holisticos.analytics.sleep import NEED_MINUTES, debt, habitual_need
from holisticos.analytics.sleep_timing import clock_variability, wake_times
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area, Direction
from holisticos.contracts.report import WEEK, Evidence, Finding, Recommendation, Target

ME: Final = AgentName.ROUTINE
EARLIER_BEDTIME: Final = ids.EARLIER_BEDTIME
STEADY_WAKE_TIME: Final = f"{ME}.steady_wake_time"
LEAST_STEP: Final = 15
MOST_STEP: Final = 30
"""Minutes by which a bedtime may be asked to move at once."""
WORTH_MENTION: Final = 30.0
"""Minutes short of the need from which on it is mentioned although it is not established."""
SURE: Final = 0.05
"""The chance of being wrong with which a night is called about as long as needed."""
STEADY: Final = 45.0
"""Minutes of spread up to which a wake time counts as steady."""
NIGHTS_OF_SEVEN: Final = 5
DEBT_WORTH_MENTION: Final = 60.0
"""Minutes that a week lacks."""
DEBT_IMPORTANCE: Final = 0.28
"""Enough to be told while it is new, behind whatever else stands out: the need that is missed is told already."""


def sleep(data: RoutineInput) -> Analysis:
    minutes = data.daily(metrics.SLEEP_MINUTES)
    need = family([habitual_need(minutes, data.window, data.history)])
    (amount,) = need.evidence
    claimed = need.claimed(amount) or _differs_always(amount)
    told = (_enough(data, amount, claimed=claimed),) if amount.value is not None else ()
    enough = Analysis((amount,), told)
    length = level(minutes, data.window, data.history, nightly=True)
    lately = Analysis((length,), (phrases.level(ME, length),) if length.value is not None else ())
    times = sleep_times(data.nights, data.window, data.history) if data.nights else None
    known = times if times and times.known else None
    short = claimed and amount.direction is Direction.DOWN
    return combine(
        enough,
        lately,
        _short(data, enough.findings[0], amount, known) if short else Analysis(),
        Analysis(times.evidence) if times else Analysis(),
        _when(data, known) if known else Analysis(),
    )


def _differs_always(amount: Evidence) -> bool:
    """By the same in every night: there is no chance in that, and nothing to test."""
    return amount.value is not None and _is_constant(amount) and Said(amount).differs


def _is_constant(amount: Evidence) -> bool:
    return amount.baseline is not None and amount.baseline.spread == 0


def _is_near(data: RoutineInput) -> bool:
    """Whether the usual night is within half an hour of the need, whatever chance may have done (Schuirmann 1987).

    Established to be more than the need without that half hour, and less than the need with it: that no difference is
    established says nothing, where nights vary much.
    """
    minutes = data.daily(metrics.SLEEP_MINUTES)
    low, high = (
        habitual_need(minutes, data.window, data.history, need=NEED_MINUTES + side)
        for side in (-WORTH_MENTION, WORTH_MENTION)
    )
    sure = all(item.p_value is not None and item.p_value < SURE for item in (low, high))
    return sure and low.direction is Direction.UP and high.direction is Direction.DOWN


def _enough(data: RoutineInput, evidence: Evidence, *, claimed: bool) -> Finding:
    said = Said(evidence)
    need = f"the {quantity(NEED_MINUTES, 'minute')} adults need at least"
    nights = f"{said.nights} ({said.period})"
    side = f"{said.size} {'less' if said.number < 0 else 'more'}"
    if not said.differs:
        text = f"You slept the same as {need} on average, over {nights}"
    elif _is_constant(evidence):
        text = f"You slept {side} than {need} in each of {nights}"
    else:
        text = f"You slept {side} a night on average than {need}, over {nights}"
    if claimed:
        title, rest = (
            ("You sleep less than adults need" if said.number < 0 else "You sleep as long as adults need"),
            ".",
        )
    elif said.number < -WORTH_MENTION:
        title, rest = "Your sleep may be short", ", though your nights vary too much to be sure."
    else:
        near = _is_constant(evidence) or _is_near(data)
        title = "Your sleep is about what adults need" if near else "Whether you sleep enough is not clear"
        rest = ", which is no clear difference." if said.differs else "."
    worrying = claimed and said.number < 0
    return phrases.finding(
        ME,
        "sleep_need",
        title,
        text + rest,
        [evidence],
        importance=judgement.importance(evidence) if worrying else judgement.BACKGROUND,
        direction=evidence.direction if claimed else Direction.STABLE,
    )


def _short(data: RoutineInput, found: Finding, amount: Evidence, times: SleepTimes | None) -> Analysis:
    """The next step from where the last week is, and what that week lacks; nothing where it had what is needed."""
    minutes = data.daily(metrics.SLEEP_MINUTES)
    days = spans.recent(data.window, data.history, WEEK)
    week = spans.of_recent(level(minutes, days, spans.before(days, data.history), nightly=True))
    usual = NEED_MINUTES + Said(amount).number
    better = week.value is not None and week.value > usual
    present = week.value if week.value is not None and better else usual
    if present >= NEED_MINUTES:
        return Analysis((week,))
    missing = spans.of_recent(debt(minutes, days))
    told = (_debt(missing),) if (missing.value or 0.0) >= DEBT_WORTH_MENTION else ()
    reasons = (found, *told)
    cited = (amount, *((week,) if better else ()), *((missing,) if told else ()))
    if times is None:
        return Analysis((week, missing), told, (_more_sleep(reasons, cited, present),))
    aim = bedtime(times, _step(present), data.asked(EARLIER_BEDTIME))
    return Analysis((week, missing, earliest(times), *aim.cited), told, (_earlier(reasons, cited, times, aim),))


def _debt(evidence: Evidence) -> Finding:
    said = Said(evidence)
    return phrases.finding(
        ME,
        "sleep_debt",
        f"Sleep debt of the last week: {said.value}",
        f"Over the {said.nights} recorded in {said.period} you slept {said.value} less in all than the "
        f"{quantity(NEED_MINUTES, 'minute')} a night adults need at least.",
        [evidence],
        importance=DEBT_IMPORTANCE,
    )


def _when(data: RoutineInput, times: SleepTimes) -> Analysis:
    told = Analysis(findings=(_window(times), *(_moved(times, item) for item in times.moved)))
    return combine(told, _steadiness(data, times))


def _window(times: SleepTimes) -> Finding:
    bed, wake = times.present
    return phrases.finding(
        ME,
        "sleep_window",
        f"Your sleep window: {Said(bed).value} to {Said(wake).value}",
        f"{times.subject} fall asleep at {Said(bed).value} and wake at "
        f"{Said(wake).value} ({Said(bed).nights} of {Said(bed).period}).",
        [bed, wake],
        importance=judgement.BACKGROUND,
    )


def _moved(times: SleepTimes, evidence: Evidence) -> Finding:
    """A change of weeks that the last week has undone already is no news."""
    found = phrases.level(ME, evidence, claimed=True)
    return found if evidence in times.present else found.model_copy(update={"importance": judgement.BACKGROUND})


def _step(present: float) -> int:
    """By how many minutes to move at once, rounded, for who sleeps ``present`` minutes."""
    return int(min(MOST_STEP, max(LEAST_STEP, NEED_MINUTES - present)) // ROUND_TO * ROUND_TO)


def _more_sleep(reasons: Sequence[Finding], cited: Sequence[Evidence], present: float) -> Recommendation:
    """Where clock times are not known there is no bedtime to name."""
    step = _step(present)
    target = min(NEED_MINUTES, present + step)
    return Recommendation(
        id=ids.MORE_SLEEP,
        text=f"Go to bed {step} minutes earlier than you do now; keep your wake time.",
        why=first_sentence(reasons[0].text),
        area=Area.SLEEP,
        finding_ids=tuple(item.id for item in reasons),
        evidence_ids=tuple(item.id for item in cited),
        effort_minutes=step,
        time_of_day="evening",
        target=Target(metric=metrics.SLEEP_MINUTES, value=round(target), unit="minute"),
        measure=f"You sleep {quantity(target, 'minute')} or more on {NIGHTS_OF_SEVEN} of the next {WEEK} nights.",
    )


def _earlier(reasons: Sequence[Finding], cited: Sequence[Evidence], times: SleepTimes, aim: Aim) -> Recommendation:
    target = clock(aim.value)
    bed, week = earliest(times), times.week[0]
    apart = difference(Said(bed).number, aim.value)
    start: tuple[Evidence, ...] = (bed,)
    if apart < ROUND_TO:
        minutes, start = MOST_STEP, (bed, week)
        text = f"Be asleep by {target} again, as usual; of late it was {Said(week).value}."
    else:
        minutes = round(apart / ROUND_TO) * ROUND_TO
        of_late = bed is not times.weeks[0] or times.claims.claimed(bed)
        now = f"the {Said(bed).value} of late" if of_late else f"your usual {Said(bed).value}"
        text = f"Be asleep by {target}, about {minutes} minutes earlier than {now}; keep your wake time."
    return Recommendation(
        id=EARLIER_BEDTIME,
        text=text,
        why=first_sentence(reasons[0].text),
        area=Area.SLEEP,
        finding_ids=tuple(item.id for item in reasons),
        evidence_ids=tuple(item.id for item in (*cited, *start, *aim.cited)),
        effort_minutes=min(MOST_STEP, minutes),
        time_of_day=clock(aim.value - 30),
        target=Target(metric=metrics.BEDTIME, value=aim.value, unit="clock"),
        measure=f"You are asleep by {target} on {NIGHTS_OF_SEVEN} of the next {WEEK} nights, and sleep longer.",
    )


def _steadiness(data: RoutineInput, times: SleepTimes) -> Analysis:
    _, wake = times.present
    before = spans.before(wake.window, data.history)
    spread = spans.of_recent(clock_variability(wake_times(data.nights), wake.window, before))
    if spread.value is None:
        return Analysis((spread,))
    steady = spread.value <= STEADY
    found = phrases.finding(
        ME,
        "wake_steadiness",
        "Your wake time is steady" if steady else "Your wake time moves a lot",
        f"Your wake time varies by {Said(spread).value} around {Said(wake).value} "
        f"(standard deviation of {Said(spread).nights}).",
        [spread, wake],
        importance=0.15 if steady else 0.4,
    )
    if steady:
        return Analysis((spread, wake), (found,))
    aim = wake_time(wake, data.asked(STEADY_WAKE_TIME))
    return Analysis((spread, wake, *aim.cited), (found,), (_anchor(found, spread, wake, aim),))


def _anchor(found: Finding, spread: Evidence, wake: Evidence, aim: Aim) -> Recommendation:
    target = clock(aim.value)
    return Recommendation(
        id=STEADY_WAKE_TIME,
        text=f"Get up within {ANCHOR} minutes of {target} every day, free days included.",
        why=first_sentence(found.text),
        area=Area.SLEEP,
        finding_ids=(found.id,),
        evidence_ids=tuple(item.id for item in (spread, wake, *aim.cited)),
        effort_minutes=0,
        time_of_day=target,
        target=Target(metric=metrics.WAKE_TIME, value=aim.value, unit="clock"),
        measure=f"Wake times of the next {WEEK} days vary by less than the present {Said(spread).value}.",
    )
