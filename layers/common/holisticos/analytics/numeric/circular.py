"""Times of day, which have no beginning."""

import math
from collections.abc import Sequence

DAY = 1440.0


def circular_mean(minutes: Sequence[float]) -> float | None:
    """Mean time of day in minutes, -720 up to 720 (720 = noon); ``None`` where the times cancel out or are none."""
    angles = [value * math.tau / DAY for value in minutes]
    sine, cosine = math.fsum(map(math.sin, angles)), math.fsum(map(math.cos, angles))
    if math.hypot(sine, cosine) < 1e-9 * max(1, len(minutes)):
        return None
    return math.atan2(sine, cosine) * DAY / math.tau


def unwrapped(minutes: Sequence[float]) -> list[float]:
    """The same times of day on the line around their mean: 23:50 and 00:10 become neighbours.

    Each lies within half a day of the mean. Times without a mean are left as they are.
    """
    centre = circular_mean(minutes)
    if centre is None:
        return list(minutes)
    return [centre + difference(value, centre) for value in minutes]


def difference(minutes: float, other: float) -> float:
    """The way from one time of day to another, the short way round: -720 up to 720, positive where it is later."""
    return (minutes - other + DAY / 2) % DAY - DAY / 2


def time_of_day(minutes: float) -> float:
    """0 up to 1440 for any minutes on the line."""
    return minutes % DAY % DAY
