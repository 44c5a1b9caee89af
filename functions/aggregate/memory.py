"""What the next analysis will know of this one."""

from datetime import date, timedelta
from typing import Final

from functions.aggregate.merge import evidence_of
from holisticos.agents.narration import MINUTES_A_DAY
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.report import DateSpan, Finding, Recommendation
from holisticos.health.context import Memory, PastRecommendation

KEPT_DAYS: Final = timedelta(days=30)
"""How long a recommendation is followed up."""
CLOSE_MINUTES: Final = 30.0
CLOSE_SHARE: Final = 0.1
"""How far a target may have moved and still be the same."""


def remember(before: Memory, result: AnalysisResult, today: date) -> Memory:
    """``before`` with this analysis in it. Doing it twice from the same ``before`` gives the same."""
    findings = tuple(Finding(**item.model_dump()) for item in (*result.red_flags, *result.insights))
    known = evidence_of(result.agents.values())
    cited = dict.fromkeys(id_ for item in findings for id_ in item.evidence_ids)
    return Memory(
        analyses=before.analyses + 1,
        last_analysis_id=result.analysis_id,
        last_window=DateSpan(start=result.window.start, end=result.window.end),
        findings=findings,
        evidence=tuple(known[id_] for id_ in cited),
        recommendations=_recommendations(before, result, today),
    )


def _recommendations(before: Memory, result: AnalysisResult, today: date) -> tuple[PastRecommendation, ...]:
    """The old ones of the last weeks and the new ones; one that is repeated much as it was keeps its first day.

    Targets follow the person's usual and move a little every day; what is judged is the one first given.
    """
    given = {item.recommendation.id: item for item in before.recommendations if today - item.given_on <= KEPT_DAYS}
    for item in result.plan.items:
        if (known := given.get(item.id)) is None or not _same(known.recommendation, item):
            given[item.id] = PastRecommendation(recommendation=item, given_on=today, analysis_id=result.analysis_id)
    return tuple(sorted(given.values(), key=lambda item: (item.given_on, item.recommendation.id)))


def _same(known: Recommendation, now: Recommendation) -> bool:
    if known.target is None or now.target is None:
        return known.target is now.target and known.text == now.text
    if (known.target.metric, known.target.unit) != (now.target.metric, now.target.unit):
        return False
    apart = abs(known.target.value - now.target.value)
    if now.target.unit == "clock":
        return min(apart, MINUTES_A_DAY - apart) <= CLOSE_MINUTES
    return apart <= CLOSE_SHARE * abs(known.target.value)
