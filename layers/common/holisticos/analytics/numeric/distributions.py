"""Tail probabilities."""

import math

_SQRT_2 = math.sqrt(2)


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|) of the standard normal distribution."""
    return math.erfc(abs(z) / _SQRT_2)


def student_t_two_sided(t: float, degrees: int) -> float:
    """P(|T| >= |t|) of Student's distribution, exact to 1e-14; raises ``ValueError`` below one degree of freedom.

    The finite sums for whole degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4).
    """
    if degrees < 1:
        raise ValueError(f"{degrees} degrees of freedom")
    t = abs(t)
    hypotenuse = math.hypot(t, math.sqrt(degrees))
    if math.isinf(hypotenuse):
        return 0.0
    sine, cosine = t / hypotenuse, math.sqrt(degrees) / hypotenuse
    square = cosine * cosine
    even = degrees % 2 == 0
    term = 1.0 if even else cosine
    total = 0.0 if degrees == 1 else term
    for k in range(1 if even else 2, degrees - 2, 2):
        term *= square * k / (k + 1)
        total += term
    if even:
        return min(1.0, max(0.0, 1 - sine * total))
    return min(1.0, max(0.0, (math.atan2(math.sqrt(degrees), t) - sine * total) * 2 / math.pi))


def hypergeometric_at_least(hits: int, draws: int, hits_in_all: int, of_all: int) -> float:
    """P(X >= hits) where ``draws`` of ``of_all`` are drawn, ``hits_in_all`` of which are hits."""
    most = min(draws, hits_in_all)
    ways = sum(math.comb(hits_in_all, x) * math.comb(of_all - hits_in_all, draws - x) for x in range(hits, most + 1))
    return ways / math.comb(of_all, draws)
