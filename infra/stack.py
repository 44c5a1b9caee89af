"""The stack: composes what ``constructs`` defines, and says who may do what."""

import json
from typing import Any

from aws_cdk import App, CfnOutput, Stack
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.agents import Agents
from infra.constructs.api import WEBHOOK_PATH, Api
from infra.constructs.cache import CacheAccess
from infra.constructs.deliveries import Deliveries
from infra.constructs.erasure import Erasure
from infra.constructs.firewall import Firewall
from infra.constructs.function import FunctionDefaults, ServiceFunction
from infra.constructs.graphs import Watched
from infra.constructs.health_api import HealthApiAccess
from infra.constructs.identity import Identity
from infra.constructs.ingest import Ingest
from infra.constructs.language_model import LanguageModelAccess
from infra.constructs.layer import SharedLayer
from infra.constructs.live_streams import LiveStreams
from infra.constructs.observability import Observability
from infra.constructs.schedules import DailySchedules
from infra.constructs.secret import HandFilledSecret
from infra.constructs.storage import Storage, index_of
from infra.constructs.workflow import Workflow

DEFAULT_STAGE = "dev"

UNSET_DATABASE = "postgresql://unset:unset@unset.invalid:5432/unset"


def build_stack(app: App) -> "HolisticOsStack":
    """The stack of the stage the context names. Raises ``StageConfigError``."""
    name = str(app.node.try_get_context("stage") or DEFAULT_STAGE)
    keys = ("every_stage", "stages")
    context: dict[str, Any] = {key: app.node.try_get_context(key) for key in keys}
    stage = StageConfig.from_context(name, context)
    return HolisticOsStack(app, f"HolisticOS-{stage.name}", stage)


class HolisticOsStack(Stack):
    """Everything of one stage. It names no account and no region, so that one template runs anywhere."""

    def __init__(self, scope: Construct, id_: str, stage: StageConfig) -> None:
        super().__init__(scope, id_, description=f"HolisticOS, stage {stage.name}")
        self._stage = stage
        self.health_api = HealthApiAccess(self, "HealthApi", stage)
        self.cache = CacheAccess(self, "Cache", stage)
        self._secret = self._database_secret()
        self.storage = Storage(self, "Storage", stage)
        self.identity = Identity(self, "Identity", stage)
        self._defaults = FunctionDefaults(stage=stage, layer=SharedLayer(self, "Layer").version)

        self.deliveries = Deliveries(self, "Deliveries")
        self.fetch_data = self._fetch_data()
        self.language_model = LanguageModelAccess(self, "LanguageModel", stage, self.storage)
        self.agents = Agents(self, "Agents", self._defaults, self.storage, self.language_model)
        self.aggregate = self._aggregate()
        self.analysis = self._analysis_workflow()

        self.ingest = Ingest(
            self,
            "Ingest",
            self._defaults,
            self.storage,
            deliveries=self.deliveries,
            database=self._secret,
            analysis=self.analysis,
            cache=self.cache,
        )
        self.daily = self._daily()
        self.reconcile = self._reconcile()
        self.daily_workflow = self._daily_workflow()
        self.schedules = DailySchedules(self, "Schedules", stage, self.daily_workflow.machine)

        self.erasure = Erasure(self, "Erasure", self._defaults, self.storage, self._secret, cache=self.cache)
        settings = self._stream_settings()
        self.api_function = self._api_function(settings)
        self.live = (
            LiveStreams(self, "LiveStreams", self._defaults, self.storage, settings) if stage.live_streams else None
        )
        self.api = Api(
            self,
            "Api",
            stage,
            function=self.api_function,
            live=self.live.function if self.live else None,
            webhook=self.ingest.webhook,
            pool=self.identity.pool,
        )
        if stage.requests_per_address:
            Firewall(
                self,
                "Firewall",
                self.api.rest.deployment_stage,
                requests_per_address=stage.requests_per_address,
                unlimited=WEBHOOK_PATH,
            )
        self._observe()
        self._outputs()

    @property
    def functions(self) -> tuple[ServiceFunction, ...]:
        """All functions of ours."""
        agents = self.agents.by_name.values()
        live = (self.live.function,) if self.live else ()
        edges = (self.api_function, *live, self.ingest.webhook, self.ingest.function)
        return (*edges, self.fetch_data, *agents, self.aggregate, self.daily, self.reconcile, self.erasure.function)

    def _database_secret(self) -> HandFilledSecret:
        return HandFilledSecret(
            self,
            "Database",
            self._stage,
            description="Filled by hand after the first deployment: where the fallback database is and how to sign in",
            unset={"url": UNSET_DATABASE},
            because="The database is not of this stack; its password is changed where it runs",
        )

    def _fetch_data(self) -> ServiceFunction:
        storage = self.storage
        function = ServiceFunction(
            self,
            "FetchData",
            self._defaults,
            package="fetch_data",
            description="Reads a user's health data from one source and keeps them as a snapshot",
            timeout_seconds=15,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "USERS_TABLE": storage.users.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                "EPHEMERAL_TABLE": storage.ephemeral.table_name,
                "SNAPSHOT_BUCKET": storage.snapshots.bucket_name,
                **self.health_api.settings,
                "DATABASE_SECRET_ARN": self._secret.secret_arn,
                "DELIVERY_QUEUE_URL": self.deliveries.queue.queue_url,
                **self.cache.settings,
            },
        )
        function.allow("dynamodb:GetItem", "dynamodb:UpdateItem", on=storage.analyses.table_arn)
        function.allow("dynamodb:GetItem", "dynamodb:Query", on=storage.users.table_arn)
        self._secret.allow(function)
        self.health_api.allow(function)
        storage.allow_shared_state(function)
        self.deliveries.allow_sending(function)
        storage.allow_cache(function)
        self.cache.allow(function)
        storage.allow_audit(function)
        storage.allow_snapshots(function, "s3:PutObject")
        return function

    def _aggregate(self) -> ServiceFunction:
        storage = self.storage
        function = ServiceFunction(
            self,
            "Aggregate",
            self._defaults,
            package="aggregate",
            description="Merges the reports of the agents into the result",
            timeout_seconds=15,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "USERS_TABLE": storage.users.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                "SNAPSHOT_BUCKET": storage.snapshots.bucket_name,
            },
        )
        function.allow(
            *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            on=storage.analyses.table_arn,
        )
        function.allow("dynamodb:PutItem", on=storage.users.table_arn)
        storage.allow_audit(function)
        storage.allow_snapshots(function, "s3:GetObject")
        return function

    def _daily(self) -> ServiceFunction:
        storage = self.storage
        function = ServiceFunction(
            self,
            "Daily",
            self._defaults,
            package="daily",
            description="Lists for whom it is morning and stores their analyses",
            timeout_seconds=55,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "USERS_TABLE": storage.users.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                "DAILY_AT": self._stage.daily_at.isoformat("minutes"),
                "RECONCILED_PERCENT": str(self._stage.reconciled_percent),
            },
        )
        function.allow("dynamodb:GetItem", "dynamodb:PutItem", on=storage.analyses.table_arn)
        function.allow("dynamodb:Query", on=index_of(storage.users))
        storage.allow_audit(function)
        return function

    def _reconcile(self) -> ServiceFunction:
        storage = self.storage
        function = ServiceFunction(
            self,
            "Reconcile",
            self._defaults,
            package="reconcile",
            description="Compares a user's records in the database with the health API, and repairs them",
            timeout_seconds=35,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "USERS_TABLE": storage.users.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                **self.health_api.settings,
                "DATABASE_SECRET_ARN": self._secret.secret_arn,
            },
        )
        function.allow("dynamodb:GetItem", on=storage.analyses.table_arn)
        function.allow("dynamodb:GetItem", on=storage.users.table_arn)
        self._secret.allow(function)
        self.health_api.allow(function)
        storage.allow_audit(function)
        return function

    def _stream_settings(self) -> dict[str, str]:
        storage = self.storage
        return {
            "ANALYSES_TABLE": storage.analyses.table_name,
            "USERS_TABLE": storage.users.table_name,
            "AUDIT_TABLE": storage.audit.table_name,
            "EPHEMERAL_TABLE": storage.ephemeral.table_name,
            "SNAPSHOT_BUCKET": storage.snapshots.bucket_name,
            "ANALYSIS_STATE_MACHINE_ARN": self.analysis.machine.state_machine_arn,
            "ERASURE_STATE_MACHINE_ARN": self.erasure.workflow.machine.state_machine_arn,
            "CORS_ORIGINS": json.dumps(self._stage.cors_origins),
            "USER_POOL_ID": self.identity.pool.user_pool_id,
            "USER_POOL_CLIENT_ID": self.identity.client.user_pool_client_id,
        }

    def _api_function(self, stream_settings: dict[str, str]) -> ServiceFunction:
        storage = self.storage
        function = ServiceFunction(
            self,
            "ApiFunction",
            self._defaults,
            package="api",
            description="The HTTPS API",
            # API Gateway waits 29 seconds; a stream ends by itself before that.
            timeout_seconds=29,
            settings={
                **stream_settings,
                **self.health_api.settings,
                "DATABASE_SECRET_ARN": self._secret.secret_arn,
                "DELIVERY_QUEUE_URL": self.deliveries.queue.queue_url,
                **self.cache.settings,
            },
        )
        function.allow(
            *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            on=storage.analyses.table_arn,
        )
        function.allow("dynamodb:Query", on=index_of(storage.analyses))
        function.allow("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", on=storage.users.table_arn)
        # Users may see who used their data.
        function.allow("dynamodb:Query", on=storage.audit.table_arn)
        function.allow("dynamodb:UpdateItem", on=storage.ephemeral.table_arn)
        storage.allow_shared_state(function)
        storage.allow_cache(function)
        self.cache.allow(function)
        for workflow in (self.analysis, self.erasure.workflow):
            function.allow("states:StartExecution", on=workflow.machine.state_machine_arn)
        self._secret.allow(function)
        self.health_api.allow(function)
        self.deliveries.allow_sending(function)
        storage.allow_audit(function)
        # Whoever signs a link can give no more than they may do themselves.
        storage.allow_exports(function, "s3:PutObject", "s3:GetObject")
        return function

    def _analysis_workflow(self) -> Workflow:
        agents = self.agents.by_name
        workflow = Workflow(
            self,
            "Analysis",
            self._stage,
            definition="analysis",
            substitutions={
                "AnalysesTable": self.storage.analyses.table_name,
                "FetchDataFunctionArn": self.fetch_data.function.function_arn,
                **{f"{name.capitalize()}AgentFunctionArn": agents[name].function.function_arn for name in agents},
                "AggregateFunctionArn": self.aggregate.function.function_arn,
            },
        )
        workflow.allow("dynamodb:UpdateItem", on=self.storage.analyses.table_arn)
        workflow.may_invoke(self.fetch_data, *agents.values(), self.aggregate)
        return workflow

    def _daily_workflow(self) -> Workflow:
        analysis = self.analysis.machine.state_machine_arn
        workflow = Workflow(
            self,
            "DailyWorkflow",
            self._stage,
            definition="daily",
            substitutions={
                "DailyFunctionArn": self.daily.function.function_arn,
                "ReconcileFunctionArn": self.reconcile.function.function_arn,
                "AnalysisStateMachineArn": analysis,
            },
        )
        workflow.allow("states:StartExecution", on=analysis)
        workflow.may_invoke(self.daily, self.reconcile)
        return workflow

    def _observe(self) -> None:
        Observability(
            self,
            "Observability",
            self._stage,
            Watched(
                api=self.api,
                analysis=self.analysis,
                daily=self.daily_workflow,
                erasure=self.erasure.workflow,
                schedules=self.schedules,
                deliveries=self.deliveries,
                webhook=self.ingest.webhook,
                fetch_data=self.fetch_data,
                agents=tuple(self.agents.by_name.values()),
                functions=self.functions,
            ),
        )

    def _outputs(self) -> None:
        storage = self.storage
        outputs = {
            "ApiUrl": self.api.rest.url,
            "UserPoolId": self.identity.pool.user_pool_id,
            "UserPoolClientId": self.identity.client.user_pool_client_id,
            "AnalysesTable": storage.analyses.table_name,
            "UsersTable": storage.users.table_name,
            "AuditTable": storage.audit.table_name,
            "EphemeralTable": storage.ephemeral.table_name,
            "SnapshotBucket": storage.snapshots.bucket_name,
            "AnalysisStateMachineArn": self.analysis.machine.state_machine_arn,
            "DailyStateMachineArn": self.daily_workflow.machine.state_machine_arn,
            "ErasureStateMachineArn": self.erasure.workflow.machine.state_machine_arn,
            "DatabaseSecretArn": self._secret.secret_arn,
            "HealthApiSecretArn": self.health_api.secret.secret_arn,
            "LanguageModelSecretArn": self.language_model.secret.secret_arn,
            "RedisSecretArn": self.cache.secret.secret_arn,
            "WebhookSecretArn": self.ingest.secret.secret_arn,
            "DeliveryQueueUrl": self.deliveries.queue.queue_url,
            "FailedDeliveriesUrl": self.deliveries.failed.queue_url,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
