"""The one wiring of all six agent functions."""

from functools import cache

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.system_clock import SystemClock
from holisticos.agents.runner import AgentPorts, AgentRunner
from holisticos.agents.settings import AgentSettings
from holisticos.agents.spec import AgentSpec, Input
from holisticos.contracts.workflow import AgentOutcome, AgentTask
from holisticos.runtime.handler import Handler, state_handler
from holisticos.runtime.logging import LogCategory


@cache
def ports() -> AgentPorts:
    """Built on the first invocation of a process and kept."""
    settings = AgentSettings.from_environment()
    return AgentPorts(
        analyses=DynamoDbAnalysisStore(settings.analyses_table),
        snapshots=S3SnapshotStore(settings.snapshot_bucket),
        audit=DynamoDbAuditLog(settings.audit_table),
        clock=SystemClock(),
    )


def agent_handler(spec: AgentSpec[Input]) -> Handler:
    """The Lambda handler of one agent."""

    def execute(task: AgentTask) -> AgentOutcome:
        return AgentRunner(spec, ports()).run(task)

    return state_handler(AgentTask, execute, category=LogCategory.of_agent(spec.name), name=f"agent_{spec.name}")
