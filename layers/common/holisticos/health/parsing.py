"""Wire records, one by one, into typed records.

Nothing here raises, whatever comes in: a record that cannot be used is dropped and counted under a short
reason, so that what is kept and what is dropped always add up to what was received. Types that are not
in the catalogue are kept.

What the wire is known to do, and what becomes of it: values are strings (``"0."``, times without
seconds); ``medium`` and ``mid`` are one intensity; units changed name and scale over the years and are
brought to those of the catalogue; scores are 0..1, and a score of 79 is an error, not 0.79.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeGuard, TypeVar

from holisticos.health.catalogue import CATALOGUE, STATE_ALIASES, Kind, Metric, canonical_type
from holisticos.health.records import ArchetypeRecord, Biomarker, DropReason, Records, Score
from holisticos.health.units import SHARES, Conversion, as_share, conversion, known_name

Record = TypeVar("Record")

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any consumer wearable: an older record has a clock that was never set (epoch 0 and the like)."""

_LONGEST_BY_PERIODICITY: Final = {
    "hourly": timedelta(hours=2),
    # A local day has up to 25 hours; sources round its ends.
    "daily": timedelta(hours=26),
    "intraday": timedelta(hours=26),
    "weekly": timedelta(days=8),
    "monthly": timedelta(days=32),
}
_LONGEST: Final = timedelta(days=400)
_NOTHING: Final = timedelta(0)
_SLEEP_TIME_REACH: Final = timedelta(hours=24)
"""How far outside its record's span a bedtime may lie: sources file a night under its first or last day."""

_WORD_TYPES: Final = frozenset({"string", "text", "categorical", "ordinal", "enum"})
_NUMBER_TYPES: Final = frozenset({"integer", "int", "long", "double", "float", "decimal", "number"})
_LONGEST_WORD: Final = 200
_FIRST_YEAR: Final = 1
_LAST_YEAR: Final = 9999


# One call for all of them, where all are there: records come by the thousand.
_SHAPE: Final = itemgetter("type", "category", "periodicity", "aggregation", "unit")
_SPAN: Final = itemgetter("startDateTime", "endDateTime")


class _DropError(Exception):
    def __init__(self, reason: DropReason) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_scores(items: Iterable[object], *, zone: tzinfo, as_of: datetime) -> Records[Score]:
    """Scores; a time without offset is read in ``zone``, what begins at or after ``as_of`` is dropped."""
    times = _Times(zone, as_of)

    def read(raw: Mapping[str, Any]) -> Score:
        at = times.instant(raw, "scoreDateTime")
        times.check(at)
        value = _number(raw.get("score"))
        if value < 0:
            raise _DropError(DropReason.NEGATIVE)
        if value > 1:
            raise _DropError(DropReason.IMPLAUSIBLE)
        state = raw.get("state")
        return Score(
            id=_id(raw),
            type=_word(raw, "type"),
            value=value,
            state=STATE_ALIASES.get(state, state) if _is_text(state) else None,
            at=at,
            raw=raw,
        )

    return _parse(items, read)


def parse_biomarkers(items: Iterable[object], *, zone: tzinfo, as_of: datetime) -> Records[Biomarker]:
    """Biomarkers in catalogue units; times and ``as_of`` as for ``parse_scores``."""
    times = _Times(zone, as_of)

    shapes = _Shapes()

    def read(raw: Mapping[str, Any]) -> Biomarker:
        shape = shapes.of(raw)
        start, end = times.span(raw, shape.periodicity)
        metric = shape.metric
        value: float | datetime | str
        if metric is None:
            value = _unknown_value(raw, times)
        elif metric.kind is Kind.NUMBER:
            value = _measured(raw, metric, shape.into)
        elif metric.kind is Kind.INSTANT:
            value = times.instant(raw, "value")
            if metric.category == "sleep" and not start - _SLEEP_TIME_REACH <= value <= end + _SLEEP_TIME_REACH:
                raise _DropError(DropReason.IMPLAUSIBLE)
        else:
            value = _word(raw, "value")
        id_, words = raw.get("id"), (shape.category, shape.type, shape.periodicity, shape.aggregation)
        # By position: names would take twice as long, thousands of times in every analysis.
        return Biomarker(id_ if _is_text(id_) else "", *words, value, shape.unit, start, end, raw)

    return _parse(items, read)


def parse_archetypes(items: Iterable[object], *, zone: tzinfo, as_of: datetime) -> Records[ArchetypeRecord]:
    """Measured archetypes; times and ``as_of`` as for ``parse_scores``."""
    times = _Times(zone, as_of)

    def read(raw: Mapping[str, Any]) -> ArchetypeRecord:
        periodicity = _lowered(raw.get("periodicity"))
        start, end = times.span(raw, periodicity)
        ordinality = raw.get("ordinality")
        return ArchetypeRecord(
            id=_id(raw),
            name=_word(raw, "name"),
            value=_word(raw, "value"),
            ordinality=ordinality if isinstance(ordinality, int) and not isinstance(ordinality, bool) else None,
            periodicity=periodicity,
            start=start,
            end=end,
            raw=raw,
        )

    return _parse(items, read)


def parse_time(value: object, zone: tzinfo) -> datetime | None:
    """An instant with a fixed offset, read in ``zone`` where it names none; None where it cannot be read.

    The offset is fixed because two times in one ``ZoneInfo`` compare by wall clock, which repeats itself
    on the day summer time ends.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        return None  # could not be told in every zone
    if isinstance(moment.tzinfo, timezone):
        return moment
    local = moment.replace(tzinfo=zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


def _parse(items: Iterable[object], read: Callable[[Mapping[str, Any]], Record]) -> Records[Record]:
    kept: list[Record] = []
    dropped: Counter[DropReason] = Counter()
    for item in items:
        # What JSON gives is a ``dict``; asking for the abstract type takes ten times as long.
        if type(item) is not dict and not isinstance(item, Mapping):
            dropped[DropReason.NOT_AN_OBJECT] += 1
            continue
        try:
            kept.append(read(item))
        except _DropError as drop:
            dropped[drop.reason] += 1
    return Records(tuple(kept), dict(dropped))


class _Times:
    """Reads times in one zone. Spans are remembered: all types of a day share theirs."""

    def __init__(self, zone: tzinfo, as_of: datetime) -> None:
        self._zone = zone
        self._as_of = as_of
        # Instants in different offsets are slow to compare, dates are not; two offsets differ by under two days.
        self._surely_past = as_of.toordinal() - 3
        self._spans: dict[tuple[object, object, str], tuple[datetime, datetime]] = {}

    def instant(self, raw: Mapping[str, Any], name: str) -> datetime:
        moment = parse_time(_required(raw, name), self._zone)
        if moment is None:
            raise _DropError(DropReason.UNREADABLE_TIME)
        return moment

    def instant_or_none(self, value: object) -> datetime | None:
        return parse_time(value, self._zone)

    def span(self, raw: Mapping[str, Any], periodicity: str) -> tuple[datetime, datetime]:
        try:
            key = *_SPAN(raw), periodicity
            span = self._spans.get(key)
        except (KeyError, TypeError):  # no end, or a list or an object where a time should be
            return self._new_span(raw, periodicity)
        if span is None:
            span = self._spans[key] = self._new_span(raw, periodicity)
        return span

    def check(self, at: datetime) -> None:
        if at.year <= EARLIEST.year and at < EARLIEST:
            raise _DropError(DropReason.TOO_OLD)
        if at.toordinal() > self._surely_past and at >= self._as_of:
            raise _DropError(DropReason.FUTURE)

    def _new_span(self, raw: Mapping[str, Any], periodicity: str) -> tuple[datetime, datetime]:
        start = self.instant(raw, "startDateTime")
        # A point in time has no end.
        end = start if raw.get("endDateTime") is None else self.instant(raw, "endDateTime")
        self.check(start)
        length = end - start
        if length < _NOTHING:
            raise _DropError(DropReason.ENDS_BEFORE_START)
        if length > _LONGEST_BY_PERIODICITY.get(periodicity, _LONGEST):
            raise _DropError(DropReason.IMPOSSIBLE_SPAN)
        return start, end


class _Shape(NamedTuple):
    """What records have in common that differ only in time and value."""

    type: str
    category: str
    periodicity: str
    aggregation: str
    unit: str
    metric: Metric | None
    into: Conversion | None


class _Shapes:
    """Reads the words of records. Shapes are remembered: a source sends thousands of each."""

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], _Shape] = {}

    def of(self, raw: Mapping[str, Any]) -> _Shape:
        try:
            words = _SHAPE(raw)
            shape = self._seen.get(words)
        except (KeyError, TypeError):  # a word is missing, or a list or an object is in its place
            return self._new(raw)
        if shape is None:
            shape = self._seen[words] = self._new(raw)
        return shape

    @staticmethod
    def _new(raw: Mapping[str, Any]) -> _Shape:
        type_ = canonical_type(_word(raw, "type"))
        metric = CATALOGUE.get(type_)
        wire_unit = raw.get("unit")
        unit = wire_unit if isinstance(wire_unit, str) else ""
        if not _is_text(unit):
            raise _DropError(DropReason.UNKNOWN_UNIT)
        return _Shape(
            type=type_,
            category=_lowered(raw.get("category")) or (metric.category if metric else "unknown"),
            periodicity=_lowered(raw.get("periodicity")),
            aggregation=_lowered(raw.get("aggregation")),
            unit=metric.unit if metric else known_name(unit),
            metric=metric,
            into=conversion(unit, metric.unit) if metric and metric.kind is Kind.NUMBER else None,
        )


def _measured(raw: Mapping[str, Any], metric: Metric, into: Conversion | None) -> float:
    """The value in the metric's unit. Raises a drop for what cannot be a measurement."""
    if into is None:
        raise _DropError(DropReason.UNKNOWN_UNIT)
    value = _number(raw.get("value")) * into.factor + into.offset
    if metric.unit in SHARES:
        value = as_share(value, metric.unit)
    if metric.low <= value <= metric.high:
        return value
    raise _DropError(DropReason.NEGATIVE if value < 0 else DropReason.IMPLAUSIBLE)


def _unknown_value(raw: Mapping[str, Any], times: _Times) -> float | datetime | str:
    """The value of a type nobody told us about, by what it says it is."""
    value = _required(raw, "value")
    kind = _lowered(raw.get("valueType"))
    if kind == "datetime":
        return times.instant(raw, "value")
    if kind in _WORD_TYPES:
        return _word(raw, "value")
    try:
        return _number(value)
    except _DropError as drop:
        if drop.reason is DropReason.NOT_FINITE or kind in _NUMBER_TYPES:
            raise
    return times.instant_or_none(value) or _word(raw, "value")


def _required(raw: Mapping[str, Any], name: str) -> Any:
    value = raw.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise _DropError(DropReason.MISSING_FIELD)
    return value


def _number(value: object) -> float:
    # ``float`` reads "1_000" too, and ``bool`` is an ``int``; neither is a measurement.
    if isinstance(value, str):
        if "_" in value:
            raise _DropError(DropReason.UNREADABLE_VALUE)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise _DropError(DropReason.MISSING_FIELD if value is None else DropReason.UNREADABLE_VALUE)
    try:
        number = float(value)
    except ValueError:
        blank = isinstance(value, str) and not value.strip()
        raise _DropError(DropReason.MISSING_FIELD if blank else DropReason.UNREADABLE_VALUE) from None
    except OverflowError:
        raise _DropError(DropReason.NOT_FINITE) from None
    if not math.isfinite(number):
        raise _DropError(DropReason.NOT_FINITE)
    return number


def _word(raw: Mapping[str, Any], name: str) -> str:
    value = _required(raw, name)
    if not _is_text(value) or len(value) > _LONGEST_WORD:
        raise _DropError(DropReason.UNREADABLE_VALUE)
    return value.strip()


def _lowered(value: object) -> str:
    return value.strip().lower() if _is_text(value) else ""


def _id(raw: Mapping[str, Any]) -> str:
    value = raw.get("id")
    return value if _is_text(value) else ""


def _is_text(value: object) -> TypeGuard[str]:
    """JSON can write half of a character (``\\ud800``), which nothing that stores or sends text can hold."""
    if not isinstance(value, str):
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
