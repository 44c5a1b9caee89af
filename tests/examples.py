"""Small valid values of the contracts, for tests that need one and not a particular one."""

from datetime import UTC, date, datetime, timedelta
from hashlib import shake_256
from typing import Any

from holisticos.contracts.analysis import AnalysisHead, AnalysisResult, AnalysisWindow, DataQuality, Plan
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, AnalysisType, Archetype, Area, Trigger
from holisticos.contracts.report import AgentReport, DateSpan, Evidence, Finding, Recommendation
from holisticos.health.memory import (
    Fact,
    LongTermMemory,
    Memory,
    MetaMemory,
    PastRecommendation,
    ShortTermMemory,
    Told,
    WorkingMemory,
    experience,
)

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
WEEK = DateSpan(start=date(2026, 3, 8), end=date(2026, 3, 14))


def noise(size: int) -> str:
    """Text that does not compress below ``size`` bytes; the same each time."""
    return shake_256(b"noise").hexdigest(size)


def a_head(analysis_id: str = "an-1", **changes: Any) -> AnalysisHead:
    return AnalysisHead.model_validate(
        {
            "analysis_id": analysis_id,
            "user_id": "user-1",
            "analysis_type": AnalysisType.AUTO,
            "trigger": Trigger.USER,
            "status": AnalysisStatus.QUEUED,
            "as_of": NOON,
            "requested_at": NOON,
            "deadline_at": NOON + timedelta(minutes=5),
            "correlation_id": "corr-1",
            **changes,
        }
    )


def an_event(kind: EventType = EventType.QUEUED, **changes: Any) -> NewEvent:
    return NewEvent.model_validate({"at": NOON, "type": kind, "progress": 0, "message": "A message", **changes})


def a_report(agent: AgentName = AgentName.ROUTINE, **changes: Any) -> AgentReport:
    evidence = Evidence(
        id="e1", metric="steps", statistic="mean", value=8123.5, unit="count", window=WEEK, n=7, method="mean of days"
    )
    finding = Finding(
        id="f1", title="You walk", text="8,124 steps a day.", importance=0.5, confidence=0.9, evidence_ids=("e1",)
    )
    return AgentReport.model_validate(
        {
            "agent": agent,
            "status": AgentStatus.COMPLETE,
            "findings": (finding,),
            "evidence": (evidence,),
            "duration_ms": 12,
            **changes,
        }
    )


def a_recommendation(**changes: Any) -> Recommendation:
    return Recommendation.model_validate(
        {
            "id": "r1",
            "text": "Walk after lunch.",
            "why": "You sit most then.",
            "area": Area.MOVEMENT,
            "finding_ids": ("f1",),
            "evidence_ids": ("e1",),
            "effort_minutes": 15,
            "measure": "Steps from 12 to 14 h.",
            **changes,
        }
    )


def a_result(analysis_id: str = "an-1", **changes: Any) -> AnalysisResult:
    return AnalysisResult.model_validate(
        {
            "analysis_id": analysis_id,
            "user_id": "user-1",
            "analysis_type": AnalysisType.INITIAL,
            "archetype": Archetype.PEAK_PERFORMER,
            "trigger": Trigger.USER,
            "status": AnalysisStatus.COMPLETED,
            "requested_at": NOON,
            "completed_at": NOON + timedelta(seconds=3),
            "as_of": NOON,
            "window": AnalysisWindow.of(WEEK, "Europe/Berlin"),
            "data_quality": DataQuality(score=0.8),
            "brief": "A good week.",
            "plan": Plan(minutes_budget=120, minutes_used=0),
            "agents": {AgentName.ROUTINE: a_report()},
            **changes,
        }
    )


def a_memory(
    *,
    analyses: int = 1,
    last_window: DateSpan | None = None,
    findings: tuple[Finding, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    recommendations: tuple[PastRecommendation, ...] = (),
    facts: tuple[Fact, ...] = (),
) -> Memory:
    """What an analysis with these findings and recommendations leaves."""
    last = last_window.end if last_window else WEEK.end
    return Memory(
        working=WorkingMemory(window=last_window, findings=findings, evidence=evidence),
        short_term=ShortTermMemory(
            recommendations=recommendations,
            told=tuple(
                Told(finding_id=item.id, direction=item.direction, first_on=last, last_on=last, times=1)
                for item in findings
            ),
        ),
        long_term=LongTermMemory(analyses=analyses, facts=facts),
        meta=MetaMemory(experiences=tuple(experience(item) for item in recommendations)),
    )
