"""Where one lasting step of level would fit best."""

from collections.abc import Sequence

from holisticos.analytics.numeric.autoregression import whitened


def best_step(days: Sequence[int], values: Sequence[float], autocorrelation: float, margin: int) -> int:
    """Index of the first value of the new level, at least ``margin`` values from both ends.

    The place where a step explains most when neighbouring days correlate by ``autocorrelation`` (0 up to 1,
    exclusive). Raises ``ValueError`` where there are too few values.
    """
    n = len(values)
    if margin < 1 or n < 2 * margin:
        raise ValueError(f"{n} values have no step at least {margin} from both ends")
    e, u = whitened(days, values, autocorrelation), whitened(days, [1.0] * n, autocorrelation)
    oo, oy = sum(value * value for value in u), sum(a * b for a, b in zip(u, e, strict=True))
    best, most = margin, -1.0
    uu = ue = 0.0
    for place in range(n - 1, margin - 1, -1):
        if place <= n - margin:
            # The whitened step is 0 before this place and u after it; here it rises from 0 to 1 in one day.
            at = whitened(days[place - 1 : place + 1], (0.0, 1.0), autocorrelation)[1]
            xx, ox, xy = at * at + uu, at * u[place] + uu, at * e[place] + ue
            left = xy - ox * oy / oo
            explained = left * left / (xx - ox * ox / oo)
            if explained > most:
                best, most = place, explained
        uu += u[place] * u[place]
        ue += u[place] * e[place]
    return best
