"""The environment of an agent function: the same variables for all six."""

from holisticos.runtime.settings import Settings


class AgentSettings(Settings):
    analyses_table: str
    audit_table: str
    snapshot_bucket: str
