"""Thousands of number series of all the kinds that real ones come in."""

from collections.abc import Callable, Iterator
from random import Random


def samples(count: int, *, least: int = 2, most: int = 60, seed: int = 1) -> Iterator[list[float]]:
    """Smooth, skewed, tied, nearly constant, huge and tiny ones of ``least`` to ``most`` values."""
    random = Random(seed)  # noqa: S311 - data, not secrets
    kinds: tuple[Callable[[], float], ...] = (
        random.gauss,
        lambda: random.lognormvariate(8, 0.7),
        lambda: float(random.randint(0, 5)),
        lambda: float(random.random() < 0.1),
        lambda: float(round(random.gauss(60, 2))),
        lambda: random.gauss() * 1e9,
        lambda: random.gauss() * 1e-9,
        lambda: random.paretovariate(1.2),
    )
    for place in range(count):
        draw = kinds[place % len(kinds)]
        yield [draw() for _ in range(random.randint(least, most))]
