"""Regression that knows that one day resembles the next.

Days of one person are not independent: a resting heart rate correlates 0.8 with the day before, steps 0.1. A
test that takes them as independent finds changes that are not there; one that estimates the correlation from
four weeks and believes the estimate is not much better. So generalised least squares is done for every
plausible first-order autocorrelation, and the p-values are averaged with the posterior probability of each:
restricted likelihood times a prior that says what is usual for such a series. Absent days are spanned: over
a gap of g days the correlation is rho to the power of g.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from holisticos.analytics.numeric.distributions import student_t_two_sided

_STEP = 0.15
AUTOCORRELATIONS = tuple(place * _STEP for place in range(7))
"""Negative ones are left out: they would only make tests bolder."""

_PRIOR_DAYS = 8.0
_SLICES = 200
_NEGLIGIBLE = 1e-6
_EXACT = 1e-12


class Fit(NamedTuple):
    """``effect`` is the coefficient of the regressor, ``p`` its two-sided p, ``autocorrelation`` the posterior mean.

    ``posterior`` are the probabilities of ``AUTOCORRELATIONS``.
    """

    effect: float
    p: float
    autocorrelation: float
    posterior: tuple[float, ...]


_Products = tuple[float, float, float, float, float, float]
"""Sums of products oo, ox, oy, xx, xy, yy of the columns o (ones), x (regressor) and y (values)."""


class _Neighbours(NamedTuple):
    """Products of all observations that are ``gap`` days after another one.

    ``crossed`` are those of later with earlier and of earlier with later. From these sums every autocorrelation is
    done without going through the observations again.
    """

    gap: int
    pairs: int
    later: _Products
    crossed: _Products
    earlier: _Products


class _Weights(NamedTuple):
    """How neighbours enter: logarithm of the innovation's variance, and the factors of the three products."""

    log_variance: float
    later: float
    crossed: float
    earlier: float


class _Estimate(NamedTuple):
    effect: float
    t: float
    log_likelihood: float


@lru_cache(maxsize=64)
def prior(usual: float) -> tuple[float, ...]:
    """Probabilities of ``AUTOCORRELATIONS`` where ``usual`` (between 0 and 1) is what such a series mostly has.

    A beta distribution worth eight observations; each autocorrelation stands for those nearest to it.
    """
    a, b = _PRIOR_DAYS * usual, _PRIOR_DAYS * (1 - usual)
    weights = [0.0] * len(AUTOCORRELATIONS)
    for place in range(_SLICES):
        rho = (place + 0.5) / _SLICES
        weights[min(round(rho / _STEP), len(weights) - 1)] += rho ** (a - 1) * (1 - rho) ** (b - 1)
    return _normalised(weights)


def regression(
    days: Sequence[int], values: Sequence[float], regressor: Sequence[float], prior_: Sequence[float]
) -> Fit | None:
    """Coefficient of ``regressor`` beside an intercept, with autoregressive errors.

    ``days`` are ordinals, strictly ascending. ``None`` where nothing can be told: fewer than three values, a
    constant regressor, or values without any scatter around the fit.
    """
    n = len(values)
    if n < 3:
        return None
    centre_x, centre_y = sum(regressor) / n, sum(values) / n
    x, y = [value - centre_x for value in regressor], [value - centre_y for value in values]
    return _averaged(days, x, y, prior_, intercept=True)


def mean_test(days: Sequence[int], values: Sequence[float], prior_: Sequence[float]) -> Fit | None:
    """The mean of ``values`` against zero, with autoregressive errors; ``None`` as in ``regression``."""
    if len(values) < 2:
        return None
    return _averaged(days, [1.0] * len(values), values, prior_, intercept=False)


def whitened(days: Sequence[int], values: Sequence[float], autocorrelation: float) -> list[float]:
    """What each day adds to the one before it, scaled to one variance: independent where ``values`` are not.

    The first value stays as it is. Whitening a regressor (and the ones of the intercept) alike makes generalised
    least squares ordinary.
    """
    result = list(values[:1])
    for place in range(1, len(values)):
        r = math.pow(autocorrelation, days[place] - days[place - 1])
        result.append((values[place] - r * values[place - 1]) / math.sqrt(1 - r * r))
    return result


def inflation(days: Sequence[int], contrast: Sequence[float], autocorrelation: float) -> float:
    """How many times wider a weighted sum of correlated days scatters than one of independent days; at least 1."""
    variance = carried = 0.0
    for place, weight in enumerate(contrast):
        if place:
            carried = (carried + contrast[place - 1]) * math.pow(autocorrelation, days[place] - days[place - 1])
        variance += weight * weight + 2 * weight * carried
    return max(1.0, math.sqrt(variance / _dot(contrast, contrast)))


def _averaged(
    days: Sequence[int], x: Sequence[float], y: Sequence[float], prior_: Sequence[float], *, intercept: bool
) -> Fit | None:
    degrees = len(y) - 1 - intercept
    estimates = _estimates(days, x, y, degrees, intercept=intercept)
    if not estimates:
        return None
    best = max(estimate.log_likelihood for estimate in estimates)
    posterior = _normalised(
        [p * math.exp(estimate.log_likelihood - best) for p, estimate in zip(prior_, estimates, strict=True)]
    )
    p = sum(
        weight * student_t_two_sided(estimate.t, degrees) if weight > _NEGLIGIBLE else weight
        for weight, estimate in zip(posterior, estimates, strict=True)
    )
    return Fit(
        effect=_dot(posterior, [estimate.effect for estimate in estimates]),
        p=min(1.0, p),
        autocorrelation=_dot(posterior, AUTOCORRELATIONS),
        posterior=posterior,
    )


def _estimates(
    days: Sequence[int], x: Sequence[float], y: Sequence[float], degrees: int, *, intercept: bool
) -> list[_Estimate]:
    """For each autocorrelation; empty where the regressor is constant or the fit exact."""
    x0, y0 = x[0], y[0]
    neighbours = _neighbours(days, x, y)
    weights = [_weights(group.gap) for group in neighbours]
    estimates = []
    for place in range(len(AUTOCORRELATIONS)):
        # The first observation stands for itself, each later one for what it adds.
        log_determinant, oo, ox, oy, xx, xy, yy = 0.0, 1.0, x0, y0, x0 * x0, x0 * y0, y0 * y0
        for group, of_gap in zip(neighbours, weights, strict=True):
            log_variance, a, b, c = of_gap[place]
            later, crossed, earlier = group.later, group.crossed, group.earlier
            log_determinant += group.pairs * log_variance
            oo += a * later[0] + b * crossed[0] + c * earlier[0]
            ox += a * later[1] + b * crossed[1] + c * earlier[1]
            oy += a * later[2] + b * crossed[2] + c * earlier[2]
            xx += a * later[3] + b * crossed[3] + c * earlier[3]
            xy += a * later[4] + b * crossed[4] + c * earlier[4]
            yy += a * later[5] + b * crossed[5] + c * earlier[5]
        if intercept:
            # Sweep the intercept out of x and y.
            log_determinant += math.log(oo)
            swept = xx - ox * ox / oo
            if swept <= _EXACT * xx:
                return []
            xx, xy, yy = swept, xy - ox * oy / oo, yy - oy * oy / oo
        effect = xy / xx
        residual = yy - effect * xy
        if residual <= _EXACT * yy or yy <= 0:
            return []
        estimates.append(
            _Estimate(
                effect,
                effect / math.sqrt(residual / degrees / xx),
                -(log_determinant + math.log(xx) + degrees * math.log(residual)) / 2,
            )
        )
    return estimates


@lru_cache(maxsize=128)
def _weights(gap: int) -> tuple[_Weights, ...]:
    """For each of ``AUTOCORRELATIONS``, over ``gap`` days."""
    result = []
    for rho in AUTOCORRELATIONS:
        r = math.pow(rho, gap)
        variance = 1 - r * r
        result.append(_Weights(math.log(variance), 1 / variance, -r / variance, r * r / variance))
    return tuple(result)


def _neighbours(days: Sequence[int], x: Sequence[float], y: Sequence[float]) -> list[_Neighbours]:
    places: dict[int, list[int]] = {}
    for place in range(1, len(days)):
        places.setdefault(days[place] - days[place - 1], []).append(place)
    result = []
    for gap, later in places.items():
        xt, yt = [x[t] for t in later], [y[t] for t in later]
        xs, ys = [x[t - 1] for t in later], [y[t - 1] for t in later]
        n, sum_xt, sum_xs, sum_yt, sum_ys = len(later), sum(xt), sum(xs), sum(yt), sum(ys)
        result.append(
            _Neighbours(
                gap,
                n,
                (n, sum_xt, sum_yt, _dot(xt, xt), _dot(xt, yt), _dot(yt, yt)),
                (
                    2 * n,
                    sum_xt + sum_xs,
                    sum_yt + sum_ys,
                    2 * _dot(xt, xs),
                    _dot(xt, ys) + _dot(xs, yt),
                    2 * _dot(yt, ys),
                ),
                (n, sum_xs, sum_ys, _dot(xs, xs), _dot(xs, ys), _dot(ys, ys)),
            )
        )
    return result


def _normalised(weights: Sequence[float]) -> tuple[float, ...]:
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return float(sum(map(mul, a, b)))
