"""Series and nights for tests, written as plain numbers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from holisticos.contracts.report import DateSpan
from holisticos.health.series import DailySeries, HourlySeries, Night

LAST = date(2026, 3, 15)
"""A Sunday."""


def seeded(seed: int) -> Random:
    """The same numbers in every run."""
    return Random(seed)  # noqa: S311  # data, not secrets


def daily(values: Sequence[float | None], metric: str = "steps", unit: str = "count") -> DailySeries:
    """One value a day, the last on ``LAST``; ``None`` is an absent day."""
    first = LAST - timedelta(days=len(values) - 1)
    return DailySeries(
        metric=metric,
        unit=unit,
        values={first + timedelta(days=place): value for place, value in enumerate(values) if value is not None},
    )


def spans(window: int = 7, history: int = 90) -> tuple[DateSpan, DateSpan]:
    """A window of so many days that ends on ``LAST``, and the history of so many days before it."""
    start = LAST - timedelta(days=window - 1)
    return DateSpan(start=start, end=LAST), DateSpan(
        start=start - timedelta(days=history), end=start - timedelta(days=1)
    )


def noise(n: int, seed: int, autocorrelation: float = 0.0, centre: float = 0.0, sd: float = 1.0) -> list[float]:
    """Normal noise in which each day resembles the one before."""
    random = seeded(seed)
    value = random.gauss()
    values = [value]
    for _ in range(n - 1):
        value = autocorrelation * value + (1 - autocorrelation**2) ** 0.5 * random.gauss()
        values.append(value)
    return [centre + sd * value for value in values]


def night(wake_date: date, bedtime: float, minutes: float) -> Night:
    """``bedtime`` is in minutes from the midnight that begins ``wake_date``; negative is the evening before."""
    start = datetime.combine(wake_date, datetime.min.time(), UTC) + timedelta(minutes=bedtime)
    return Night(wake_date=wake_date, start=start, end=start + timedelta(minutes=minutes))


def nights(bedtimes: Sequence[float | None], minutes: float = 450) -> list[Night]:
    """One night a day, the last wake date is ``LAST``; ``None`` is a missing night."""
    first = LAST - timedelta(days=len(bedtimes) - 1)
    return [
        night(first + timedelta(days=place), bedtime, minutes)
        for place, bedtime in enumerate(bedtimes)
        if bedtime is not None
    ]


def hourly(days: Sequence[Sequence[float | None]]) -> HourlySeries:
    """24 values a day from midnight on, the last day is ``LAST``; ``None`` is an absent hour."""
    first = datetime.combine(LAST, datetime.min.time(), UTC) - timedelta(days=len(days) - 1)
    return HourlySeries(
        metric="steps",
        unit="count",
        values={
            first + timedelta(days=day, hours=hour): value
            for day, hours in enumerate(days)
            for hour, value in enumerate(hours)
            if value is not None
        },
    )
