"""What the ``api`` function is told by its environment."""

from pydantic import Json

from holisticos.runtime.settings import HealthProviderSettings, Optional


class ApiSettings(HealthProviderSettings):
    analyses_table: str
    users_table: str
    audit_table: str
    ephemeral_table: str
    snapshot_bucket: str
    analysis_state_machine_arn: str
    erasure_state_machine_arn: str
    database_secret_arn: str
    delivery_queue_url: str
    redis_url: Optional = ""
    cors_origins: Json[tuple[str, ...]]
    user_pool_id: str
    user_pool_client_id: str
