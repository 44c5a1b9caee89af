"""What the application is told where it sends streams alone."""

from pydantic import Json

from holisticos.runtime.settings import Settings


class StreamSettings(Settings):
    """Streams read no health data, so that nothing is said of where they are."""

    analyses_table: str
    users_table: str
    audit_table: str
    ephemeral_table: str
    snapshot_bucket: str
    analysis_state_machine_arn: str
    erasure_state_machine_arn: str
    cors_origins: Json[tuple[str, ...]]
    user_pool_id: str
    user_pool_client_id: str
