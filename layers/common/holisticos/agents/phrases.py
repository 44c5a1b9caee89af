"""Sentences that several agents use, so that the same evidence always reads the same."""

from collections.abc import Sequence

from holisticos.agents import ids, judgement
from holisticos.agents.formatting import Said, short_date, weekday
from holisticos.agents.metrics import Measure, measure
from holisticos.analytics.comparison import least_days
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import Evidence, Finding


def finding(
    agent: AgentName,
    name: str,
    title: str,
    text: str,
    evidence: Sequence[Evidence],
    *,
    importance: float,
    direction: Direction | None = None,
) -> Finding:
    """A finding called ``{agent}.{name}`` that cites ``evidence``."""
    return Finding(
        id=ids.of(agent, name),
        title=title,
        text=text,
        direction=direction,
        importance=importance,
        confidence=judgement.confidence(*evidence, claims=direction in {Direction.UP, Direction.DOWN}),
        evidence_ids=tuple(item.id for item in evidence),
    )


def level(agent: AgentName, evidence: Evidence, *, claimed: bool | None = None) -> Finding:
    """A window's median beside the usual one.

    ``claimed`` says whether a difference was established; ``None`` where this agent did not test it.
    """
    words, said = measure(evidence.metric), Said(evidence)
    subject = f"Your {words.name} {words.was} {said.value} {_when(evidence, words)}"
    name = f"{evidence.metric}_level"
    neutral = f"{words.title}: {said.value}"
    if evidence.baseline is None:
        text = f"{subject}. There are too few earlier days to say what is usual for you."
        return finding(agent, name, neutral, text, [evidence], importance=judgement.BACKGROUND)
    if claimed:
        return finding(
            agent,
            name,
            f"{words.title} {said.standing}",
            f"{subject}, {said.standing} {said.usual} (median of {said.usual_days}).",
            [evidence],
            importance=judgement.importance(evidence),
            direction=evidence.direction,
        )
    text = f"{subject}; your usual is {said.usual} (median of {said.usual_days})."
    tested = claimed is not None
    calm = f"{words.title} as usual" if evidence.direction is Direction.STABLE else f"{words.title}: no clear change"
    return finding(
        agent,
        name,
        calm if tested else neutral,
        text,
        [evidence],
        importance=judgement.TYPICAL,
        direction=Direction.STABLE if tested else None,
    )


def trend(agent: AgentName, evidence: Evidence) -> Finding:
    """An established trend, told per week."""
    words, said = measure(evidence.metric), Said(evidence)
    up, down = ("moving later", "moving earlier") if evidence.unit.startswith("clock") else ("rising", "falling")
    how = up if evidence.direction is Direction.UP else down
    return finding(
        agent,
        f"{evidence.metric}_trend",
        f"{words.title} {words.is_} {how}",
        f"Your {words.name} {words.is_} {how} by about {said.size}, steadily over {said.period} "
        f"(Theil-Sen slope of {said.days}).",
        [evidence],
        importance=judgement.importance(evidence),
        direction=evidence.direction,
    )


def unusual_day(agent: AgentName, evidence: Evidence) -> Finding:
    """One day far off the others."""
    words, said = measure(evidence.metric), Said(evidence)
    day = said.evidence.window.end
    on = "In the night to" if words.nightly else "On"
    return finding(
        agent,
        f"{evidence.metric}_anomaly_{day.isoformat()}",
        f"{words.title} far {said.where} usual on {weekday(day)}",
        f"{on} {weekday(day)} {short_date(day)} your {words.name} {words.was} {said.value}, "
        f"far {said.where} your usual {said.usual} (robust z-score).",
        [evidence],
        importance=judgement.importance(evidence),
        direction=evidence.direction,
    )


def changepoint(agent: AgentName, evidence: Evidence) -> Finding:
    """A new level since some day."""
    words, said = measure(evidence.metric), Said(evidence)
    return finding(
        agent,
        f"{evidence.metric}_changepoint",
        f"{words.title} on a new level since {short_date(evidence.window.start)}",
        f"Since {short_date(evidence.window.start)} your {words.name} {words.has} been {said.value} "
        f"on a typical {_unit_of_time(words)}, {said.where} the {said.usual} before.",
        [evidence],
        importance=judgement.importance(evidence),
        direction=evidence.direction,
    )


def _unit_of_time(words: Measure) -> str:
    return "night" if words.nightly else "day"


def _when(evidence: Evidence, words: Measure) -> str:
    said = Said(evidence)
    if evidence.window.days == 1:
        return f"in the night to {said.period}" if words.nightly else f"on {said.period}"
    few = f" ({said.nights} recorded)" if words.nightly and evidence.n < least_days(evidence.window) else ""
    return f"on a typical {_unit_of_time(words)} of {said.period}{few}"
