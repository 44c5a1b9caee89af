"""New data from the source: the door for webhooks, the queue behind it, and the function that takes them in."""

import json

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.function import FunctionDefaults, ServiceFunction
from infra.constructs.rules import accept
from infra.constructs.storage import Storage
from infra.constructs.workflow import Workflow

INGEST_SECONDS = 30
MAX_DELIVERIES = 9
"""With the function's own pauses between them, most of an hour: longer than a restart of the database."""


class Ingest(Construct):
    """A delivery is in the queue before the source has its answer, and leaves it only when it is taken in."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        defaults: FunctionDefaults,
        storage: Storage,
        *,
        database: secretsmanager.ISecret,
        analysis: Workflow,
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
        self.failed = sqs.Queue(
            self,
            "Failed",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        accept(self.failed, "AwsSolutions-SQS3", "It is itself the queue of what failed")
        self.queue = sqs.Queue(
            self,
            "Deliveries",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(4),
            # Six times the function's time, as AWS advises: a batch that waits for a worker is not delivered twice.
            visibility_timeout=Duration.seconds(6 * INGEST_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed, max_receive_count=MAX_DELIVERIES),
        )
        self.webhook = ServiceFunction(
            self,
            "Webhook",
            defaults,
            package="webhook",
            description="Verifies webhooks of the source and queues them",
            timeout_seconds=10,
            settings={
                "DELIVERY_QUEUE_URL": self.queue.queue_url,
                "WEBHOOK_SECRET_ARN": self.secret.secret_arn,
            },
        )
        self.webhook.allow("sqs:SendMessage", on=self.queue.queue_arn)
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
                "DELIVERY_QUEUE_URL": self.queue.queue_url,
                "DATABASE_SECRET_ARN": database.secret_arn,
                "ANALYSIS_STATE_MACHINE_ARN": analysis.machine.state_machine_arn,
                "ANALYSIS_AFTER_POINTS": str(stage.analysis_after_points),
            },
        )
        self._allow(storage, database, analysis)
        self.function.function.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=10,
                report_batch_item_failures=True,
                # Each worker holds a connection to the database.
                max_concurrency=5,
            )
        )

    def _allow(self, storage: Storage, database: secretsmanager.ISecret, analysis: Workflow) -> None:
        function = self.function
        # What new data may ask for: an analysis that is stored, and started.
        function.allow("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", on=storage.analyses.table_arn)
        function.allow("states:StartExecution", on=analysis.machine.state_machine_arn)
        function.allow(
            *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            on=storage.users.table_arn,
        )
        storage.allow_audit(function)
        function.allow("secretsmanager:GetSecretValue", on=database.secret_arn)
        function.allow("sqs:SendMessage", "sqs:ChangeMessageVisibility", on=self.queue.queue_arn)
