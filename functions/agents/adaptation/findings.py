"""Which past recommendations worked, and whether the plan should ask for more or less."""

from enum import StrEnum
from typing import Final

from functions.agents.adaptation import answers
from functions.agents.adaptation.input import AdaptationInput
from functions.agents.adaptation.outcomes import Outcome, outcomes
from functions.agents.adaptation.side_by_side import side_by_side
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.formatting import Said, first_sentence, quantity
from holisticos.agents.recovery import Recovery, State, recovery
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.activity import ENOUGH_STEPS, load_ratio
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area
from holisticos.contracts.report import Evidence, Finding, Recommendation, Target

ME: Final = AgentName.ADAPTATION
_STRAINED: Final = 0.6
HIGH_LOAD: Final = 1.3
"""Load ratio above which nothing is added. It describes; it does not predict injuries (Impellizzeri 2020)."""


def analyse(data: AdaptationInput) -> Analysis:
    judged = outcomes(data)
    told = combine(*(item.analysis for item in judged))
    return combine(told, side_by_side(data), answers.told(data), _load(data), _next_step(data, judged))


def _load(data: AdaptationInput) -> Analysis:
    evidence = load_ratio(data.daily(metrics.STEPS), data.window, data.history)
    if evidence.value is None:
        return Analysis((evidence,))
    said, high = Said(evidence), evidence.value > HIGH_LOAD
    found = phrases.finding(
        ME,
        "load",
        "You did clearly more last week than in the month" if high else "Your load of the last week",
        f"You walked {said.value} times as much a day in the last 7 days as on average over the {said.days} recorded "
        f"in {said.period} ({quantity(said.usual_number, 'count')} steps). This describes your load; it says nothing "
        "about injuries.",
        [evidence],
        importance=0.3 if high else 0.15,
    )
    return Analysis((evidence,), (found,))


class Step(StrEnum):
    """What the plan may ask for next."""

    HOLD = "hold"
    SMALLER = "smaller"
    WAIT = "wait"
    """Nothing new that asks more of the body; what goes on goes on."""
    SMALL = "small"
    MORE = "more"


_HOLD: Final = ("No more load for now", "nothing that asks more of the body is added for now")
_MEANING: Final = {
    Step.HOLD: _HOLD,
    Step.SMALLER: ("The plan should get easier", "a smaller step comes first"),
    Step.WAIT: ("No new load for now", "nothing new that asks more of the body is added"),
    Step.SMALL: ("Go on in small steps", "what is added stays small"),
    Step.MORE: ("There is room for a little more", "one small step more is fine where something calls for it"),
}
_AT_FIRST: Final = {
    Step.HOLD: _HOLD,
    Step.SMALL: ("Start small", "what is added starts small"),
    Step.MORE: ("There is room for something new", "a first step is fine where something calls for it"),
}
"""Titles and meanings; without a plan before there is nothing to keep to and nothing to make smaller.

They promise nothing: whether anything calls for more is not for this agent to say.
"""
_NAMES: Final = {
    Step.HOLD: ids.NEXT_STEP_HOLDS,
    Step.SMALLER: ids.NEXT_STEP_WAITS,
    Step.WAIT: ids.NEXT_STEP_WAITS,
    Step.SMALL: ids.NEXT_STEP,
    Step.MORE: ids.NEXT_STEP,
}
_IMPORTANCE: Final = {Step.SMALLER: 0.35, Step.WAIT: 0.15, Step.SMALL: 0.15, Step.MORE: 0.2}


def _next_step(data: AdaptationInput, judged: tuple[Outcome, ...]) -> Analysis:
    """Easier, the same or harder, by rules that are told."""
    load = load_ratio(data.daily(metrics.STEPS), data.window, data.history)
    coping = recovery(data.daily(metrics.HRV), data.daily(metrics.RESTING_HEART_RATE), data.window, data.history)
    rests_on = [*([load] if load.value is not None else []), *coping.known]
    evidence = (load, *coping.evidence)
    if not rests_on:
        return Analysis(evidence)
    step, because = _decide(data, load, coping, judged)
    title, meaning = (_MEANING if data.past else _AT_FIRST)[step]
    facts = "; ".join(_fact(item) for item in rests_on)
    found = phrases.finding(
        ME,
        _NAMES[step],
        title,
        f"{because[:1].upper()}{because[1:]}, so {meaning}. What this rests on: {facts}.",
        rests_on,
        importance=_importance(step, coping.state),
    )
    if step is not Step.HOLD:
        return Analysis(evidence, (found,))
    usual = spans.of_recent(level(data.daily(metrics.STEPS), data.recent, data.before_recent))
    if usual.value is None:
        return Analysis((*evidence, usual), (found,))
    hold = _hold(found, usual) if coping.state is State.STRAINED else _settle(found)
    return Analysis((*evidence, usual), (found,), (hold,))


def _importance(step: Step, state: State) -> float:
    if step is Step.HOLD:
        # That somebody did much is no reason to worry.
        return _STRAINED if state is State.STRAINED else judgement.BACKGROUND
    return _IMPORTANCE[step]


def _decide(data: AdaptationInput, load: Evidence, coping: Recovery, judged: tuple[Outcome, ...]) -> tuple[Step, str]:
    """The first rule that applies; recovery comes before everything else.

    Whether something was followed is for the data to say where they can, else for the person.
    """
    unseen = _without(data, judged)
    followed = any(item.followed for item in judged) or answers.said_followed(unseen)
    well = "" if coping.state is State.UNKNOWN else " and cope well"
    wait = Step.WAIT if data.past else Step.SMALL
    rules = (
        (coping.state is State.STRAINED, Step.HOLD, "your recovery is below your usual"),
        (_is_much(load), Step.HOLD, "you already do clearly more than in the weeks before"),
        (
            any(item.smaller for item in judged),
            Step.SMALLER,
            "an earlier recommendation to do more was hardly followed",
        ),
        (
            any(item.hardly_followed and not data.rests(item.past.recommendation) for item in judged),
            wait,
            "an earlier recommendation was hardly followed",
        ),
        (answers.said_not(unseen), wait, "you said that you did not follow an earlier recommendation"),
        (answers.did_not_help(data), wait, "you said that something did not help"),
        (coping.leans_to_strain, wait, "a sign of recovery leans to the strained side, though not clearly"),
        (followed, Step.MORE, f"you followed what was recommended{well}"),
        (
            any(item.asked_for_more and item.hardly_followed for item in judged),
            wait,
            "an earlier recommendation to do more was hardly followed",
        ),
        (
            any(item.asked_for_more for item in judged),
            wait,
            "it cannot be told yet whether you follow the advice to do more",
        ),
        (coping.state is State.UNKNOWN, Step.SMALL, "there are no recovery data that would allow more"),
    )
    otherwise = Step.MORE, "your recovery is in order and your load is not raised"
    return next(((step, because) for applies, step, because in rules if applies), otherwise)


def _is_much(load: Evidence) -> bool:
    """Clearly more than before, and no less than brings most of the benefit: who walks little may always add."""
    if load.value is None or load.baseline is None:
        return False
    return load.value > HIGH_LOAD and load.value * load.baseline.value >= ENOUGH_STEPS


def _without(data: AdaptationInput, judged: tuple[Outcome, ...]) -> AdaptationInput:
    """The same, with the past recommendations alone of which the data cannot tell."""
    seen = [item.past for item in judged if item.can_tell]
    return data.model_copy(update={"past": tuple(item for item in data.past if item not in seen)})


def _fact(evidence: Evidence) -> str:
    said = Said(evidence)
    match evidence.metric:
        case metrics.HRV:
            return f"heart rate variability {said.value}, usual {said.usual}"
        case metrics.RESTING_HEART_RATE:
            return f"resting heart rate {said.off('above', 'below')} the usual {said.usual}"
        case _:
            return f"steps of the last 7 days {said.value} times the average of 28 days"


def _settle(found: Finding) -> Recommendation:
    """After a week of much."""
    return Recommendation(
        id=ids.HOLD,
        text="Ask no more of your body this week: let what you did in the last 7 days become your usual first.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=0,
        measure="The steps of the last 7 days and the average of 28 days come together.",
    )


def _hold(found: Finding, usual: Evidence) -> Recommendation:
    """While recovery is low. Of no number of steps it is said that it is enough: below a guideline it is not."""
    said = Said(usual)
    target = round(said.number)
    return Recommendation(
        id=ids.HOLD,
        text=f"Ask no more of your body this week: keep to {said.value} steps a day, your usual, "
        "until your recovery is back.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=(*found.evidence_ids, usual.id),
        effort_minutes=0,
        target=Target(metric=metrics.STEPS, value=target, unit="count"),
        measure=f"Steps stay near {quantity(target, 'count')} a day until recovery is back at your usual.",
    )
