"""The six agents and the aggregation as plain functions, without stores, queues and clocks."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta

from functions.aggregate.assemble import assemble
from holisticos.agents.spec import Analysis
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult, SnapshotRef
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, AnalysisType, Trigger
from holisticos.contracts.report import AgentReport
from holisticos.health.context import UserHealthContext
from local.agents import SPECS


def analyses(
    context: UserHealthContext, agents: AbstractSet[AgentName] = frozenset(AgentName)
) -> dict[AgentName, Analysis]:
    """What each of the ``agents`` makes of ``context``."""
    return {spec.name: spec.analyse(spec.prepare(context)) for spec in SPECS.values() if spec.name in agents}


def result(context: UserHealthContext, told: Mapping[AgentName, Analysis]) -> AnalysisResult:
    """What the aggregation makes of them."""
    head = AnalysisHead(
        analysis_id="an-0",
        user_id=context.user_id,
        analysis_type=AnalysisType.AUTO,
        trigger=Trigger.USER,
        status=AnalysisStatus.AGGREGATING,
        as_of=context.as_of,
        requested_at=context.as_of,
        deadline_at=context.as_of + timedelta(minutes=5),
        correlation_id="benchmark",
    )
    reports = {
        agent: AgentReport(
            agent=agent,
            status=AgentStatus.COMPLETE,
            findings=analysis.findings,
            recommendations=analysis.recommendations,
            evidence=analysis.evidence,
        )
        for agent, analysis in told.items()
    }
    return assemble(head, context, reports, SnapshotRef(key="snapshots/x", sha256="0" * 64), context.as_of)
