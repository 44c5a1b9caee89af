"""Rest-activity rhythm of hourly values."""

import math
from collections.abc import Sequence
from typing import NamedTuple

HOURS = 24


class Stretch(NamedTuple):
    """``hours`` clock hours in a row from ``start`` on, and the mean of their values."""

    start: int
    mean: float


def profile(hours: Sequence[int], values: Sequence[float]) -> list[float] | None:
    """Mean by clock hour 0..23; ``None`` where an hour has no value."""
    totals, counts = [0.0] * HOURS, [0] * HOURS
    for hour, value in zip(hours, values, strict=True):
        totals[hour] += value
        counts[hour] += 1
    if not all(counts):
        return None
    return [total / count for total, count in zip(totals, counts, strict=True)]


def interdaily_stability(profile_: Sequence[float], values: Sequence[float]) -> float | None:
    """Variance of the 24 hourly means over the variance of all values; ``None`` where these are constant.

    Both variances with n - 1. 0 is no daily rhythm, 1 the same day again and again (Van Someren 1999).
    """
    total = _variance(values)
    return _variance(profile_) / total if total > 0 else None


def intradaily_variability(places: Sequence[int], values: Sequence[float]) -> float | None:
    """Mean squared step from hour to hour over the variance; ``None`` where that is 0 or no hours adjoin.

    ``places`` number the hours; only values whose places follow each other make a step. About 2 is noise, near
    0 a smooth rhythm.
    """
    steps = [
        (later - earlier) ** 2
        for i, j, earlier, later in zip(places, places[1:], values, values[1:], strict=False)
        if j - i == 1
    ]
    total = _variance(values) if steps else 0.0
    return math.fsum(steps) / len(steps) / total if total > 0 else None


def extreme_stretch(profile_: Sequence[float], hours: int, *, most: bool) -> Stretch:
    """The ``hours`` adjoining clock hours, across midnight if need be, with the highest or lowest mean."""
    around = [*profile_, *profile_[: hours - 1]]
    stretches = [Stretch(start, math.fsum(around[start : start + hours]) / hours) for start in range(HOURS)]
    return (max if most else min)(stretches, key=lambda stretch: stretch.mean)


def _variance(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    centre = math.fsum(values) / len(values)
    return math.fsum([(value - centre) ** 2 for value in values]) / (len(values) - 1)
