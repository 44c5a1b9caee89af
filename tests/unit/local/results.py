"""A result with something in every part."""

from holisticos.contracts.analysis import (
    AnalysisResult,
    Gap,
    MissingAgent,
    PartReport,
    Plan,
)
from holisticos.contracts.names import AgentName, AnalysisStatus, Part, Source
from holisticos.contracts.report import Insight, ScoreParts
from tests.examples import NOON, a_recommendation, a_result


def full_result() -> AnalysisResult:
    insight = Insight(
        id="i1",
        title="You walk more than usual",
        text="A long sentence about walking that has to be broken at the end of a narrow terminal, and then goes on.",
        importance=0.5,
        confidence=0.9,
        evidence_ids=("e1",),
        agents=(AgentName.ROUTINE,),
        score=0.25,
        score_parts=ScoreParts(impact=0.5, confidence=1, novelty=1, actionability=0.5),
    )
    quality = a_result().data_quality.model_copy(
        update={"wear_days": 6, "gaps": (Gap(metric="weight", reason="no values"),)}
    )
    return a_result(
        insights=(insight,),
        plan=Plan(minutes_budget=45, minutes_used=15, items=(a_recommendation(),)),
        sources={Part.BIOMARKERS: PartReport(source=Source.DATABASE, fetched_at=NOON, kept=120, dropped=3)},
        missing=(MissingAgent(agent=AgentName.MEMORY, reason="timed_out"),),
        data_quality=quality,
        status=AnalysisStatus.PARTIAL,
    )
