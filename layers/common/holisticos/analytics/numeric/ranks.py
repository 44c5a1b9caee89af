"""Ranks and rank correlation."""

import math
from collections.abc import Sequence
from operator import mul
from statistics import NormalDist

from holisticos.analytics.numeric.distributions import student_t_two_sided

_NORMAL = NormalDist()


def midranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of their ranks."""
    ordered = sorted(values)
    last = dict(zip(ordered, range(1, len(ordered) + 1), strict=True))
    first = dict(zip(reversed(ordered), range(len(ordered), 0, -1), strict=True))
    return [(first[value] + last[value]) / 2 for value in values]


def normal_scores(values: Sequence[float]) -> list[float]:
    """The normal quantiles of the ranks (Blom 1958): the same order with a normal distribution."""
    n = len(values)
    return [_NORMAL.inv_cdf((rank - 0.375) / (n + 0.25)) for rank in midranks(values)]


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Spearman's rho with ties; ``None`` where one side is constant. Raises ``ValueError`` for unequal lengths."""
    if len(x) != len(y):
        raise ValueError(f"{len(x)} values cannot be paired with {len(y)}")
    centre = (len(x) + 1) / 2
    a = [rank - centre for rank in midranks(x)]
    b = [rank - centre for rank in midranks(y)]
    scale = math.sqrt(sum(map(mul, a, a)) * sum(map(mul, b, b)))
    return max(-1.0, min(1.0, sum(map(mul, a, b)) / scale)) if scale > 0 else None


def correlation_p_value(rho: float, n: int) -> float:
    """Two-sided p of a correlation of ``n`` independent pairs (or as many as they are worth).

    Student's t with n - 2 degrees of freedom; 1 where n is 2 or less.
    """
    degrees = n - 2
    if degrees <= 0:
        return 1.0
    if abs(rho) >= 1:
        return 0.0
    return student_t_two_sided(rho * math.sqrt(degrees / (1 - rho * rho)), degrees)
