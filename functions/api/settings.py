"""What the ``api`` function is told by its environment."""

from pydantic import Json

from holisticos.runtime.settings import Optional, Settings


class ApiSettings(Settings):
    analyses_table: str
    users_table: str
    audit_table: str
    ephemeral_table: str
    snapshot_bucket: str
    analysis_state_machine_arn: str
    erasure_state_machine_arn: str
    hos_fapi_base_url: str
    database_secret_arn: str
    delivery_queue_url: str
    redis_url: Optional = ""
    cors_origins: Json[tuple[str, ...]]
    user_pool_id: str
    user_pool_client_id: str
