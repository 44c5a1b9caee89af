"""The queue of deliveries on SQS."""

from datetime import timedelta
from typing import Any

from holisticos.adapters import aws
from holisticos.contracts.deliveries import AnyMessage


class SqsDeliveryQueue:
    """``DeliveryQueue`` on one queue."""

    def __init__(self, queue_url: str, client: Any = None) -> None:
        self._url = queue_url
        self._given_client = client

    def send(self, message: AnyMessage, delay: timedelta = timedelta(0)) -> None:
        client = self._given_client or aws.sqs()
        with aws.translated("queue a delivery"):
            client.send_message(
                QueueUrl=self._url,
                MessageBody=message.model_dump_json(),
                DelaySeconds=int(delay.total_seconds()),
            )

    def postpone(self, receipt: str, by: timedelta) -> None:
        """Let a message that was received, and could not be handled, be delivered again after ``by``."""
        client = self._given_client or aws.sqs()
        with aws.translated("postpone a delivery"):
            client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=int(by.total_seconds())
            )
