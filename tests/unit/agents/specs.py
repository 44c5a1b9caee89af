"""The six agents by name."""

from typing import Any

from functions.agents.adaptation.spec import SPEC as ADAPTATION
from functions.agents.behavior.spec import SPEC as BEHAVIOR
from functions.agents.insights.spec import SPEC as INSIGHTS
from functions.agents.memory.spec import SPEC as MEMORY
from functions.agents.nutrition.spec import SPEC as NUTRITION
from functions.agents.routine.spec import SPEC as ROUTINE
from holisticos.agents.runner import AgentPorts, AgentRunner
from holisticos.agents.spec import AgentSpec
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport
from holisticos.health.context import UserHealthContext
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.snapshot_store import InMemorySnapshotStore

SPECS: dict[AgentName, AgentSpec[Any]] = {
    spec.name: spec for spec in (BEHAVIOR, MEMORY, NUTRITION, ROUTINE, ADAPTATION, INSIGHTS)
}


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
