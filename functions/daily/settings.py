"""Settings of ``daily``."""

from datetime import time

from pydantic import Field

from holisticos.runtime.settings import Settings


class DailySettings(Settings):
    """The tables it reads and writes, when users are analysed, and how many of them are reconciled."""

    analyses_table: str
    users_table: str
    audit_table: str
    daily_at: time
    reconciled_percent: int = Field(ge=0, le=100)
