"""The stretches of days that agents look at, beside the window itself."""

from datetime import date, timedelta
from typing import Final

from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries

RECENT_DAYS: Final = 28
"""Four weeks: what a person would call lately."""

_DAY: Final = timedelta(days=1)


def reach(window: DateSpan, history: DateSpan) -> DateSpan:
    """All days there are."""
    return DateSpan(start=min(history.start, window.start), end=window.end)


def recent(window: DateSpan, history: DateSpan, days: int = RECENT_DAYS) -> DateSpan:
    """Up to ``days`` days that end with the window, never fewer than the window has."""
    start = max(window.end - _DAY * (days - 1), reach(window, history).start)
    return DateSpan(start=min(start, window.start), end=window.end)


def since(first: date, span: DateSpan) -> DateSpan:
    """``span`` without its days before ``first``, the first day of which anything is known."""
    return DateSpan(start=min(max(first, span.start), span.end), end=span.end)


def before(span: DateSpan, history: DateSpan) -> DateSpan:
    """The days of the history before ``span``; a single day without data where there are none."""
    last = span.start - _DAY
    return DateSpan(start=min(history.start, last), end=last)


def weeks_before(span: DateSpan) -> DateSpan:
    """The four weeks before ``span``."""
    return DateSpan(start=span.start - _DAY * RECENT_DAYS, end=span.start - _DAY)


def known_before(span: DateSpan, series: DailySeries) -> DateSpan:
    """The four weeks before ``span``, from the first value of ``series`` on; it needs one."""
    return since(min(series.values), weeks_before(span))


def of_recent(evidence: Evidence, asked_of: DateSpan | None = None) -> Evidence:
    """The same evidence under an id that says how many days it is about, or was ``asked_of`` where it found fewer.

    Evidence of a window names itself so whatever span was passed as the window.
    """
    stem = evidence.id.rpartition(".")[0]
    return evidence.model_copy(update={"id": f"{stem}.{(asked_of or evidence.window).days}d"})
