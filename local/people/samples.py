"""Single measurements, as devices make them, into hours and days.

An export of ten years holds millions of samples; what is kept of them is one number an hour or day, type
and source, so that memory grows with the days and not with the samples. Devices that overlap counted the
same steps twice: of each hour, and of the samples of each day, the preferred device speaks alone.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Final, TypeAlias

from holisticos.health.catalogue import CATALOGUE, Combine, Metric
from holisticos.health.devices import DeviceType, preferred
from holisticos.health.units import SHARES, as_share
from holisticos.health.units import conversion as unit_conversion

Source = tuple[DeviceType, str]
"""A kind of device, and the name of the one that measured."""

_Days: TypeAlias = "dict[tuple[date, timedelta], array[float]]"
"""The 24 clock hours of a local day at one offset; an array, as it takes a tenth of the memory."""

_HOUR: Final = timedelta(hours=1)
_NOTHING: Final = -1.0
_LONGEST: Final = timedelta(hours=25)


@dataclass(slots=True)
class SampleLog:
    """Collects one person's samples; ``left_out`` counts those that cannot be measurements."""

    left_out: Counter[str] = field(default_factory=Counter)
    _totals: defaultdict[str, defaultdict[Source, _Days]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    _means: defaultdict[str, defaultdict[date, dict[DeviceType, list[float]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    _told: defaultdict[date, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    _states: defaultdict[str, dict[date, tuple[datetime, float]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, type_: str, source: Source, start: datetime, end: datetime, value: float, unit: str) -> None:
        """One sample of a type of the catalogue; times are aware, and their offset is where it was lived."""
        metric = CATALOGUE[type_]
        amount = self._amount(metric, value, unit)
        if amount is None:
            return
        if end < start or end - start > _LONGEST:
            self.left_out[f"{type_} over an impossible time"] += 1
        elif metric.combine is Combine.MAX:
            self._add_total(self._totals[type_][source], start, end, amount)
        elif metric.combine is Combine.MEAN:
            sums = self._means[type_][start.date()].setdefault(source[0], [0.0, 0.0])
            sums[0] += amount
            sums[1] += 1
        else:
            before = self._states[type_].get(start.date())
            if before is None or (start, amount) > before:
                self._states[type_][start.date()] = start, amount

    def add_day(self, type_: str, day: date, value: float, unit: str) -> None:
        """What a source itself says of a whole day, or of the night that ends on it; it goes before samples."""
        amount = self._amount(CATALOGUE[type_], value, unit)
        if amount is None:
            return
        if type_ in self._told[day]:
            self.left_out["repeated value of a day"] += 1
        else:
            self._told[day][type_] = amount

    def days(self) -> dict[date, dict[str, float]]:
        """What each local day comes to, by type, in catalogue units."""
        days: defaultdict[date, dict[str, float]] = defaultdict(dict)
        for type_ in sorted(self._totals):
            for hour, amount in self.hours(type_).items():
                days[hour.date()][type_] = days[hour.date()].get(type_, 0.0) + amount
        for type_, means in sorted(self._means.items()):
            for day, kinds in means.items():
                total, count = kinds[preferred(kinds)]
                days[day][type_] = total / count
        for type_, states in sorted(self._states.items()):
            for day, (_, amount) in states.items():
                days[day][type_] = amount
        for day, told in self._told.items():
            days[day].update(told)
        return {day: days[day] for day in sorted(days) if days[day]}

    def hours(self, type_: str) -> dict[datetime, float]:
        """A total of each hour in which the preferred device of those that measured counted anything."""
        found: defaultdict[datetime, dict[DeviceType, float]] = defaultdict(dict)
        for (kind, _), days in self._totals[type_].items():
            for (day, offset), amounts in days.items():
                for hour, amount in enumerate(amounts):
                    if amount != _NOTHING:
                        at = datetime(day.year, day.month, day.day, hour, tzinfo=timezone(offset))
                        # Two devices of one kind are an old one and its successor.
                        found[at][kind] = max(amount, found[at].get(kind, 0.0))
        return {at: kinds[preferred(kinds)] for at, kinds in sorted(found.items())}

    def _amount(self, metric: Metric, value: float, unit: str) -> float | None:
        """The value in the unit of the catalogue, or None for what cannot be, which is counted."""
        into = unit_conversion(unit, metric.unit)
        if into is None:
            self.left_out[f"{metric.type} in {unit!r}, a unit it is not measured in"] += 1
            return None
        amount = value * into.factor + into.offset
        if metric.unit in SHARES:
            amount = as_share(amount, metric.unit)
        if not metric.low <= amount <= metric.high:  # false for NaN too
            self.left_out[f"{metric.type} that no body can have"] += 1
            return None
        return amount

    def _add_total(self, days: _Days, start: datetime, end: datetime, amount: float) -> None:
        for at, share in _shares(start, end):
            key = at.date(), at.utcoffset() or timedelta(0)
            hours = days.get(key)
            if hours is None:
                hours = days[key] = array("d", [_NOTHING]) * 24
            hours[at.hour] = max(0.0, hours[at.hour]) + amount * share


def wire_value(type_: str, amount: float) -> float:
    """A value in the unit of the catalogue as the upstream writes it, to whom a percentage is 0..1."""
    return amount / 100 if CATALOGUE[type_].unit == "percent" else amount


def is_activity(metric: Metric) -> bool:
    """Whether a day of this type counts only with the device worn, and is no value while it is in progress."""
    return metric.combine is Combine.MAX and metric.category != "sleep"


def as_wire(values: Mapping[str, float], *, activity: bool) -> dict[str, float]:
    """The activity of a day, or the rest of it, in units of the wire."""
    return {
        type_: wire_value(type_, amount)
        for type_, amount in values.items()
        if is_activity(CATALOGUE[type_]) is activity
    }


def _shares(start: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    """The clock hours a sample touches, each with its share of it."""
    first = start.replace(minute=0, second=0, microsecond=0)
    length = end - start
    if end - first <= _HOUR:
        yield first, 1.0
        return
    while first < end:
        yield first, (min(end, first + _HOUR) - max(start, first)) / length
        first += _HOUR


def number(text: object) -> float | None:
    """The number in a field of an export, or None where it holds none."""
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        return None
    try:
        value = float(text)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None
