"""Seeded permutation tests."""

from collections.abc import Sequence
from operator import mul
from random import Random

MOST_DRAWS = 499
ENOUGH_EXCEEDANCES = 20


def permutation_p_value(
    values: Sequence[float],
    weights: Sequence[float],
    *,
    seed: int,
    most_draws: int = MOST_DRAWS,
    enough_exceedances: int = ENOUGH_EXCEEDANCES,
) -> float:
    """Two-sided p of the sum of ``values`` times ``weights`` over reorderings of ``values``.

    With weights 1/n on one group and -1/m on the other this is the test of a difference of means. Draws stop
    early once ``enough_exceedances`` reorderings were as extreme, which keeps the test valid (Besag & Clifford
    1991): only clear results take all draws. The smallest p is 1 / (``most_draws`` + 1).
    """
    observed = abs(sum(map(mul, values, weights))) * (1 - 1e-12)
    pool = list(values)
    shuffle = Random(seed).shuffle  # noqa: S311  # reproducible, not secret
    exceedances = 0
    for draw in range(1, most_draws + 1):
        shuffle(pool)
        if abs(sum(map(mul, pool, weights))) >= observed:
            exceedances += 1
            if exceedances == enough_exceedances:
                return exceedances / draw
    return (exceedances + 1) / (most_draws + 1)
