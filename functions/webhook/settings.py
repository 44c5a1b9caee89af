"""The environment of ``webhook``."""

from holisticos.runtime.settings import Settings


class WebhookSettings(Settings):
    delivery_queue_url: str
    webhook_secret_arn: str
