"""The queue in which new data wait until they are taken in."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.function import ServiceFunction
from infra.constructs.rules import accept

INGEST_SECONDS = 30
MAX_DELIVERIES = 9
"""With the function's own pauses between them, most of an hour: longer than a restart of the database."""


class Deliveries(Construct):
    """A message leaves it only when it is taken in, or for the queue of those that could not be."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
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
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(4),
            # Six times the function's time, as AWS advises: a batch that waits for a worker is not delivered twice.
            visibility_timeout=Duration.seconds(6 * INGEST_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed, max_receive_count=MAX_DELIVERIES),
        )

    def allow_sending(self, function: ServiceFunction) -> None:
        function.allow("sqs:SendMessage", on=self.queue.queue_arn)
