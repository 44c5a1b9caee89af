"""The environment of ``reconcile``."""

from holisticos.runtime.settings import Settings


class ReconcileSettings(Settings):
    analyses_table: str
    users_table: str
    audit_table: str
    hos_fapi_base_url: str
    database_secret_arn: str
