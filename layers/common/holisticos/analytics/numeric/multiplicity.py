"""Correction of p-values for the number of tests."""

import math
from collections.abc import Sequence


def holm(p_values: Sequence[float], weights: Sequence[float] | None = None) -> list[float]:
    """Holm's step-down adjustment (1979): controls the chance of any false finding, whatever the dependence.

    ``weights`` (positive, chosen before the data are seen) give some tests a larger part of that chance; without them
    all have the same. Raises ``ValueError`` for unequal lengths.
    """
    shares = [1.0] * len(p_values) if weights is None else list(weights)
    order = sorted(range(len(p_values)), key=[p / w for p, w in zip(p_values, shares, strict=True)].__getitem__)
    adjusted = [0.0] * len(p_values)
    reached, left = 0.0, math.fsum(shares)
    for index in order:
        reached = max(reached, min(1.0, left / shares[index] * p_values[index]))
        adjusted[index] = reached
        left -= shares[index]
    return adjusted


def benjamini_hochberg(p_values: Sequence[float], weights: Sequence[float] | None = None) -> list[float]:
    """Step-up adjustment (Benjamini & Hochberg 1995): controls the share of false ones among the findings.

    ``weights`` as in ``holm``: each p is divided by its weight over their mean (Genovese, Roeder & Wasserman 2006).
    Raises ``ValueError`` for unequal lengths.
    """
    tests = len(p_values)
    adjusted = [0.0] * tests
    reached = 1.0
    if weights is not None:
        mean = math.fsum(weights) / tests
        p_values = [p * mean / weight for p, weight in zip(p_values, weights, strict=True)]
    for place, index in enumerate(sorted(range(tests), key=p_values.__getitem__, reverse=True)):
        reached = min(reached, p_values[index] * (tests / (tests - place)))
        adjusted[index] = reached
    return adjusted


def sidak(p_value: float, tests: float) -> float:
    """P that the smallest of ``tests`` independent p-values is at most ``p_value``."""
    return 1 - (1 - p_value) ** tests if p_value > 1e-12 else p_value * tests
