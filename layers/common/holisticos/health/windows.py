"""Which days are analysed, and which they are compared with. Everything follows from ``as_of``.

The *window* ends with the last complete local day at ``as_of``: yesterday, as a rule. The day of
``as_of`` itself counts when less than a minute of it is left; so data imported from an old export, which
are analysed as of 23:59:59 of the person's last day, include that day.

A first analysis looks at seven days, a follow-up at one. ``auto`` is a follow-up where the last analysis
ended less than 14 days before, and a first analysis otherwise. A type that was asked for is not changed.

The *history* is the 90 days before the window.
"""

from dataclasses import dataclass
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

    @property
    def covered(self) -> DateSpan:
        """History and window together."""
        return DateSpan(start=self.history.start, end=self.window.end)


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
    )


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
