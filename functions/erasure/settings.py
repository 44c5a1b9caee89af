"""The environment of ``erasure``."""

from holisticos.runtime.settings import Optional, Settings


class ErasureSettings(Settings):
    analyses_table: str
    users_table: str
    audit_table: str
    ephemeral_table: str
    snapshot_bucket: str
    database_secret_arn: str
    redis_url: Optional = ""
    redis_secret_arn: str
