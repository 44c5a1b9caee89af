"""The wiring of ``webhook``, made on the first invocation and kept."""

from functools import cache

from functions.webhook.receiver import WebhookReceiver
from functions.webhook.settings import WebhookSettings
from holisticos.adapters.secrets import WebhookSecret
from holisticos.adapters.sqs_deliveries import SqsDeliveryQueue
from holisticos.adapters.system_clock import SystemClock


@cache
def receiver() -> WebhookReceiver:
    """Raises ``ConfigurationError``."""
    settings = WebhookSettings.from_environment()
    secret = WebhookSecret(settings.webhook_secret_arn)
    return WebhookReceiver(keys=secret.keys, queue=SqsDeliveryQueue(settings.delivery_queue_url), clock=SystemClock())
