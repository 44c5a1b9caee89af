"""Days with gaps, and how errors on them hang together."""

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def correlations(days: Sequence[int], rho: float) -> Matrix:
    gaps = np.abs(np.subtract.outer(np.array(days), np.array(days)))
    return np.where(gaps == 0, 1.0, np.float64(rho) ** gaps)


def some_days(random: Random, n: int) -> list[int]:
    day = 739000
    return [day := day + random.choice((1, 1, 1, 1, 2, 5)) for _ in range(n)]
