"""Monotone trend: Theil-Sen slope and Mann-Kendall test."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import repeat
from operator import sub, truediv
from typing import NamedTuple

from holisticos.analytics.numeric.distributions import normal_two_sided
from holisticos.analytics.numeric.robust import median, median_of_sorted


class MannKendall(NamedTuple):
    """``s`` counts pairs that rise minus pairs that fall; ``z`` has the continuity correction."""

    s: int
    variance: float
    z: float
    p: float
    tau: float


class Slope(NamedTuple):
    slope: float
    intercept: float


def pairwise_slopes(times: Sequence[int], values: Sequence[float]) -> list[float]:
    """Slopes of all pairs of points, ascending. Times must be strictly ascending."""
    slopes: list[float] = []
    for place, (time, value) in enumerate(zip(times, values, strict=True), 1):
        rises = map(sub, values[place:], repeat(value))
        slopes.extend(map(truediv, rises, map(sub, times[place:], repeat(time))))
    slopes.sort()
    return slopes


def theil_sen(times: Sequence[int], values: Sequence[float]) -> Slope:
    """Median of all pairwise slopes, with the intercept through the medians (Sen 1968).

    Raises ``ValueError`` for fewer than two points.
    """
    ordered = pairwise_slopes(times, values)
    if not ordered:
        raise ValueError("a slope needs two points")
    slope = median_of_sorted(ordered)
    return Slope(slope, median(values) - slope * median(times))


def mann_kendall(values: Sequence[float]) -> MannKendall:
    """Mann-Kendall test with ties corrected (Mann 1945, Kendall 1975), assuming independent values.

    A constant series has no trend: z 0, p 1. Raises ``ValueError`` for fewer than two values.
    """
    n = len(values)
    ordered = pairwise_slopes(range(n), values)
    if not ordered:
        raise ValueError("a trend needs two values")
    s = len(ordered) - bisect_right(ordered, 0.0) - bisect_left(ordered, 0.0)
    ties = [count for count in Counter(values).values() if count > 1]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    pairs = n * (n - 1) / 2
    comparable = pairs - sum(t * (t - 1) / 2 for t in ties)
    if variance <= 0 or comparable == 0:
        return MannKendall(0, 0.0, 0.0, 1.0, 0.0)
    z = math.copysign(max(abs(s) - 1, 0), s) / math.sqrt(variance)
    return MannKendall(s, variance, z, normal_two_sided(z), s / math.sqrt(pairs * comparable))
