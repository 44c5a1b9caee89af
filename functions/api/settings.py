"""What the ``api`` function is told by its environment."""

from functions.api.stream_settings import StreamSettings
from holisticos.runtime.settings import HealthProviderSettings, Optional


class ApiSettings(StreamSettings, HealthProviderSettings):
    database_secret_arn: str
    delivery_queue_url: str
    redis_url: Optional = ""
    redis_secret_arn: str
