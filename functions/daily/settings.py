"""Settings of ``daily``."""

from holisticos.runtime.settings import Settings


class DailySettings(Settings):
    """The tables it reads and writes."""

    analyses_table: str
    users_table: str
    audit_table: str
