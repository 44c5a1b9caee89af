"""Centre and spread."""

import math
from collections.abc import Sequence

MAD_TO_SD = 1.4826022185056018
"""1 / the 0.75 quantile of the normal distribution: makes a MAD comparable with a standard deviation."""

IGLEWICZ_HOAGLIN_LIMIT = 3.5
"""Scaled MADs from the median beyond which a value is an outlier (Iglewicz & Hoaglin 1993)."""


def mean(values: Sequence[float]) -> float:
    """Raises ``ValueError`` for no values."""
    if not values:
        raise ValueError("the mean of no values")
    return math.fsum(values) / len(values)


def median(values: Sequence[float]) -> float:
    """Raises ``ValueError`` for no values."""
    if not values:
        raise ValueError("the median of no values")
    return median_of_sorted(sorted(values))


def median_of_sorted(values: Sequence[float]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def mad(values: Sequence[float], centre: float | None = None) -> float:
    """Median absolute deviation from ``centre``, by default the median; not scaled."""
    middle = median(values) if centre is None else centre
    return median([abs(value - middle) for value in values])


def standard_deviation(values: Sequence[float]) -> float:
    """With n - 1. Raises ``ValueError`` for fewer than two values."""
    if len(values) < 2:
        raise ValueError("a standard deviation needs two values")
    centre = mean(values)
    return math.hypot(*[value - centre for value in values]) / math.sqrt(len(values) - 1)


def spread(values: Sequence[float], centre: float | None = None) -> float:
    """A standard deviation that a few outliers do not move: the scaled MAD.

    Where more than half of the values are equal the MAD is 0 and says nothing about the others; then it is
    the mean absolute deviation, scaled alike (Iglewicz & Hoaglin 1993). 0 only where all values are equal.
    """
    middle = median(values) if centre is None else centre
    deviations = [abs(value - middle) for value in values]
    if (half := median(deviations)) > 0:
        return MAD_TO_SD * half
    return MEAN_DEVIATION_TO_SD * mean(deviations)


MEAN_DEVIATION_TO_SD = math.sqrt(math.pi / 2)
