"""Which days are analysed, and which they are compared with. Everything follows from ``as_of``.

The *window* ends with the last complete local day at ``as_of``: yesterday, as a rule. The day of
``as_of`` itself counts when less than a minute of it is left; so data imported from an old export, which
are analysed as of 23:59:59 of the person's last day, include that day.

A first analysis looks at seven days, a follow-up at one. ``auto`` is a follow-up where the last analysis
ended less than 14 days before, and a first analysis otherwise. A type that was asked for is not changed.

The *history* is the 90 days before the window.

Where the one day of a follow-up has no value at all, because the device was not worn or has not synchronised yet, the
window is the last day with one instead: of the days since the last analysis, a week back at most. Days that were
analysed already are not analysed again for want of new ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from holisticos.contracts.analysis import AnalysisWindow
from holisticos.contracts.names import AnalysisType
from holisticos.contracts.report import DateSpan

WINDOW_DAYS: Final = {AnalysisType.INITIAL: 7, AnalysisType.FOLLOW_UP: 1}
SILENCE_DAYS: Final = 14
"""After so many days without an analysis one looks at a whole week again."""
HISTORY_DAYS: Final = 90
MOST_DAYS_BACK: Final = 6
"""How far a follow-up moves back to find a day with values: what is older is not how the person is now."""

_DAY: Final = timedelta(days=1)
_ALL_BUT_OVER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one analysis, and the instants between which records are asked for."""

    analysis_type: AnalysisType
    window: AnalysisWindow
    history: DateSpan
    fetch_from: datetime
    fetch_until: datetime
    back_to: date | None = None
    """The first day to which the window may move back; ``None`` where it stays."""

    @property
    def covered(self) -> DateSpan:
        """History and window together."""
        return DateSpan(start=self.history.start, end=self.window.end)

    def with_values(self, days: Iterable[date]) -> "Period":
        """The same, its window moved back to the last of ``days`` where it may and where none of them is in it."""
        if self.back_to is None:
            return self
        last = max((day for day in days if self.back_to <= day <= self.window.end), default=None)
        if last is None or last >= self.window.start:
            return self
        return replace(
            self,
            window=self.window.model_copy(update={"start": last, "end": last}),
            history=DateSpan(start=self.history.start, end=last - _DAY),
        )


def period(
    as_of: datetime,
    timezone: str,
    requested: AnalysisType = AnalysisType.AUTO,
    last_window: DateSpan | None = None,
    *,
    days: int | None = None,
) -> Period:
    """The period of an analysis as of ``as_of``, for a user whose last analysis was over ``last_window``.

    ``days`` sets the length of the window in the place of the type's own.
    """
    zone = ZoneInfo(timezone)
    end = last_complete_day(as_of, zone)
    kind = resolve(requested, end, last_window)
    start = end - (days or WINDOW_DAYS[kind]) * _DAY + _DAY
    history = DateSpan(start=start - HISTORY_DAYS * _DAY, end=start - _DAY)
    return Period(
        analysis_type=kind,
        window=AnalysisWindow(start=start, end=end, timezone=timezone),
        history=history,
        # The first night began the evening before.
        fetch_from=datetime.combine(history.start - _DAY, time(), zone),
        fetch_until=as_of.astimezone(zone),
        back_to=_back_to(end, last_window) if kind is AnalysisType.FOLLOW_UP and days is None else None,
    )


def _back_to(end: date, last_window: DateSpan | None) -> date | None:
    """The first day since the last analysis, of a week at most."""
    first = None if last_window is None else max(last_window.end + _DAY, end - MOST_DAYS_BACK * _DAY)
    return first if first is not None and first < end else None


def last_complete_day(as_of: datetime, zone: ZoneInfo) -> date:
    """The last local day that is over at ``as_of``, or all but over."""
    return (as_of.astimezone(UTC) + _ALL_BUT_OVER).astimezone(zone).date() - _DAY


def resolve(requested: AnalysisType, window_end: date, last_window: DateSpan | None) -> AnalysisType:
    """``initial`` or ``follow_up``."""
    if requested is not AnalysisType.AUTO:
        return requested
    if last_window is None:
        return AnalysisType.INITIAL
    # An analysis of older data than the last one's follows nothing.
    since = (window_end - last_window.end).days
    return AnalysisType.FOLLOW_UP if 0 <= since < SILENCE_DAYS else AnalysisType.INITIAL
