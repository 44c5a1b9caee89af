"""The environment of ``reconcile``."""

from holisticos.runtime.settings import HealthProviderSettings


class ReconcileSettings(HealthProviderSettings):
    analyses_table: str
    users_table: str
    audit_table: str
    database_secret_arn: str
