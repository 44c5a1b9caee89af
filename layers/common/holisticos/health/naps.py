"""Which sleeps are no main sleep: a nap by day is no short night of somebody who sleeps at night.

Sources file the only sleep of a day as its main one, be it a nap of a day whose night was not recorded. What is day
follows from the person's own sleeps, so that it is the night for who works then (ADR 0029).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from holisticos.health.catalogue import CATALOGUE, OVER_PERIODS
from holisticos.health.local_days import as_lived
from holisticos.health.series import DailySeries

Span = tuple[datetime, datetime]
Sleeps = Mapping[date, tuple[Span, ...]]
"""By date of waking."""

SHORT: Final = timedelta(hours=4)
"""A sleep from this length on is a main sleep whenever it begins."""
LEAST_SLEEPS: Final = 5
MOST: Final = 0.75
"""The share of the sleeps of a person that has to lie on the other side of the clock."""
NEAR: Final = timedelta(days=28)
"""The sleeps before and after that tell when the person sleeps: shifts change."""

_HALF_A_DAY: Final = 720.0
_DAY: Final = 1440.0
_ROUNDING: Final = 5.0


def apart(sleeps: Sleeps, zone: tzinfo) -> tuple[Sleeps, Sleeps]:
    """Main sleeps and naps.

    A nap is shorter than 4 hours, and its middle more than 6 hours by the clock from those of three in four of the
    longer sleeps within four weeks of it. With fewer than five of these nothing is a nap.
    """
    middles = {day: [_middle(span, zone) for span in spans if not _is_short(span)] for day, spans in sleeps.items()}
    naps: dict[date, tuple[Span, ...]] = {}
    for day, spans in sleeps.items():
        if not any(map(_is_short, spans)):
            continue
        near = [middle for other, of_day in middles.items() if abs(other - day) <= NEAR for middle in of_day]
        found = tuple(span for span in spans if _is_short(span) and _is_by_day(_middle(span, zone), near))
        if found:
            naps[day] = found
    main = {day: left for day, spans in sleeps.items() if (left := _without(spans, naps.get(day, ())))}
    return main, naps


def without_naps(series: Mapping[str, DailySeries], main: Sleeps, naps: Sleeps) -> dict[str, DailySeries]:
    """The series without what was told of the sleep of a day on which there was nothing but a nap.

    A day that tells of more minutes asleep than the nap had knows of another sleep.
    """
    asleep = series["sleep_duration"].values if "sleep_duration" in series else {}
    only = {day for day, spans in naps.items() if day not in main and asleep.get(day, 0.0) <= _minutes(spans)}
    if not only:
        return dict(series)
    return {
        type_: one.model_copy(update={"values": {day: value for day, value in one.values.items() if day not in only}})
        if _is_of_the_sleep(type_)
        else one
        for type_, one in series.items()
    }


def _is_short(span: Span) -> bool:
    return span[1] - span[0] < SHORT


def _is_by_day(middle: float, of_sleeps: list[float]) -> bool:
    far = sum(abs((middle - one + _HALF_A_DAY) % _DAY - _HALF_A_DAY) > _HALF_A_DAY / 2 for one in of_sleeps)
    return len(of_sleeps) >= LEAST_SLEEPS and far >= MOST * len(of_sleeps)


def _middle(span: Span, zone: tzinfo) -> float:
    """Minutes after local midnight."""
    start, end = span
    middle = as_lived(start, zone) + (end - start) / 2
    return middle.hour * 60 + middle.minute + middle.second / 60


def _minutes(spans: Iterable[Span]) -> float:
    return sum((end - start).total_seconds() / 60 for start, end in spans) + _ROUNDING


def _without(spans: Iterable[Span], naps: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(span for span in spans if span not in naps)


def _is_of_the_sleep(type_: str) -> bool:
    metric = CATALOGUE.get(type_)
    return metric is not None and metric.category == "sleep" and type_ not in OVER_PERIODS
