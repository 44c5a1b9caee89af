"""At most three sentences, for the screen of a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from functions.aggregate.rank import NEW
from functions.aggregate.resolve import DID_NOT_HELP, HARDLY_FOLLOWED, WHILE_HOLDING, WHILE_STRAINED, WHILE_WAITING
from holisticos.agents import judgement
from holisticos.agents.day import minutes_a_day
from holisticos.agents.formatting import first_sentence, plural, when
from holisticos.agents.metrics import is_welcome, measure
from holisticos.agents.safety import is_professional_advice
from holisticos.analytics.comparison import LEAST_BASELINE
from holisticos.contracts.analysis import AnalysisWindow, Gap, MissingAgent, Plan
from holisticos.contracts.names import AgentName, Archetype
from holisticos.contracts.report import Evidence, Insight, Recommendation

MOST_SENTENCES: Final = 3
MOST_CHARACTERS: Final = 400
"""What a phone shows without scrolling."""
TRACK: Final = "Wear your device day and night, and let it sync."


@dataclass(frozen=True, slots=True)
class Looked:
    """How much could be looked at."""

    days: int
    """On which anything was measured, in the window or before."""
    unfinished: Sequence[MissingAgent] = ()
    without_data: Sequence[MissingAgent] = ()

    @property
    def missing(self) -> str | None:
        """Who did not come to an end."""
        if not self.unfinished:
            return None
        names = ", ".join(item.agent for item in self.unfinished)
        return f"Not everything could be looked at: {names} {'is' if len(self.unfinished) == 1 else 'are'} missing."

    @property
    def scarce(self) -> str | None:
        """What there is too little of to say that nothing stands out."""
        if self.days < LEAST_BASELINE:
            return (
                f"Only {plural(self.days, 'day')} of data so far; about {LEAST_BASELINE} are needed to say what is "
                "usual for you."
            )
        if len(self.without_data) >= len(AgentName) / 2:
            return f"There are too few data for {', '.join(item.agent for item in self.without_data)}."
        return None


def brief(
    insights: Sequence[Insight],
    plan: Plan,
    window: AnalysisWindow,
    *,
    archetype: Archetype,
    chosen: bool,
    evidence: Mapping[str, Evidence],
    looked: Looked,
) -> str:
    """What matters most, then what to do; what could not be looked at takes the place of the second insight.

    A red flag beats everything: beside one the second sentence is whom to talk to. ``chosen`` is whether the archetype
    is the user's own choice.
    """
    if not insights:
        return _nothing_looked_at(looked.unfinished)
    news = [item for item in insights if not item.background]
    steps = [item for item in plan.items if not is_professional_advice(item)]
    start = [_start(steps, plan, archetype, chosen=chosen)] if steps else []
    gap = looked.missing or looked.scarce
    if news and news[0].red_flag:
        said = [first_sentence(news[0].text), "Please talk to a health professional about it before you take on more."]
        return " ".join([*said, *start, *([gap] if gap else [])][:MOST_SENTENCES])
    if gap:
        opening = first_sentence(news[0].text) if news else looked.scarce or _calm(insights, window)
        rest = [*([gap] if gap != opening else []), *(start or ([TRACK] if looked.scarce else []))]
        whole = " ".join([opening, *rest])
        return whole if len(whole) <= MOST_CHARACTERS else " ".join(rest)
    first = [first_sentence(item.text) for item in news[:2]] or [_calm(insights, window)]
    return _short([*first, *(start or [_nothing_to_do(insights, plan, evidence)])])


def _nothing_to_do(insights: Sequence[Insight], plan: Plan, evidence: Mapping[str, Evidence]) -> str:
    """Only of whom all is well that was found, be it told before, hears so; of the others why nothing is asked."""
    reasons = {item.reason for item in plan.left_out}
    if HARDLY_FOLLOWED in reasons:
        return "What you were advised before rests for now."
    if DID_NOT_HELP in reasons:
        return "What could be advised did not help you before."
    if any(_is_welcome(item, evidence) is not True for item in insights if item.importance > judgement.BACKGROUND):
        return "Nothing new is asked of you for now."
    if reasons & {WHILE_STRAINED, WHILE_HOLDING, WHILE_WAITING}:
        return "Nothing new is asked of you for now."
    return "There is nothing to add to what you do now: keep it up."


def _is_welcome(insight: Insight, evidence: Mapping[str, Evidence]) -> bool | None:
    return is_welcome(evidence[insight.evidence_ids[0]].metric, insight.direction)


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
    takes = minutes_a_day(plan) if plan.minutes_used else "no extra time"
    whole = " for your whole plan" if len(steps) > 1 else ""
    whose = f"{archetype}, as you chose no archetype" if not chosen else f"{archetype}"
    return f"Start with this: {step[:1].lower()}{step[1:]} ({takes}{whole}; {whose})."


def _nothing_looked_at(missing: Sequence[MissingAgent]) -> str:
    if missing:
        return "Your data are there, but they could not be analysed this time. Please start the analysis again."
    return "There are too few data to say anything yet."


def brief_without_data(window: AnalysisWindow, gaps: Sequence[Gap]) -> str:
    """What is missing of what is measured otherwise and what to do about it, and nothing else."""
    days = "day" if window.days == 1 else "days"
    sentences = [f"There are no data {when(window)} that an analysis could rest on."]
    if gaps:
        names = ", ".join(measure(gap.metric).name for gap in gaps[:4])
        sentences.append(f"What is missing most: {names}.")
    sentences.append(f"Wear your device day and night, let it sync, and ask again after {window.days} {days}.")
    return " ".join(sentences[:MOST_SENTENCES])
