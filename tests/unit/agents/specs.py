"""The six agents at work."""

from typing import Any

from holisticos.agents.runner import AgentPorts, AgentRunner
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport, Finding, Recommendation
from holisticos.health.context import UserHealthContext
from local.agents import SPECS
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.snapshot_store import InMemorySnapshotStore


def fake_ports(**changes: Any) -> AgentPorts:
    given: dict[str, Any] = {
        "analyses": InMemoryAnalysisStore(),
        "snapshots": InMemorySnapshotStore(),
        "audit": InMemoryAuditLog(),
        "clock": FixedClock(),
        **changes,
    }
    return AgentPorts(**given)


def report_of(agent: AgentName, context: UserHealthContext) -> AgentReport:
    """What the agent says, by rules."""
    return AgentRunner(SPECS[agent], fake_ports()).report(context)


def reports_on(context: UserHealthContext) -> dict[AgentName, AgentReport]:
    return {agent: report_of(agent, context) for agent in AgentName}


def told(report: AgentReport, id_: str) -> Finding:
    return next(item for item in report.findings if item.id == id_)


def ids(report: AgentReport) -> set[str]:
    return {item.id for item in report.findings} | {item.id for item in report.recommendations}


def advised(report: AgentReport, id_: str) -> Recommendation:
    return next(item for item in report.recommendations if item.id == id_)
