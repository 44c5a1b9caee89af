"""The one wiring of all six agent functions."""

from functools import cache

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_answers import DynamoDbAnswerStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_circuits import DynamoDbCircuitBreaker
from holisticos.adapters.dynamodb_spending import DynamoDbSpendingLog
from holisticos.adapters.openai_model import OpenAiLanguageModel
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.secrets import LanguageModelKey
from holisticos.adapters.system_clock import SystemClock
from holisticos.agents.language_model.model_desk import ModelDesk
from holisticos.agents.runner import AgentPorts, AgentRunner
from holisticos.agents.settings import NO_MODEL, AgentSettings
from holisticos.agents.spec import AgentSpec, Input
from holisticos.contracts.spending import SpendingLimits
from holisticos.contracts.usage import NANO_USD
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
        language_model=_desk(settings),
    )


def _desk(settings: AgentSettings) -> ModelDesk | None:
    if settings.openai_base_url == NO_MODEL:
        return None
    return ModelDesk(
        model=OpenAiLanguageModel(
            settings.language_model,
            LanguageModelKey(settings.language_model_secret_arn).key,
            base_url=settings.openai_base_url,
            most_tokens_out=settings.language_model_tokens,
        ),
        circuits=DynamoDbCircuitBreaker(settings.ephemeral_table),
        spending=DynamoDbSpendingLog(settings.ephemeral_table),
        answers=DynamoDbAnswerStore(settings.analyses_table),
        clock=SystemClock(),
        limits=SpendingLimits(
            user=round(settings.user_budget_usd * NANO_USD), everybody=round(settings.daily_budget_usd * NANO_USD)
        ),
        seconds=settings.language_model_seconds,
    )


def agent_handler(spec: AgentSpec[Input]) -> Handler:
    """The Lambda handler of one agent."""

    def execute(task: AgentTask) -> AgentOutcome:
        return AgentRunner(spec, ports()).run(task)

    return state_handler(AgentTask, execute, category=LogCategory.of_agent(spec.name), name=f"agent_{spec.name}")
