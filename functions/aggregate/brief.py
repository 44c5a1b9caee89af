"""At most three sentences, for the screen of a phone."""

from collections.abc import Sequence
from typing import Final

from holisticos.agents.narration import first_sentence, period
from holisticos.contracts.analysis import AnalysisWindow, Gap, MissingAgent, Plan
from holisticos.contracts.names import Archetype
from holisticos.contracts.report import Insight

MOST_SENTENCES: Final = 3
WORTH_A_SENTENCE: Final = 0.2
"""The score below which a second insight is no news."""


def brief(
    insights: Sequence[Insight],
    plan: Plan,
    *,
    archetype: Archetype,
    chosen: bool,
    missing: Sequence[MissingAgent] = (),
) -> str:
    """What matters most, then what to do; what could not be looked at takes the place of the second insight."""
    if not insights:
        return _nothing_looked_at(missing)
    top = insights[0]
    sentences = [first_sentence(top.text)]
    if missing:
        names = ", ".join(item.agent for item in missing)
        sentences.append(f"Not everything could be looked at: {names} {'is' if len(missing) == 1 else 'are'} missing.")
    elif top.red_flag:
        sentences.append("Please talk to a health professional about it before you take on more.")
    elif len(insights) > 1 and insights[1].score >= WORTH_A_SENTENCE:
        sentences.append(first_sentence(insights[1].text))
    if plan.items:
        sentences.append(_plan(plan, archetype, chosen=chosen))
    elif not top.red_flag:
        sentences.append("There is nothing to add to what you do now: keep it up.")
    return " ".join(sentences[:MOST_SENTENCES])


def _plan(plan: Plan, archetype: Archetype, *, chosen: bool) -> str:
    step = first_sentence(plan.items[0].text).rstrip(".")
    share = f"{plan.minutes_used} of {plan.minutes_budget} minutes a day" if plan.minutes_used else "no extra time"
    whose = f"{archetype}, taken because you chose no archetype" if not chosen else f"{archetype}"
    return f"Your plan takes {share} ({whose}) and starts with this: {step[:1].lower()}{step[1:]}."


def _nothing_looked_at(missing: Sequence[MissingAgent]) -> str:
    if missing:
        return "Your data are there, but they could not be analysed this time. Please start the analysis again."
    return "There are too few data to say anything yet."


def brief_without_data(window: AnalysisWindow, gaps: Sequence[Gap]) -> str:
    """What is missing and what to do about it, and nothing else."""
    when = "on" if window.days == 1 else "in"
    days = "day" if window.days == 1 else "days"
    sentences = [f"There are no data {when} {period(window)} that an analysis could rest on."]
    if gaps:
        names = ", ".join(gap.metric.replace("_", " ") for gap in gaps[:4])
        sentences.append(f"What is missing most: {names}.")
    sentences.append(f"Wear your device day and night, let it sync, and ask again after {window.days} {days}.")
    return " ".join(sentences[:MOST_SENTENCES])
