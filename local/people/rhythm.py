"""How a day's steps spread over its hours."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
_SATURDAY = 5

# Mean share of the day's steps by clock hour, and share of hours without any: means over the 32
# LifeSnaps persons with at least 42 measured days.
_WEEKDAY: Final = (
    0.012, 0.005, 0.002, 0.001, 0.001, 0.003, 0.008, 0.032, 0.058, 0.061, 0.055, 0.051,
    0.066, 0.055, 0.047, 0.044, 0.054, 0.076, 0.094, 0.084, 0.073, 0.052, 0.036, 0.026,
)  # fmt: skip
_WEEKEND: Final = (
    0.023, 0.013, 0.007, 0.005, 0.002, 0.002, 0.003, 0.008, 0.018, 0.035, 0.057, 0.073,
    0.088, 0.085, 0.082, 0.068, 0.065, 0.064, 0.061, 0.069, 0.062, 0.046, 0.037, 0.027,
)  # fmt: skip
_STILL: Final = (
    0.49, 0.65, 0.75, 0.80, 0.83, 0.78, 0.68, 0.53, 0.36, 0.21, 0.18, 0.17,
    0.14, 0.15, 0.15, 0.16, 0.17, 0.18, 0.16, 0.14, 0.16, 0.21, 0.26, 0.33,
)  # fmt: skip

_LATE_HOURS: Final = {21: 0.3, 22: 0.2}
"""Share of the day that late activity adds, by clock hour."""


def hours_of(day: date, zone: ZoneInfo) -> list[datetime]:
    """The starts of the local clock hours of a day: 23 or 25 where the clocks change."""
    start, end = (datetime.combine(at, time(), zone).astimezone(UTC) for at in (day, day + timedelta(days=1)))
    return [(start + n * _HOUR).astimezone(zone) for n in range((end - start) // _HOUR)]


def share_steps(
    random: Random, day: date, zone: ZoneInfo, steps: int, asleep_from: datetime, asleep_to: datetime, *, late: bool
) -> tuple[tuple[datetime, int], ...]:
    """Spread ``steps`` over the hours of a day; the hours add up to the day exactly.

    Hours wholly asleep have none.
    """
    usual = _WEEKEND if day.weekday() >= _SATURDAY else _WEEKDAY
    hours = hours_of(day, zone)
    weights = []
    for start in hours:
        weight = usual[start.hour] * random.expovariate(1.0) * (random.random() >= _STILL[start.hour])
        awake = not (asleep_from <= start and start.astimezone(UTC) + _HOUR <= asleep_to)
        weights.append(weight if awake else 0.0)
    whole = sum(weights)
    if late or not whole:
        weights = [w + _LATE_HOURS.get(h.hour, 0) * (whole or 1.0) for w, h in zip(weights, hours, strict=True)]
        whole = sum(weights)
    shared, cumulated, given = [], 0.0, 0
    for start, weight in zip(hours, weights, strict=True):
        cumulated += weight
        upto = round(steps * cumulated / whole)
        shared.append((start, upto - given))
        given = upto
    return tuple(shared)
