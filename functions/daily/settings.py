"""Settings of ``daily``."""

from datetime import time

from holisticos.runtime.settings import Settings


class DailySettings(Settings):
    """The tables it reads and writes, and the local time at which users are analysed."""

    analyses_table: str
    users_table: str
    audit_table: str
    daily_at: time
