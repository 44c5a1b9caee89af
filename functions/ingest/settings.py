"""The environment of ``ingest``."""

from pydantic import Field

from holisticos.runtime.settings import Optional, Settings


class IngestSettings(Settings):
    analyses_table: str
    users_table: str
    audit_table: str
    ephemeral_table: str
    delivery_queue_url: str
    database_secret_arn: str
    redis_url: Optional = ""
    redis_secret_arn: str
    analysis_state_machine_arn: str
    analysis_after_points: int = Field(ge=10, le=100)
