"""The six agents: one construct over their names."""

from constructs import Construct

from holisticos.contracts.names import AgentName
from infra.constructs.function import FunctionDefaults, ServiceFunction
from infra.constructs.language_model import LanguageModelAccess
from infra.constructs.storage import Storage

TIMEOUT_SECONDS = 15


class Agents(Construct):
    """Functions that differ in their code, and where a stage says so in their model; all have the same rights."""

    def __init__(
        self, scope: Construct, id_: str, defaults: FunctionDefaults, storage: Storage, model: LanguageModelAccess
    ) -> None:
        super().__init__(scope, id_)
        self.by_name = {name: self._agent(name, defaults, storage, model) for name in AgentName}

    def _agent(
        self, name: AgentName, defaults: FunctionDefaults, storage: Storage, model: LanguageModelAccess
    ) -> ServiceFunction:
        agent = ServiceFunction(
            self,
            name.capitalize(),
            defaults,
            package=f"agents/{name}",
            description=f"Agent {name}: snapshot in, report out",
            timeout_seconds=TIMEOUT_SECONDS,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                "SNAPSHOT_BUCKET": storage.snapshots.bucket_name,
                **model.settings(name),
            },
        )
        agent.allow("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", on=storage.analyses.table_arn)
        storage.allow_audit(agent)
        storage.allow_snapshots(agent, "s3:GetObject")
        model.allow(agent)
        return agent
