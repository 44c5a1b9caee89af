"""The clock of the machine."""

from datetime import UTC, datetime


class SystemClock:
    """``Clock`` in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)
