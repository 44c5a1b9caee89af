"""How far the data of an analysis can be trusted.

The score is a weighted mean of four parts, each 0..1, and 0 where the window has no value at all:

=============  ======  ===================================================================
part           weight  meaning
=============  ======  ===================================================================
completeness   0.5     mean share of window days with a value, over the core metrics
wear           0.2     share of window days with a record of movement, of sleep or of a vital sign
freshness      0.2     1 up to 36 hours after the newest record, 0 from seven days on
validity       0.1     share of received records that were sound
=============  ======  ===================================================================

Metrics that the user withholds are no shortcoming and do not count.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from holisticos.contracts.analysis import DataQuality, Gap
from holisticos.contracts.report import DateSpan
from holisticos.health.catalogue import CATALOGUE, CORE
from holisticos.health.records import DropReason, Records
from holisticos.health.series import DailySeries

WEIGHTS: Final = {"completeness": 0.5, "wear": 0.2, "freshness": 0.2, "validity": 0.1}
FRESH_HOURS: Final = 36.0
"""Yesterday's last record is this fresh at noon today; devices sync once or twice a day."""
STALE_HOURS: Final = 7 * 24.0

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Assessed:
    """What quality is judged by. ``series`` cover history and window and are free of unworn days."""

    window: DateSpan
    history: DateSpan
    as_of: datetime
    series: Mapping[str, DailySeries]
    worn: Collection[date]
    newest: datetime | None
    received: tuple[Records[Any], ...]
    withheld: Collection[str] = ()


def assess(data: Assessed) -> DataQuality:
    """The quality of the data, its parts, and what is missing by name."""
    shares = {type_: _share(one, data.window) for type_, one in data.series.items()}
    core = [type_ for type_ in CORE if CATALOGUE[type_].category not in data.withheld]
    shares |= {type_: 0.0 for type_ in core if type_ not in shares}
    worn = sum(1 for day in data.worn if data.window.start <= day <= data.window.end)
    hours = _hours_since(data.newest, data.as_of)
    exact = {
        "completeness": sum(shares[type_] for type_ in core) / len(core) if core else 1.0,
        "wear": min(1.0, worn / data.window.days),
        "freshness": _freshness(hours),
        "validity": _validity(data.received),
    }
    parts = {name: round(part, 4) for name, part in exact.items()}
    any_value = any(share > 0 for share in shares.values())
    return DataQuality(
        score=_score(parts) if any_value else 0.0,
        parts=parts,
        completeness={type_: round(shares[type_], 4) for type_ in sorted(shares)},
        longest_gap_days={type_: _longest_gap(one, data) for type_, one in sorted(data.series.items())},
        freshness_hours=None if hours is None else round(hours, 2),
        wear_days=worn,
        dropped=_dropped(data.received),
        gaps=tuple(_gaps(data, core)),
    )


def as_seen(quality: DataQuality, newest: datetime | None, as_of: datetime) -> DataQuality:
    """The same data's quality at another instant: only their freshness is another."""
    hours = _hours_since(newest, as_of)
    parts = {**quality.parts, "freshness": round(_freshness(hours), 4)}
    return quality.model_copy(
        update={
            "parts": parts,
            "score": _score(parts) if quality.score else 0.0,
            "freshness_hours": None if hours is None else round(hours, 2),
        }
    )


def with_days_awaited(quality: DataQuality, asked: DateSpan, analysed: DateSpan) -> DataQuality:
    """The same, with the days ``asked`` for as the first gap where others were ``analysed`` in their place."""
    if asked.end <= analysed.end:
        return quality
    gap = Gap(metric="last day", reason=f"no value yet on {asked.end}; analysed is {analysed.end}, the last with any")
    return quality.model_copy(update={"gaps": (gap, *quality.gaps)})


def _score(parts: Mapping[str, float]) -> float:
    """Of the parts as they are shown, so that it is the same wherever it is made, and whoever sees them can make it."""
    return round(min(1.0, sum(WEIGHTS[name] * part for name, part in parts.items())), 4)


def _share(series: DailySeries, window: DateSpan) -> float:
    return sum(1 for day in series.values if window.start <= day <= window.end) / window.days


def _hours_since(newest: datetime | None, as_of: datetime) -> float | None:
    # The record of the day that is just ending may end a moment after as_of.
    return None if newest is None else max(0.0, (as_of - newest).total_seconds() / 3600)


def _freshness(hours: float | None) -> float:
    if hours is None:
        return 0.0
    return min(1.0, max(0.0, (STALE_HOURS - hours) / (STALE_HOURS - FRESH_HOURS)))


def _validity(received: Iterable[Records[Any]]) -> float:
    answers = tuple(received)
    total = sum(answer.received for answer in answers)
    return 1.0 if total == 0 else 1.0 - sum(answer.damaged for answer in answers) / total


def _longest_gap(series: DailySeries, data: Assessed) -> int:
    """Days without a value in a row, from the first value on, to the window's end."""
    days = [day for day in series.values if data.history.start <= day <= data.window.end]
    if not days:
        return (data.window.end - data.history.start).days + 1
    return max((later - earlier).days - 1 for earlier, later in pairwise([*days, data.window.end + _DAY]))


def _dropped(received: Iterable[Records[Any]]) -> dict[str, int]:
    reasons: Counter[DropReason] = Counter()
    for answer in received:
        reasons.update(answer.dropped)
    return {reason.value: reasons[reason] for reason in sorted(reasons)}


def _gaps(data: Assessed, core: Iterable[str]) -> Iterable[Gap]:
    """What would have been used and is missing: all core metrics, and what was measured in the history."""
    for category in sorted(data.withheld):
        yield Gap(metric=category, reason="withheld by your privacy preferences")
    for type_ in dict.fromkeys((*core, *data.series)):
        days = data.series[type_].values if type_ in data.series else {}
        missing = data.window.days - sum(1 for day in days if data.window.start <= day <= data.window.end)
        if missing == data.window.days:
            known = any(data.history.start <= day <= data.history.end for day in days)
            since = f"; last on {max(days)}" if known else ""
            yield Gap(metric=type_, reason=f"no value {_when(data.window.days)}{since}")
        elif missing and type_ in CORE:
            yield Gap(metric=type_, reason=f"no value on {missing} of the {data.window.days} days of the window")


def _when(days: int) -> str:
    return "on that day" if days == 1 else f"in the {days} days of the window"
