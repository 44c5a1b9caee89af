"""At most three sentences, for the screen of a phone."""

from collections.abc import Sequence
from typing import Final

from functions.aggregate.rank import NEW
from functions.aggregate.resolve import HARDLY_FOLLOWED, WHILE_HOLDING, WHILE_STRAINED, WHILE_WAITING
from holisticos.agents import judgement
from holisticos.agents.narration import first_sentence, when
from holisticos.agents.safety import is_professional_advice
from holisticos.contracts.analysis import AnalysisWindow, Gap, MissingAgent, Plan
from holisticos.contracts.names import Archetype
from holisticos.contracts.report import Insight, Recommendation

MOST_SENTENCES: Final = 3
MOST_CHARACTERS: Final = 400
"""What a phone shows without scrolling."""


def brief(
    insights: Sequence[Insight],
    plan: Plan,
    window: AnalysisWindow,
    *,
    archetype: Archetype,
    chosen: bool,
    missing: Sequence[MissingAgent] = (),
) -> str:
    """What matters most, then what to do; what could not be looked at takes the place of the second insight.

    ``chosen`` is whether the archetype is the user's own choice.
    """
    if not insights:
        return _nothing_looked_at(missing)
    news = [item for item in insights if not item.background]
    red_flag = bool(news) and news[0].red_flag
    sentences = [first_sentence(news[0].text) if news else _calm(insights, window)]
    if missing:
        names = ", ".join(item.agent for item in missing)
        sentences.append(f"Not everything could be looked at: {names} {'is' if len(missing) == 1 else 'are'} missing.")
    elif red_flag:
        sentences.append("Please talk to a health professional about it before you take on more.")
    elif len(news) > 1:
        sentences.append(first_sentence(news[1].text))
    steps = [item for item in plan.items if not is_professional_advice(item)]
    if steps:
        sentences.append(_start(steps, plan, archetype, chosen=chosen))
    elif not red_flag:
        sentences.append(_nothing_to_do(plan))
    return " ".join(sentences[:MOST_SENTENCES]) if missing or red_flag else _short(sentences)


def _nothing_to_do(plan: Plan) -> str:
    """Who is spared for now does not hear that all is well."""
    reasons = {item.reason for item in plan.left_out}
    if HARDLY_FOLLOWED in reasons:
        return "What you were advised before rests for now."
    if reasons & {WHILE_STRAINED, WHILE_HOLDING, WHILE_WAITING}:
        return "Nothing new is asked of you for now."
    return "There is nothing to add to what you do now: keep it up."


def _calm(insights: Sequence[Insight], window: AnalysisWindow) -> str:
    """Where everything is in the background: because there is nothing, or because it was told before."""
    known = any(item.score_parts.novelty < NEW and item.importance > judgement.BACKGROUND for item in insights)
    return f"Nothing {'new ' if known else ''}stands out {when(window)}."


def _short(sentences: list[str]) -> str:
    """Three sentences at most; the middle one has to give way where all of them are too long for a phone."""
    said = " ".join(sentences[:MOST_SENTENCES])
    if len(said) <= MOST_CHARACTERS or len(sentences) < MOST_SENTENCES:
        return said
    return f"{sentences[0]} {sentences[-1]}"


def _start(steps: Sequence[Recommendation], plan: Plan, archetype: Archetype, *, chosen: bool) -> str:
    """The first step, and what all of them take of whose minutes."""
    step = first_sentence(steps[0].text).rstrip(".")
    takes = f"{plan.minutes_used} of {plan.minutes_budget} minutes a day" if plan.minutes_used else "no extra time"
    whole = " for your whole plan" if len(steps) > 1 else ""
    whose = f"{archetype}, as you chose no archetype" if not chosen else f"{archetype}"
    return f"Start with this: {step[:1].lower()}{step[1:]} ({takes}{whole}; {whose})."


def _nothing_looked_at(missing: Sequence[MissingAgent]) -> str:
    if missing:
        return "Your data are there, but they could not be analysed this time. Please start the analysis again."
    return "There are too few data to say anything yet."


def brief_without_data(window: AnalysisWindow, gaps: Sequence[Gap]) -> str:
    """What is missing and what to do about it, and nothing else."""
    days = "day" if window.days == 1 else "days"
    sentences = [f"There are no data {when(window)} that an analysis could rest on."]
    if gaps:
        names = ", ".join(gap.metric.replace("_", " ") for gap in gaps[:4])
        sentences.append(f"What is missing most: {names}.")
    sentences.append(f"Wear your device day and night, let it sync, and ask again after {window.days} {days}.")
    return " ".join(sentences[:MOST_SENTENCES])
