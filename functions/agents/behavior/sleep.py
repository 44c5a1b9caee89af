"""Whether sleep moves on free days."""

from typing import Final

from functions.agents.behavior.input import BehaviorInput
from holisticos.agents import ids, judgement, phrases
from holisticos.agents.claims import family
from holisticos.agents.day import WEEKEND
from holisticos.agents.formatting import Said, first_sentence, quantity
from holisticos.agents.spec import Analysis
from holisticos.analytics.sleep_timing import social_jetlag
from holisticos.contracts.names import AgentName, Area, Direction
from holisticos.contracts.report import Evidence, Finding, Recommendation, Target

ME: Final = AgentName.BEHAVIOR
JETLAG_WORTH_A_CHANGE: Final = 45.0
"""Minutes of shift on free days: wake times that vary by less count as steady."""
JETLAG_STEP: Final = 30.0
"""Minutes by which nights before free days may be asked to move at once, as bedtimes on other days."""


def free_days(data: BehaviorInput) -> Analysis:
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
