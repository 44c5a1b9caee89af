"""The sleep window, whether it is long enough, and how steady it is."""

from typing import Final

from functions.agents.routine.input import RoutineInput
from holisticos.agents import judgement, metrics, phrases, spans
from holisticos.agents.claims import family
from holisticos.agents.narration import MINUTES_A_DAY, Said, clock, first_sentence, quantity
from holisticos.agents.sleep_times import SleepTimes, sleep_times
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.sleep import NEED_MINUTES, habitual_need
from holisticos.analytics.sleep_timing import clock_variability, wake_times
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area, Direction
from holisticos.contracts.report import Evidence, Finding, Recommendation, Target

ME: Final = AgentName.ROUTINE
LEAST_STEP: Final = 15
MOST_STEP: Final = 30
"""Minutes by which a bedtime may be asked to move at once."""
WORTH_MENTION: Final = 30.0
"""Minutes short of the need from which on it is mentioned although it is not established."""
STEADY: Final = 45.0
"""Minutes of spread up to which a wake time counts as steady."""
ANCHOR: Final = 30
NIGHTS_OF_SEVEN: Final = 5


def sleep(data: RoutineInput) -> Analysis:
    need = family([habitual_need(data.daily(metrics.SLEEP_MINUTES), data.window, data.history)])
    (amount,) = need.evidence
    short = need.claimed(amount) and amount.direction is Direction.DOWN
    enough = Analysis((amount,), (_enough(amount, claimed=need.claimed(amount)),) if amount.value is not None else ())
    length = level(data.daily(metrics.SLEEP_MINUTES), data.window, data.history, nightly=True)
    lately = Analysis((length,), (phrases.level(ME, length),) if length.value is not None else ())
    if not data.nights:
        advice = (_more_sleep(enough.findings[0], amount),) if short else ()
        return combine(enough, lately, Analysis(recommendations=advice))
    times = sleep_times(data.nights, data.window, data.history)
    if not times.known:
        advice = (_more_sleep(enough.findings[0], amount),) if short else ()
        return combine(enough, lately, Analysis(times.evidence, recommendations=advice))
    advice = (_earlier(enough.findings[0], amount, times),) if short else ()
    told = Analysis(times.evidence, (_window(times), *(_moved(times, item) for item in times.moved)), advice)
    return combine(enough, lately, told, _steadiness(data, times))


def _enough(evidence: Evidence, *, claimed: bool) -> Finding:
    said = Said(evidence)
    need = quantity(NEED_MINUTES, "minute")
    side = "less" if said.number < 0 else "more"
    text = (
        f"You slept {said.size} {side} a night on average than the {need} adults need at least, over {said.nights} "
        f"({said.period})"
    )
    if claimed:
        title, rest = (
            ("You sleep less than adults need" if said.number < 0 else "You sleep as long as adults need"),
            ".",
        )
    elif said.number < -WORTH_MENTION:
        title, rest = "Your sleep may be short", ", though your nights vary too much to be sure."
    else:
        title, rest = "Your sleep is about what adults need", ", which is no clear difference."
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


def _window(times: SleepTimes) -> Finding:
    bed, wake = times.present
    return phrases.finding(
        ME,
        "sleep_window",
        f"Your sleep window: {Said(bed).value} to {Said(wake).value}",
        f"{'Lately you' if times.lately else 'You usually'} fall asleep at {Said(bed).value} and wake at "
        f"{Said(wake).value} ({Said(bed).nights} of {Said(bed).period}).",
        [bed, wake],
        importance=judgement.BACKGROUND,
    )


def _moved(times: SleepTimes, evidence: Evidence) -> Finding:
    """A change of weeks that the last week has undone already is no news."""
    found = phrases.level(ME, evidence, claimed=True)
    return found if evidence in times.present else found.model_copy(update={"importance": judgement.BACKGROUND})


def _step(amount: Evidence) -> int:
    """By how many minutes to move at once, in fives."""
    return int(min(MOST_STEP, max(LEAST_STEP, abs(amount.value or 0.0))) // 5 * 5)


def _more_sleep(found: Finding, amount: Evidence) -> Recommendation:
    """Where clock times are not known there is no bedtime to name."""
    step = _step(amount)
    target = NEED_MINUTES + (amount.value or 0.0) + step
    return Recommendation(
        id=f"{ME}.more_sleep",
        text=f"Go to bed {step} minutes earlier than you do now; get up at the same time.",
        why=first_sentence(found.text),
        area=Area.SLEEP,
        finding_ids=(found.id,),
        evidence_ids=(amount.id,),
        effort_minutes=step,
        time_of_day="evening",
        target=Target(metric=metrics.SLEEP_MINUTES, value=round(target), unit="minute"),
        measure=f"You sleep {quantity(target, 'minute')} or more on {NIGHTS_OF_SEVEN} of the next 7 nights.",
    )


def _earlier(found: Finding, amount: Evidence, times: SleepTimes) -> Recommendation:
    bed, _ = times.present
    now = f"the {Said(bed).value} of late" if times.lately else f"your usual {Said(bed).value}"
    step = _step(amount)
    target = ((bed.value or 0.0) - step) % MINUTES_A_DAY
    target = round(target / 5) * 5 % MINUTES_A_DAY
    return Recommendation(
        id=f"{ME}.earlier_bedtime",
        text=f"Be asleep by {clock(target)}, about {step} minutes earlier than {now}; get up at the same time as now.",
        why=first_sentence(found.text),
        area=Area.SLEEP,
        finding_ids=(found.id,),
        evidence_ids=(amount.id, bed.id),
        effort_minutes=step,
        time_of_day=clock(target - 30),
        target=Target(metric=metrics.BEDTIME, value=target, unit="clock"),
        measure=f"You are asleep by {clock(target)} on {NIGHTS_OF_SEVEN} of the next 7 nights, and sleep longer.",
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
    return Analysis((spread, wake), (found,), (_anchor(found, spread, wake),))


def _anchor(found: Finding, spread: Evidence, wake: Evidence) -> Recommendation:
    target = round((wake.value or 0.0) / 5) * 5 % MINUTES_A_DAY
    return Recommendation(
        id=f"{ME}.steady_wake_time",
        text=f"Get up within {ANCHOR} minutes of {clock(target)} every day, free days included.",
        why=first_sentence(found.text),
        area=Area.SLEEP,
        finding_ids=(found.id,),
        evidence_ids=(spread.id, wake.id),
        effort_minutes=0,
        time_of_day=clock(target),
        target=Target(metric=metrics.WAKE_TIME, value=target, unit="clock"),
        measure=f"Wake times of the next 7 days vary by less than the present {Said(spread).value}.",
    )
