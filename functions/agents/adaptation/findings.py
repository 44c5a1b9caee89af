"""Which past recommendations worked, and whether the plan should ask for more or less."""

from typing import Final

from functions.agents.adaptation import answers
from functions.agents.adaptation.input import AdaptationInput
from functions.agents.adaptation.outcomes import HOLD, Outcome, outcomes
from holisticos.agents import judgement, metrics, phrases, spans
from holisticos.agents.narration import Said, first_sentence, quantity
from holisticos.agents.recovery import Recovery, State, recovery
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.activity import load_ratio
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area, Direction
from holisticos.contracts.report import Evidence, Finding, Recommendation, Target

ME: Final = AgentName.ADAPTATION
_IMPORTANCE: Final = {Direction.DOWN: 0.35, Direction.STABLE: 0.15, Direction.UP: 0.2}
_STRAINED: Final = 0.6
HIGH_LOAD: Final = 1.3
"""Load ratio above which nothing is added. It describes; it does not predict injuries (Impellizzeri 2020)."""
ENOUGH_STEPS: Final = 8000.0
"""Steps a day where the benefit levels off for either age group (Paluch 2022)."""


def analyse(data: AdaptationInput) -> Analysis:
    judged = outcomes(data)
    told = combine(*(item.analysis for item in judged))
    return combine(told, answers.told(data), _load(data), _next_step(data, judged))


def _load(data: AdaptationInput) -> Analysis:
    evidence = load_ratio(data.daily(metrics.STEPS), data.window, data.history)
    if evidence.value is None:
        return Analysis((evidence,))
    said, high = Said(evidence), evidence.value > HIGH_LOAD
    found = phrases.finding(
        ME,
        "load",
        "You did clearly more last week than in the month" if high else "Your load of the last week",
        f"You walked {said.value} times as much a day in the last 7 days as on average over 28 days "
        f"({quantity(said.usual_number, 'count')} steps). This describes your load; it says nothing about injuries.",
        [evidence],
        importance=0.3 if high else 0.15,
    )
    return Analysis((evidence,), (found,))


def _next_step(data: AdaptationInput, judged: tuple[Outcome, ...]) -> Analysis:
    """Easier, the same or harder, by rules that are told."""
    load = load_ratio(data.daily(metrics.STEPS), data.window, data.history)
    coping = recovery(data.daily(metrics.HRV), data.daily(metrics.RESTING_HEART_RATE), data.window, data.history)
    rests_on = [*([load] if load.value is not None else []), *coping.known]
    evidence = (load, *coping.evidence)
    if not rests_on:
        return Analysis(evidence)
    direction, because = _decide(data, load, coping, judged)
    title, meaning = _MEANING[direction, bool(data.past)]
    facts = "; ".join(_fact(item) for item in rests_on)
    found = phrases.finding(
        ME,
        "next_step",
        title,
        f"{because[:1].upper()}{because[1:]}, so {meaning}. What this rests on: {facts}.",
        rests_on,
        importance=_importance(direction, coping.state, load),
    )
    if direction is not Direction.DOWN:
        return Analysis(evidence, (found,))
    usual = spans.of_recent(level(data.daily(metrics.STEPS), data.recent, data.before_recent))
    if usual.value is None:
        return Analysis((*evidence, usual), (found,))
    hold = _hold(found, usual, coping.state) if coping.state is State.STRAINED or not _is_much(load) else _settle(found)
    return Analysis((*evidence, usual), (found,), (hold,))


def _importance(direction: Direction, state: State, load: Evidence) -> float:
    if state is State.STRAINED:
        return _STRAINED
    # That somebody did much is no reason to worry.
    return judgement.BACKGROUND if _is_much(load) else _IMPORTANCE[direction]


_MEANING: Final = {
    (Direction.DOWN, True): ("The plan should get easier", "nothing is added for now"),
    (Direction.STABLE, True): ("The plan should stay as it is", "the plan stays as it is"),
    (Direction.UP, True): ("The plan can ask a little more", "one small step more is fine"),
    (Direction.DOWN, False): ("Nothing should be added now", "nothing is added for now"),
    (Direction.STABLE, False): ("Start small", "the plan starts with small steps"),
    (Direction.UP, False): ("You can take on something new", "there is room for a first step"),
}
"""By direction, and by whether there was a plan before."""


def _decide(
    data: AdaptationInput, load: Evidence, coping: Recovery, judged: tuple[Outcome, ...]
) -> tuple[Direction, str]:
    """The first rule that applies; recovery comes before everything else.

    Whether something was followed is for the data to say where they can, else for the person.
    """
    unseen = _without(data, judged)
    rules = (
        (coping.state is State.STRAINED, Direction.DOWN, "your recovery is below your usual"),
        (_is_much(load), Direction.DOWN, "you already do clearly more than in the weeks before"),
        (
            any(item.hardly_followed and item.asked_for_more for item in judged),
            Direction.DOWN,
            "an earlier recommendation to do more was hardly followed",
        ),
        (
            any(item.hardly_followed for item in judged),
            Direction.STABLE,
            "an earlier recommendation was hardly followed, and that changes first",
        ),
        (
            answers.said_not(unseen),
            Direction.STABLE,
            "you said that you did not follow an earlier recommendation, and that changes first",
        ),
        (answers.did_not_help(data), Direction.STABLE, "you said that something did not help, and that changes first"),
        (coping.leans_to_strain, Direction.STABLE, "a sign of recovery leans to the strained side, though not clearly"),
        (coping.state is State.UNKNOWN, Direction.STABLE, "there are no recovery data that would allow more"),
        (
            any(item.followed for item in judged) or answers.said_followed(unseen),
            Direction.UP,
            "you followed what was recommended and cope well",
        ),
        (bool(judged), Direction.STABLE, "it is too early to say whether what was recommended suits you"),
    )
    otherwise = Direction.UP, "your recovery is in order and your load is not raised"
    return next(((direction, because) for applies, direction, because in rules if applies), otherwise)


def _is_much(load: Evidence) -> bool:
    """Clearly more than before, and no less than brings most of the benefit: who walks little may always add."""
    if load.value is None or load.baseline is None:
        return False
    return load.value > HIGH_LOAD and load.value * load.baseline.value >= ENOUGH_STEPS


def _without(data: AdaptationInput, judged: tuple[Outcome, ...]) -> AdaptationInput:
    """The same, with the past recommendations alone of which the data cannot tell."""
    seen = [item.past for item in judged if item.adherence is not None]
    return data.model_copy(update={"past": tuple(item for item in data.past if item not in seen)})


def _fact(evidence: Evidence) -> str:
    said = Said(evidence)
    match evidence.metric:
        case metrics.HRV:
            return f"heart rate variability {said.value}, usual {said.usual}"
        case metrics.RESTING_HEART_RATE:
            return f"resting heart rate {said.size} {'above' if said.number > 0 else 'below'} the usual {said.usual}"
        case _:
            return f"steps of the last 7 days {said.value} times the average of 28 days"


def _settle(found: Finding) -> Recommendation:
    """After a week of much."""
    return Recommendation(
        id=HOLD,
        text="Add nothing this week: let what you did in the last 7 days become your usual first.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=0,
        measure="The steps of the last 7 days and the average of 28 days come together.",
    )


def _hold(found: Finding, usual: Evidence, state: State) -> Recommendation:
    said = Said(usual)
    strained = state is State.STRAINED
    settled = "recovery is back at your usual" if strained else "it has become easy"
    target = round(said.number)
    return Recommendation(
        id=HOLD,
        text=f"Add nothing this week: {said.value} steps a day, your usual, are {'plenty' if strained else 'enough'}.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=(*found.evidence_ids, usual.id),
        effort_minutes=0,
        target=Target(metric=metrics.STEPS, value=target, unit="count"),
        measure=f"Steps stay near {quantity(target, 'count')} a day until {settled}.",
    )
