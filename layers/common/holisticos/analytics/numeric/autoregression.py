"""Regression that knows that one day resembles the next.

Days of one person are not independent: a resting heart rate correlates 0.8 with the day before, steps 0.1. A
test that takes them as independent finds changes that are not there; one that estimates the correlation from
four weeks and believes the estimate is not much better. So generalised least squares is done for every
plausible kind of errors, and the p-values are averaged with the posterior probability of each: restricted
likelihood times a prior that says what is usual for such a series.

Two kinds are plausible. Either each day carries over to the next (first-order autoregression), or a slow state,
that comes and goes over weeks, makes up a share of what otherwise is fresh every day (a state-space model
with noise, Harvey 1989): heart rate variability correlates no more than 0.3 with the day before, and still 0.1 with
that of last week. Absent days are spanned: over a gap of g days the correlation is rho to the power of g.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import mul
from typing import NamedTuple

from holisticos.analytics.numeric.distributions import student_t_two_sided


class Errors(NamedTuple):
    """Days ``g`` apart correlate by ``share`` times ``rho`` to the power of ``g``; the rest of a day is its own."""

    rho: float
    share: float = 1.0

    @property
    def lag1(self) -> float:
        return self.share * self.rho


_STEP = 0.15
_SLOW = 0.9
CARRIED_OVER = tuple(Errors(place * _STEP) for place in range(7))
"""Negative autocorrelations are left out: they would only make tests bolder."""
WANDERING = tuple(Errors(_SLOW, place * _STEP) for place in range(1, 6))
"""The slow state has a correlation of a half over a week."""
PLAUSIBLE = CARRIED_OVER + WANDERING

_PRIOR_DAYS = 8.0
_SLICES = 200
_NEGLIGIBLE = 1e-6
_EXACT = 1e-12


class Fit(NamedTuple):
    """``effect`` is the coefficient of the regressor, ``p`` its two-sided p, ``autocorrelation`` the posterior mean.

    ``autocorrelation`` is that of adjoining days; ``posterior`` are the probabilities of ``PLAUSIBLE``.
    """

    effect: float
    p: float
    autocorrelation: float
    posterior: tuple[float, ...]


class _Day(NamedTuple):
    """How one observation is made independent of those before it: a step of the Kalman filter."""

    carried: float
    gain: float
    weight: float


class _Design(NamedTuple):
    """Intercept and regressor made independent, and their products, for one kind of errors."""

    steps: tuple[_Day, ...]
    log_determinant: float
    ones: tuple[float, ...]
    x: tuple[float, ...]
    oo: float
    ox: float
    xx: float


class _Estimate(NamedTuple):
    effect: float
    t: float
    log_likelihood: float


@lru_cache(maxsize=64)
def prior(usual: float, wander: float = 0.0) -> tuple[float, ...]:
    """Probabilities of ``PLAUSIBLE`` where days mostly correlate by ``usual`` (between 0 and 1) with the next.

    ``wander`` is the share of a slow state in such series. Where it is 0 there is none; else such errors are as
    probable as the others. Either kind has a beta distribution worth eight observations; each
    value stands for those nearest to it.
    """
    carried = _beta(usual, 0, len(CARRIED_OVER))
    if wander == 0:
        return (*carried, *(0.0 for _ in WANDERING))
    slow = _beta(wander, 1, len(WANDERING))
    return tuple(weight / 2 for weight in (*carried, *slow))


def _beta(mean: float, first: int, count: int) -> tuple[float, ...]:
    """Probabilities of ``count`` multiples of the step from the ``first`` on."""
    a, b = _PRIOR_DAYS * mean, _PRIOR_DAYS * (1 - mean)
    weights = [0.0] * count
    for place in range(_SLICES):
        value = (place + 0.5) / _SLICES
        weights[min(max(0, round(value / _STEP) - first), count - 1)] += value ** (a - 1) * (1 - value) ** (b - 1)
    return _normalised(weights)


def regression(
    days: Sequence[int], values: Sequence[float], regressor: Sequence[float], prior_: Sequence[float]
) -> Fit | None:
    """Coefficient of ``regressor`` beside an intercept, with errors that hang together.

    ``days`` are ordinals, strictly ascending. ``None`` where nothing can be told: fewer than three values, a
    constant regressor, or values without any scatter around the fit.
    """
    n = len(values)
    if n < 3:
        return None
    centre_x, centre_y = sum(regressor) / n, sum(values) / n
    x, y = tuple([value - centre_x for value in regressor]), [value - centre_y for value in values]
    return _averaged(days, x, y, prior_, intercept=True)


def regression_beside(
    days: Sequence[int],
    values: Sequence[float],
    regressor: Sequence[float],
    beside: Sequence[float],
    prior_: Sequence[float],
) -> Fit | None:
    """Coefficient of ``regressor`` beside an intercept and another regressor; ``None`` as in ``regression``."""
    n = len(values)
    if n < 4:
        return None
    gaps = tuple([later - earlier for earlier, later in pairwise(days)])
    columns = [[1.0] * n, *(_centred(column) for column in (beside, regressor, values))]
    estimates = {
        place: _estimate_of_last(gaps, columns, PLAUSIBLE[place]) for place, weight in enumerate(prior_) if weight > 0
    }
    found = {place: estimate for place, estimate in estimates.items() if estimate is not None}
    return _average(found, prior_, n - 3) if len(found) == len(estimates) else None


def _centred(column: Sequence[float]) -> list[float]:
    centre = sum(column) / len(column)
    return [value - centre for value in column]


def mean_test(days: Sequence[int], values: Sequence[float], prior_: Sequence[float]) -> Fit | None:
    """The mean of ``values`` against zero; ``None`` as in ``regression``."""
    if len(values) < 2:
        return None
    return _averaged(days, (1.0,) * len(values), values, prior_, intercept=False)


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


def inflation(days: Sequence[int], contrast: Sequence[float], errors: Errors) -> float:
    """How many times wider a weighted sum of such days scatters than one of independent days; at least 1."""
    crossed = carried = 0.0
    for place, weight in enumerate(contrast):
        if place:
            carried = (carried + contrast[place - 1]) * math.pow(errors.rho, days[place] - days[place - 1])
        crossed += 2 * weight * carried
    return max(1.0, math.sqrt(1 + errors.share * crossed / _dot(contrast, contrast)))


def _averaged(
    days: Sequence[int], x: tuple[float, ...], y: Sequence[float], prior_: Sequence[float], *, intercept: bool
) -> Fit | None:
    degrees = len(y) - 1 - intercept
    gaps = tuple([later - earlier for earlier, later in pairwise(days)])
    places = [place for place, weight in enumerate(prior_) if weight > 0]
    estimates: dict[int, _Estimate] = {}
    for place in places:
        estimate = _estimate(_design(gaps, x, PLAUSIBLE[place]), y, degrees, intercept=intercept)
        if estimate is None:
            return None
        estimates[place] = estimate
    return _average(estimates, prior_, degrees)


def _average(estimates: Mapping[int, _Estimate], prior_: Sequence[float], degrees: int) -> Fit:
    """Over the kinds of errors, each with its posterior probability."""
    best = max(estimate.log_likelihood for estimate in estimates.values())
    weights = [0.0] * len(prior_)
    for place, estimate in estimates.items():
        weights[place] = prior_[place] * math.exp(estimate.log_likelihood - best)
    posterior = _normalised(weights)
    p = effect = 0.0
    for place, estimate in estimates.items():
        weight = posterior[place]
        p += weight * student_t_two_sided(estimate.t, degrees) if weight > _NEGLIGIBLE else weight
        effect += weight * estimate.effect
    return Fit(
        effect=effect,
        p=min(1.0, p),
        autocorrelation=_dot(posterior, [errors.lag1 for errors in PLAUSIBLE]),
        posterior=posterior,
    )


def _estimate(design: _Design | None, y: Sequence[float], degrees: int, *, intercept: bool) -> _Estimate | None:
    """``None`` where the regressor is constant or the fit exact."""
    if design is None:
        return None
    e = _independent(design.steps, y)
    xx, xy, yy = design.xx, _dot(design.x, e), _dot(e, e)
    log_determinant = design.log_determinant
    if intercept:
        # Sweep the intercept out of x and y.
        oy = _dot(design.ones, e)
        log_determinant += math.log(design.oo)
        swept = xx - design.ox * design.ox / design.oo
        if swept <= _EXACT * xx:
            return None
        xx, xy, yy = swept, xy - design.ox * oy / design.oo, yy - oy * oy / design.oo
    effect = xy / xx
    residual = yy - effect * xy
    if residual <= _EXACT * yy or yy <= 0:
        return None
    return _Estimate(
        effect,
        effect / math.sqrt(residual / degrees / xx),
        -(log_determinant + math.log(xx) + degrees * math.log(residual)) / 2,
    )


def _estimate_of_last(gaps: tuple[int, ...], columns: Sequence[Sequence[float]], errors: Errors) -> _Estimate | None:
    """Of the last but one column explaining the last beside those before it, each swept out of all that follow."""
    steps, log_determinant = _steps(gaps, errors)
    rest = [_independent(steps, column) for column in columns]
    lengths = [_dot(column, column) for column in rest]
    effect = explained = 0.0
    for place in range(len(rest) - 1):
        column = rest[place]
        length = _dot(column, column)
        if length <= _EXACT * lengths[place]:
            return None
        log_determinant += math.log(length)
        for later in range(place + 1, len(rest)):
            share = _dot(column, rest[later]) / length
            rest[later] = [value - share * swept for value, swept in zip(rest[later], column, strict=True)]
        effect, explained = share, length
    residual = _dot(rest[-1], rest[-1])
    if residual <= _EXACT * lengths[-1] or residual <= 0:
        return None
    degrees = len(rest[-1]) - len(rest) + 1
    return _Estimate(
        effect,
        effect / math.sqrt(residual / degrees / explained),
        -(log_determinant + degrees * math.log(residual)) / 2,
    )


# Series of one person share their days, and tests their regressor: most designs are met several times.
@lru_cache(maxsize=512)
def _design(gaps: tuple[int, ...], x: tuple[float, ...], errors: Errors) -> _Design | None:
    steps, log_determinant = _steps(gaps, errors)
    ones, independent = _independent(steps, [1.0] * len(x)), _independent(steps, x)
    xx = _dot(independent, independent)
    if xx == 0:
        return None
    return _Design(
        steps, log_determinant, tuple(ones), tuple(independent), _dot(ones, ones), _dot(ones, independent), xx
    )


@lru_cache(maxsize=512)
def _steps(gaps: tuple[int, ...], errors: Errors) -> tuple[tuple[_Day, ...], float]:
    """The filter's steps over days with these gaps, and the logarithm of the determinant of their correlations."""
    own = 1 - errors.share
    uncertain = errors.share
    steps = [_Day(0.0, uncertain, 1.0)]
    log_determinant = 0.0
    uncertain *= own
    for gap in gaps:
        carried = math.pow(errors.rho, gap)
        uncertain = carried * carried * uncertain + errors.share * (1 - carried * carried)
        variance = uncertain + own
        gain = uncertain / variance
        steps.append(_Day(carried, gain, 1 / math.sqrt(variance)))
        log_determinant += math.log(variance)
        uncertain *= 1 - gain
    return tuple(steps), log_determinant


def _independent(steps: Sequence[_Day], column: Sequence[float]) -> list[float]:
    """What each value adds to those before it, scaled to one variance."""
    if steps[-1].gain == 1:
        # Nothing of a day is its own, so the day before tells all: half the work.
        later = zip(steps[1:], column, column[1:], strict=False)
        return [column[0], *[weight * (value - carried * before) for (carried, _, weight), before, value in later]]
    expected, result = 0.0, []
    for (carried, gain, weight), value in zip(steps, column, strict=True):
        expected *= carried
        added = value - expected
        expected += gain * added
        result.append(weight * added)
    return result


def _normalised(weights: Sequence[float]) -> tuple[float, ...]:
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return float(sum(map(mul, a, b)))
