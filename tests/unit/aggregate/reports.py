"""Reports made by hand."""

from typing import Any

from holisticos.contracts.names import AgentName, AgentStatus, Area, Direction
from holisticos.contracts.report import AgentReport, Evidence, Finding, Recommendation
from tests.examples import WEEK


def evidence(id_: str, **changes: Any) -> Evidence:
    """``id_`` is ``metric.statistic.period``."""
    metric, statistic = id_.split(".")[:2]
    return Evidence.model_validate(
        {
            "id": id_,
            "metric": metric,
            "statistic": statistic,
            "value": 7.0,
            "unit": "count",
            "window": WEEK,
            "n": 7,
            "method": "made up",
            **changes,
        }
    )


def finding(id_: str, *cites: str, **changes: Any) -> Finding:
    return Finding.model_validate(
        {
            "id": id_,
            "title": f"Title of {id_}",
            "text": f"Text of {id_} says 7. And more.",
            "importance": 0.5,
            "confidence": 0.8,
            "evidence_ids": cites,
            **changes,
        }
    )


def advice(id_: str, follows_from: str, *cites: str, **changes: Any) -> Recommendation:
    return Recommendation.model_validate(
        {
            "id": id_,
            "text": f"Do {id_}.",
            "why": "Because of 7.",
            "area": Area.MOVEMENT,
            "finding_ids": (follows_from,),
            "evidence_ids": cites,
            "effort_minutes": 10,
            "measure": "Seen in the data.",
            **changes,
        }
    )


def report(
    agent: AgentName,
    findings: tuple[Finding, ...] = (),
    recommendations: tuple[Recommendation, ...] = (),
    **changes: Any,
) -> AgentReport:
    """Complete, with evidence for all that is cited."""
    cited = dict.fromkeys(
        id_ for ids in (*(f.evidence_ids for f in findings), *(r.evidence_ids for r in recommendations)) for id_ in ids
    )
    return AgentReport.model_validate(
        {
            "agent": agent,
            "status": AgentStatus.COMPLETE,
            "findings": findings,
            "recommendations": recommendations,
            "evidence": tuple(evidence(id_) for id_ in cited),
            **changes,
        }
    )


DOWN = Direction.DOWN
UP = Direction.UP
