"""The environment of ``fetch_data``."""

from holisticos.runtime.settings import HealthProviderSettings, Optional


class FetchDataSettings(HealthProviderSettings):
    analyses_table: str
    users_table: str
    audit_table: str
    ephemeral_table: str
    snapshot_bucket: str
    database_secret_arn: str
    delivery_queue_url: str
    redis_url: Optional = ""
    redis_secret_arn: str
