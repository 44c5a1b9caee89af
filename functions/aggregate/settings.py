"""The environment of ``aggregate``."""

from holisticos.runtime.settings import Settings


class AggregateSettings(Settings):
    analyses_table: str
    users_table: str
    audit_table: str
    snapshot_bucket: str
