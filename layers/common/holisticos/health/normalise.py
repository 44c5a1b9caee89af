"""Records into series: one value a local day or hour, whatever order, pages or copies they came in.

Which records make the value of a day:

1. ``daily`` records. Where there is none: samples of parts of the day (``intraday``, ``hourly``), but only
   for what a part can speak for, such as a heart rate. A step count, an energy or a sleep of a day that is
   still in progress is no value of that day, and is left out. Last, records of a week or month, at their
   last date, for what is told of weeks.
2. Of several records over the same span the newest version counts.
3. Of samples, and of what was counted in one hour, those of the preferred device count (``devices``).
4. What remains is combined as the catalogue says: the largest total, the mean of samples, the last state.
   Totals of a whole day are not chosen by device: a watch that was worn half the day counted less than
   the phone, and no more than the person did.

``sleep_debt`` is a total over the record's days, in hours: where a source gives the average a day, it is
multiplied by the number of days.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import IntEnum
from typing import Any, Final, NamedTuple

from holisticos.health.catalogue import CATALOGUE, OVER_PERIODS, Combine, day_rule
from holisticos.health.devices import of_preferred
from holisticos.health.local_days import DayRule, LocalDays, as_lived
from holisticos.health.parsing import parse_time
from holisticos.health.records import Biomarker, Score
from holisticos.health.series import DailySeries, HourlySeries, Night

_DAY: Final = timedelta(days=1)
_ALMOST_A_DAY: Final = timedelta(hours=20)
LONGEST_SLEEP: Final = timedelta(hours=16)
"""After 264 hours awake a person slept for 14 h 40 min (Gulevich et al. 1966)."""
_ROUNDING: Final = 5.0
"""Minutes by which sources round sleep durations beyond the time between bedtime and waking."""
_GRACE: Final = timedelta(minutes=1)

Span = tuple[datetime, datetime]


class _Rank(IntEnum):
    """Which records speak for a day; the first that are there do."""

    DAY = 0
    PART = 1
    PERIOD = 2


class Dated(NamedTuple):
    """A record on the local day it belongs to."""

    day: date
    record: Biomarker


def dated(biomarkers: Iterable[Biomarker], zone: tzinfo) -> tuple[Dated, ...]:
    """Every record with its local day; those of a night with the date of waking."""
    records = tuple(biomarkers)
    days = LocalDays(zone)
    waking: dict[Span, date] = {}
    for record in records:
        # A source that files a night under the date it began on is seen by a waking after the span's end.
        if (
            record.type == "sleep_end_time"
            and isinstance(record.value, datetime)
            and record.value > record.end + _GRACE
        ):
            waking[record.start, record.end] = days.of_waking(record.value)

    rules: dict[tuple[str, str], DayRule] = {}
    found = []
    for record in records:
        kind = record.type, record.category
        rule = rules.get(kind)
        if rule is None:
            rule = rules[kind] = day_rule(*kind)
        moved = waking.get((record.start, record.end)) if waking and rule is DayRule.NIGHT else None
        found.append(Dated(moved or days.of_span(record.start, record.end, rule), record))
    return tuple(found)


def daily_series(records: Iterable[Dated]) -> dict[str, DailySeries]:
    """One series for each numeric type, by type."""
    found: defaultdict[tuple[str, str], dict[date, tuple[_Rank, list[Biomarker]]]] = defaultdict(dict)
    for item in records:
        record = item.record
        rank = _rank(record)
        if rank is None or not isinstance(record.value, float):
            continue
        days = found[record.type, record.unit]
        best = days.get(item.day)
        if best is None or rank < best[0]:
            days[item.day] = rank, [record]
        elif rank == best[0]:
            best[1].append(record)
    series: dict[str, DailySeries] = {}
    # A type of which nothing is known may come in two units: the one with more days is kept.
    for (type_, unit), days in sorted(found.items(), key=lambda entry: (len(entry[1]), entry[0])):
        combine = _combine_of(type_, next(iter(days.values()))[1][0])
        values = {day: _value_of(days[day][1], combine) for day in sorted(days)}
        series[type_] = DailySeries(metric=type_, unit=unit, values=values)
    return {type_: series[type_] for type_ in sorted(series)}


def hourly_series(records: Iterable[Dated], zone: tzinfo) -> dict[str, HourlySeries]:
    """One series for each type that comes with periodicity ``hourly`` and spans of one clock hour."""
    found: defaultdict[str, defaultdict[datetime, list[Biomarker]]] = defaultdict(lambda: defaultdict(list))
    for item in records:
        record = item.record
        if record.periodicity != "hourly" or not isinstance(record.value, float):
            continue
        found[record.type][as_lived(record.start, zone)].append(record)
    return {
        type_: HourlySeries(
            metric=type_,
            unit=next(iter(hours.values()))[0].unit,
            # By the second: times in different offsets are slow to compare.
            values={
                hour: _value_of_hour(hours[hour], _combine_of(type_, hours[hour][0]))
                for hour in sorted(hours, key=datetime.timestamp)
            },
        )
        for type_, hours in sorted(found.items())
    }


def sleeps(records: Iterable[Dated]) -> dict[date, tuple[Span, ...]]:
    """The sleeps of each wake date that have a bedtime and a waking, and are no longer than anybody sleeps."""
    starts: defaultdict[tuple[date, Span], list[Biomarker]] = defaultdict(list)
    ends: defaultdict[tuple[date, Span], list[Biomarker]] = defaultdict(list)
    for item in records:
        record = item.record
        found = starts if record.type == "sleep_start_time" else ends if record.type == "sleep_end_time" else None
        if found is not None and _rank(record) is _Rank.DAY:
            found[item.day, (record.start, record.end)].append(record)
    by_day: defaultdict[date, list[Span]] = defaultdict(list)
    for key, bedtimes in starts.items():
        if key in ends:
            # Of nested copies of one night the outer one is the night.
            start = min(_instants(bedtimes))
            end = max(_instants(ends[key]))
            if timedelta(0) < end - start <= LONGEST_SLEEP:
                by_day[key[0]].append((start, end))
    return {day: tuple(by_day[day]) for day in sorted(by_day)}


def main_sleeps(
    found: Mapping[date, Sequence[Span]], series: Mapping[str, DailySeries], zone: tzinfo
) -> tuple[Night, ...]:
    """The longest sleep of each wake date.

    Durations are those of the daily series, where they fit between the two.
    """
    return tuple(
        _night(day, max(spans, key=lambda sleep: (sleep[1] - sleep[0], -sleep[0].timestamp())), series, zone)
        for day, spans in found.items()
    )


def score_series(scores: Iterable[Score], zone: tzinfo) -> dict[str, DailySeries]:
    """One series 0..1 for each type of score; of several a day the newest version counts."""
    days = LocalDays(zone)
    found: defaultdict[str, defaultdict[date, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        found[score.type][days.of_day_mark(score.at)].append(score)
    return {
        type_: DailySeries(
            metric=type_,
            unit="index",
            values={day: max(score.value for score in _newest(by_day[day])) for day in sorted(by_day)},
        )
        for type_, by_day in sorted(found.items())
    }


def _rank(record: Biomarker) -> _Rank | None:
    """None for a record that says nothing about a whole day."""
    match record.periodicity:
        case "daily":
            return _Rank.DAY
        case "weekly" | "monthly":
            # A week's total of steps is no day's value; a week's debt is one, at its end.
            return _Rank.PERIOD if record.type in OVER_PERIODS or record.type not in CATALOGUE else None
        case "" if record.category == "sleep" or record.end - record.start >= _ALMOST_A_DAY:
            return _Rank.DAY
    metric = CATALOGUE.get(record.type)
    return _Rank.PART if metric is not None and metric.holds_in_part else None


def _combine_of(type_: str, record: Biomarker) -> Combine:
    metric = CATALOGUE.get(type_)
    if metric is not None:
        return metric.combine
    return Combine.MAX if record.aggregation == "total" else Combine.MEAN


def _value_of_hour(records: Sequence[Biomarker], combine: Combine) -> float:
    return _value_of(_of_preferred_device(records), combine)


def _of_preferred_device(records: Sequence[Biomarker]) -> Sequence[Biomarker]:
    return of_preferred(records, (record.raw for record in records)) if len(records) > 1 else records


def _value_of(records: Sequence[Biomarker], combine: Combine) -> float:
    if combine is Combine.MEAN:
        records = _of_preferred_device(records)
    if len(records) == 1:
        return _amount(records[0])
    by_span: defaultdict[Span, list[Biomarker]] = defaultdict(list)
    for record in records:
        by_span[record.start, record.end].append(record)
    values = {span: _combined({_amount(record) for record in _newest(same)}, combine) for span, same in by_span.items()}
    if combine is Combine.LAST:
        return values[max(values, key=lambda span: (span[1], span[0]))]
    return _combined(values.values(), combine)


def _combined(values: Iterable[float], combine: Combine) -> float:
    amounts = list(values)
    if combine is Combine.MEAN:
        # fsum rounds once, so that the order of records does not show in the last digit.
        return math.fsum(amounts) / len(amounts)
    return max(amounts)


def _amount(record: Biomarker) -> float:
    value = float(record.value) if isinstance(record.value, float) else math.nan
    if record.type == "sleep_debt" and record.aggregation == "average":
        return value * max(1, round((record.end - record.start) / _DAY))
    return value


def _newest(records: Sequence[Any]) -> list[Any]:
    """Those that share the latest time of creation; all of them where none is named."""
    if len(records) == 1:
        return list(records)
    made = [_made_at(record.raw) for record in records]
    latest = max(made)
    return [record for record, at in zip(records, made, strict=True) if at == latest]


def _made_at(raw: Mapping[str, Any]) -> datetime:
    times = (parse_time(raw.get(name), UTC) for name in ("updatedAtUtc", "updatedAt", "createdAtUtc", "createdAt"))
    return next((at for at in times if at is not None), _NEVER)


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def _instants(records: Sequence[Biomarker]) -> list[datetime]:
    return [record.value for record in _newest(records) if isinstance(record.value, datetime)]


def _night(day: date, sleep: Span, series: Mapping[str, DailySeries], zone: tzinfo) -> Night:
    start, end = sleep
    longest = (end - start).total_seconds() / 60 + _ROUNDING

    def minutes(type_: str) -> float | None:
        found = series[type_].values.get(day) if type_ in series else None
        return found if found is not None and found <= longest else None

    return Night(
        wake_date=day,
        start=as_lived(start, zone),
        end=as_lived(end, zone),
        asleep_minutes=minutes("sleep_duration"),
        awake_minutes=minutes("sleep_awake_duration"),
    )
