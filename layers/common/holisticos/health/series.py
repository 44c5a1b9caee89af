"""Normalised series: at most one value a local day or hour, units unified, in order of time."""

from datetime import date, datetime

from holisticos.contracts.base import Contract
from holisticos.contracts.report import DateSpan


class DailySeries(Contract):
    """One value a local day; days without one are absent, never zero. Keys are ascending."""

    metric: str
    unit: str
    values: dict[date, float]

    def within(self, span: DateSpan) -> "DailySeries":
        """The part that lies in ``span``."""
        return self.model_copy(update={"values": {d: v for d, v in self.values.items() if span.start <= d <= span.end}})


class HourlySeries(Contract):
    """One value a local clock hour, keyed by the hour's start with its offset. Keys are ascending."""

    metric: str
    unit: str
    values: dict[datetime, float]


class Night(Contract):
    """A main sleep. It belongs to the local date of waking; times carry the offset they were lived in.

    Durations are minutes.
    """

    wake_date: date
    start: datetime
    end: datetime
    asleep_minutes: float | None = None
    awake_minutes: float | None = None
