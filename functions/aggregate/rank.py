"""In which order a person should read it: impact x confidence x novelty x actionability."""

from collections.abc import Collection, Iterable
from typing import Final

from functions.aggregate.merge import Merged
from holisticos.agents import ids, judgement
from holisticos.agents.metrics import Role, measure
from holisticos.contracts.report import Insight, ScoreParts
from holisticos.health.memory import Told

NEW: Final = 1.0
TURNED: Final = 0.9
KNOWN: Final = 0.6
"""Novelty: not told in the last 30 days; told in another direction; told as it is."""
WORN_OUT: Final = ((7, 0.2), (3, 0.4))
"""Novelty of what was told as it is so many times or more."""

WORTH_READING: Final = 0.2
"""The score below which an insight is kept in the background."""

ADVISED: Final = 1.0
IN_REACH: Final = 0.7
OUT_OF_REACH: Final = 0.5
"""Actionability: a recommendation follows from it; it is about what people can change; it is not."""
_CHANGEABLE: Final = frozenset({Role.LOAD, Role.SLEEP})


def rank(
    merged: Iterable[Merged], *, advised: Collection[str], remembered: Iterable[Told], takes_load: bool
) -> tuple[Insight, ...]:
    """``advised`` are the ids of findings that a recommendation follows from; ``remembered`` is what was told in the
    last 30 days. Red flags come first, then by score. Where nothing ``takes_load``, what calls for more is no news."""
    known = {item.finding_id: item for item in remembered}
    no_news = frozenset() if takes_load else ids.CALLS_FOR_LOAD
    insights = [_insight(item, advised, known, no_news) for item in merged]
    return tuple(sorted(insights, key=lambda item: (not item.red_flag, -item.score, item.id)))


def _insight(merged: Merged, advised: Collection[str], known: dict[str, Told], no_news: Collection[str]) -> Insight:
    parts = ScoreParts(
        impact=merged.finding.importance,
        confidence=merged.finding.confidence,
        novelty=_novelty(merged, known),
        actionability=_actionability(merged, advised),
    )
    score = parts.impact * parts.confidence * parts.novelty * parts.actionability
    says_little = score < WORTH_READING or parts.impact <= judgement.BACKGROUND or not merged.ids.isdisjoint(no_news)
    return Insight(
        **merged.finding.model_dump(),
        agents=merged.agents,
        score=round(score, 4),
        score_parts=parts,
        background=says_little and not merged.finding.red_flag,
    )


def worth(insight: Insight) -> float:
    """How much acting on it is worth: its score, but for novelty. What was told before still waits to be done."""
    parts = insight.score_parts
    return parts.impact * parts.confidence * parts.actionability


def _novelty(merged: Merged, known: dict[str, Told]) -> float:
    if merged.finding.red_flag:
        return NEW
    before = next((known[id_] for id_ in sorted(merged.ids) if id_ in known), None)
    if before is None:
        return NEW
    if before.direction is not merged.finding.direction:
        return TURNED
    return next((novelty for times, novelty in WORN_OUT if before.times >= times), KNOWN)


def _actionability(merged: Merged, advised: Collection[str]) -> float:
    if merged.finding.red_flag or not merged.ids.isdisjoint(advised):
        return ADVISED
    return IN_REACH if any(measure(metric).role in _CHANGEABLE for metric in merged.metrics) else OUT_OF_REACH
