"""On how many days there are records, and how much of the advice was taken up."""

from typing import Final

from functions.agents.behavior.input import BehaviorInput
from holisticos.agents import judgement, phrases, spans
from holisticos.agents.formatting import Said, first_sentence, plural
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.coverage import valid_days
from holisticos.contracts.feedback import Adherence
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import WEEK, Evidence, Finding, Recommendation, Target
from holisticos.health.memory import SHORT_TERM

ME: Final = AgentName.BEHAVIOR
TRACKED_WELL: Final = 0.85
TRACKED_LITTLE: Final = 0.6
"""Shares of days: above the first tracking is a habit, below the second it is the first habit to win."""
HABIT_DAYS: Final = 14
"""Since the first day with a record, before which keeping it up is no habit yet."""
LEAST_ANSWERS: Final = 2
"""One recommendation says nothing of a person."""


def engagement(data: BehaviorInput) -> Analysis:
    return combine(_wear(data), _readiness(data))


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
    followed = f"{said.count} at least in part" if said.number else "none"
    text = f"Of {plural(evidence.n, 'recommendation')} that you answered in {said.period} you followed {followed}."
    most = said.number >= evidence.n / 2
    title = "You take up what is advised" if most else "Little of the advice fits into your days so far"
    found = phrases.finding(ME, "readiness", title, text, [evidence], importance=judgement.BACKGROUND)
    # What somebody said, they said; nothing has to be inferred from it.
    return Analysis((evidence,), (found.model_copy(update={"confidence": 1.0}),))
