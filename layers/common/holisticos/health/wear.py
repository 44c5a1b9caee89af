"""On which days a device was worn. A day without it is no day of rest: its zeros are no values."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import takewhile
from statistics import median
from typing import Final

from holisticos.health.catalogue import CATALOGUE
from holisticos.health.series import DailySeries, HourlySeries, Night

_ALL_SEDENTARY: Final = 1440.0
"""Minutes: who wears a device is not still for a whole day, since it counts sleep apart."""

_MOVED: Final = (
    "active_duration",
    "active_hours",
    "active_energy_burned",
    "activity_low_intensity_duration",
    "activity_medium_intensity_duration",
    "activity_high_intensity_duration",
    "floors_climbed",
)
_ON_THE_SKIN: Final = ("heart_rate", "respiratory_rate", "oxygen_saturation", "skin_temperature", "sleep_duration")
"""Beginnings of types that only a worn device measures; a scale or a cuff says nothing about wear."""
_AFTERNOON: Final = 17
"""The local hour by which a record that ends earlier has ended by day."""
_EVENING: Final = 20
_FORTNIGHT: Final = timedelta(days=14)
_LEAST_DAYS: Final = 5


def unworn_days(series: Mapping[str, DailySeries], nights: Collection[Night]) -> frozenset[date]:
    """Days with activity records that only say that nobody wore the device.

    Those are days of 1,440 sedentary minutes, whatever else was counted, and days of 0 steps on which
    nothing was measured on the skin. Active minutes without a step are no sign: they are typed in.
    """
    sedentary = _values(series, "activity_sedentary_duration")
    all_day_still = {day for day, minutes in sedentary.items() if minutes >= _ALL_SEDENTARY}
    no_steps = {day for day, steps in _values(series, "steps").items() if steps == 0}
    return frozenset(all_day_still | (no_steps - _on_the_skin(series, nights)))


def unfinished_day(series: Mapping[str, DailySeries], hourly: Mapping[str, HourlySeries]) -> frozenset[date]:
    """The last day with steps, where its hours end by day and those of the days before in the evening; else none.

    A device that was not synchronised since tells the total of half a day. Known only where hours are recorded.
    """
    steps = _values(series, "steps")
    if not steps or "steps" not in hourly:
        return frozenset()
    day = max(steps)
    lately = takewhile(lambda hour: hour.date() >= day - _FORTNIGHT, reversed(hourly["steps"].values))
    last_hours: dict[date, int] = {}
    for hour in lately:
        last_hours.setdefault(hour.date(), hour.hour)
    # A day without any hour is one whose hours are not there yet: nothing is known of its end.
    last = last_hours.pop(day, _EVENING)
    if len(last_hours) < _LEAST_DAYS or median(last_hours.values()) < _EVENING:
        return frozenset()
    return frozenset({day}) if last < _AFTERNOON else frozenset()


def worn_days(series: Mapping[str, DailySeries], nights: Collection[Night]) -> frozenset[date]:
    """Days with a record of movement, of sleep or of a vital sign, in series without the activity of unworn days."""
    moved = {day for type_ in _MOVED for day, amount in _values(series, type_).items() if amount > 0}
    return frozenset(moved | _on_the_skin(series, nights) | set(_values(series, "steps")))


def without_unworn(series: Mapping[str, DailySeries], unworn: Collection[date]) -> dict[str, DailySeries]:
    """The series with no activity on ``unworn`` days; other series are as they were."""
    return {type_: _without(one, unworn) if _is_activity(type_) else one for type_, one in series.items()}


def hours_without_unworn(series: Mapping[str, HourlySeries], unworn: Collection[date]) -> dict[str, HourlySeries]:
    """The same for hourly series."""
    return {
        type_: one.model_copy(update={"values": {at: v for at, v in one.values.items() if at.date() not in unworn}})
        if _is_activity(type_)
        else one
        for type_, one in series.items()
    }


def _on_the_skin(series: Mapping[str, DailySeries], nights: Collection[Night]) -> set[date]:
    days = {night.wake_date for night in nights}
    for type_, one in series.items():
        if type_.startswith(_ON_THE_SKIN):
            days |= {day for day, value in one.values.items() if value > 0}
    return days


def _is_activity(type_: str) -> bool:
    metric = CATALOGUE.get(type_)
    return metric is not None and metric.category == "activity"


def _values(series: Mapping[str, DailySeries], type_: str) -> Mapping[date, float]:
    return series[type_].values if type_ in series else {}


def _without(series: DailySeries, days: Collection[date]) -> DailySeries:
    if not days:
        return series
    return series.model_copy(update={"values": {day: v for day, v in series.values.items() if day not in days}})
