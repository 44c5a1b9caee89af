"""New data from the source: the door for webhooks, and the function that takes in what waits in the queue."""

import json

from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.cache import CacheAccess
from infra.constructs.deliveries import INGEST_SECONDS, Deliveries
from infra.constructs.function import FunctionDefaults, ServiceFunction
from infra.constructs.rules import accept
from infra.constructs.secret import HandFilledSecret
from infra.constructs.storage import Storage
from infra.constructs.workflow import Workflow


class Ingest(Construct):
    """A delivery is in the queue before the source has its answer, and leaves it only when it is taken in."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        defaults: FunctionDefaults,
        storage: Storage,
        *,
        deliveries: Deliveries,
        database: HandFilledSecret,
        analysis: Workflow,
        cache: CacheAccess,
    ) -> None:
        super().__init__(scope, id_)
        stage = defaults.stage
        self.secret = secretsmanager.Secret(
            self,
            "WebhookSecret",
            description="The key by which the source signs webhooks; tell it the source, or put the source's here",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({}),
                generate_string_key="current",
                exclude_punctuation=True,
                password_length=48,
            ),
            removal_policy=stage.removal_policy,
        )
        accept(self.secret, "AwsSolutions-SMG4", "It is changed together with the source, which takes a person")
        self.webhook = ServiceFunction(
            self,
            "Webhook",
            defaults,
            package="webhook",
            description="Verifies webhooks of the source and queues them",
            timeout_seconds=10,
            settings={
                "DELIVERY_QUEUE_URL": deliveries.queue.queue_url,
                "WEBHOOK_SECRET_ARN": self.secret.secret_arn,
            },
        )
        deliveries.allow_sending(self.webhook)
        self.webhook.allow("secretsmanager:GetSecretValue", on=self.secret.secret_arn)
        self.function = ServiceFunction(
            self,
            "Function",
            defaults,
            package="ingest",
            description="Takes deliveries in: records, feed, analyses of new data",
            timeout_seconds=INGEST_SECONDS,
            settings={
                "ANALYSES_TABLE": storage.analyses.table_name,
                "USERS_TABLE": storage.users.table_name,
                "AUDIT_TABLE": storage.audit.table_name,
                "EPHEMERAL_TABLE": storage.ephemeral.table_name,
                "DELIVERY_QUEUE_URL": deliveries.queue.queue_url,
                "DATABASE_SECRET_ARN": database.secret_arn,
                **cache.settings,
                "ANALYSIS_STATE_MACHINE_ARN": analysis.machine.state_machine_arn,
                "ANALYSIS_AFTER_POINTS": str(stage.analysis_after_points),
            },
        )
        self._allow(storage, deliveries, database, analysis)
        cache.allow(self.function)
        self.function.function.add_event_source(
            sources.SqsEventSource(
                deliveries.queue,
                batch_size=10,
                report_batch_item_failures=True,
                # Each worker holds a connection to the database.
                max_concurrency=5,
            )
        )

    def _allow(self, storage: Storage, deliveries: Deliveries, database: HandFilledSecret, analysis: Workflow) -> None:
        function = self.function
        # What new data may ask for: an analysis that is stored, and started.
        function.allow("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", on=storage.analyses.table_arn)
        function.allow("states:StartExecution", on=analysis.machine.state_machine_arn)
        function.allow(
            *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            on=storage.users.table_arn,
        )
        storage.allow_audit(function)
        # What is cached of a user ends with new data.
        function.allow("dynamodb:PutItem", on=storage.ephemeral.table_arn)
        database.allow(function)
        function.allow("sqs:SendMessage", "sqs:ChangeMessageVisibility", on=deliveries.queue.queue_arn)
