"""Each statistic, what it is held against, and how far the two are apart on one generated series."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from holisticos.analytics.numeric import (
    autoregression,
    changes,
    circular,
    distributions,
    multiplicity,
    ranks,
    rhythm,
    robust,
    slopes,
)
from holisticos.analytics.numeric.autoregression import PLAUSIBLE, Errors

Vector = NDArray[np.float64]
Series = Sequence[float]


@dataclass(frozen=True, slots=True)
class Check:
    """``error`` is absolute for shares and p-values, else relative to the larger of the two and 1e-9 of the values."""

    statistic: str
    oracle: str
    tolerance: float
    error: Callable[[Series, Random], float]


def _apart(ours: float, theirs: float, scale: float = 0.0) -> float:
    if ours == theirs:
        return 0.0
    return abs(ours - theirs) / max(abs(ours), abs(theirs), scale)


def _close_to(values: Series) -> float:
    """What counts as nothing beside these values."""
    return 1e-9 * max(abs(value) for value in values)


def _compare(ours: Callable[[Series], float], theirs: Callable[[Vector], float]) -> Callable[[Series, Random], float]:
    return lambda values, _: _apart(ours(values), float(theirs(np.array(values))), _close_to(values))


def _partner(values: Series, random: Random) -> list[float]:
    return [value * random.choice((0.0, 1.0)) + random.gauss(0, 1) * (abs(value) + 1e-12) for value in values]


def _spearman(values: Series, random: Random) -> float:
    other = _partner(values, random)
    ours = ranks.spearman(values, other)
    if ours is None:
        return 0.0
    return abs(ours - float(stats.spearmanr(values, other).statistic))


def _correlation_p(values: Series, random: Random) -> float:
    n, rho = len(values), random.uniform(-0.99, 0.99)
    if n < 3:
        return 0.0
    beta = stats.beta(n / 2 - 1, n / 2 - 1, loc=-1, scale=2)
    return abs(ranks.correlation_p_value(rho, n) - 2 * float(beta.cdf(-abs(rho))))


def _theil_sen(values: Series, _: Random) -> float:
    days = range(len(values))
    return _apart(slopes.theil_sen(days, values).slope, float(stats.theilslopes(values, days).slope), _close_to(values))


def _tau(values: Series, _: Random) -> float:
    theirs = float(stats.kendalltau(range(len(values)), values).statistic)
    return 0.0 if math.isnan(theirs) else abs(slopes.mann_kendall(values).tau - theirs)


def _mann_kendall(values: Series, _: Random) -> float:
    """By the definition of Kendall 1975, with ties."""
    x = np.array(values)
    s = float(np.sign(x[None, :] - x[:, None])[np.triu_indices(len(x), 1)].sum())
    ties = np.unique(x, return_counts=True)[1]
    n = len(x)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    z = 0.0 if variance <= 0 else np.sign(s) * max(abs(s) - 1, 0) / math.sqrt(variance)
    return abs(slopes.mann_kendall(values).p - 2 * float(stats.norm.sf(abs(z))))


def _student(_: Series, random: Random) -> float:
    t, degrees = random.gauss(0, 4), random.randint(1, 90)
    return abs(distributions.student_t_two_sided(t, degrees) - 2 * float(stats.t.sf(abs(t), degrees)))


def _normal(_: Series, random: Random) -> float:
    z = random.gauss(0, 3)
    return abs(distributions.normal_two_sided(z) - 2 * float(stats.norm.sf(abs(z))))


def _benjamini_hochberg(values: Series, random: Random) -> float:
    p = [random.random() ** 3 for _ in values]
    return float(np.max(np.abs(np.array(multiplicity.benjamini_hochberg(p)) - stats.false_discovery_control(p))))


def _circular(_: Series, random: Random) -> float:
    minutes = [random.gauss(-30, 90) for _ in range(random.randint(1, 40))]
    ours, theirs = circular.circular_mean(minutes), float(stats.circmean(minutes, high=1440, low=0))
    apart = 0.0 if ours is None else abs(ours - theirs) % 1440
    return min(apart, 1440 - apart) / 1440


def _days(values: Series, random: Random) -> list[int]:
    day = 739000
    return [day := day + random.choice((1, 1, 1, 1, 2, 5)) for _ in values]


def _correlations(days: Sequence[int], errors: Errors) -> Vector:
    gaps = np.abs(np.subtract.outer(np.array(days), np.array(days)))
    matrix = errors.share * np.power(np.float64(errors.rho), gaps)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix, dtype=np.float64)


def _regression(_: Series, random: Random) -> float:
    """P of a step or a slope by dense matrices, for every kind of errors."""
    n = random.randint(6, 50)
    y = [random.gauss(0, 1) for _ in range(n)]
    days = _days(y, random)
    x = [float(day > days[n // 2]) for day in days] if random.random() < 0.5 else [float(day - days[0]) for day in days]
    prior = autoregression.prior(random.uniform(0.05, 0.9), random.choice((0.0, 0.4)))
    fit = autoregression.regression(days, y, x, prior)
    assert fit is not None
    design, degrees = np.column_stack([np.ones(n), x]), n - 2
    p, likelihood, weight = [], [], []
    for share, errors in zip(prior, PLAUSIBLE, strict=True):
        if share > 0:
            matrix = _correlations(days, errors)
            inverse = np.linalg.inv(matrix)
            information = design.T @ inverse @ design
            beta = np.linalg.solve(information, design.T @ inverse @ np.array(y))
            rest = np.array(y) - design @ beta
            squares = float(rest @ inverse @ rest)
            error = math.sqrt(squares / degrees * float(np.linalg.inv(information)[1, 1]))
            p.append(2 * float(stats.t.sf(abs(float(beta[1])) / error, degrees)))
            determinants = np.linalg.slogdet(matrix)[1] + np.linalg.slogdet(information)[1]
            likelihood.append(-float(determinants + degrees * math.log(squares)) / 2)
            weight.append(share)
    posterior = np.array(weight) * np.exp(np.array(likelihood) - max(likelihood))
    return abs(fit.p - float(np.average(p, weights=posterior)))


def _best_step(_: Series, random: Random) -> float:
    """How much less the chosen step explains than the best one by brute force, as a share."""
    n, margin = 30, 5
    y = [random.gauss(0, 1) for _ in range(n)]
    days, rho = _days(y, random), random.choice((0.0, 0.3, 0.75))
    root = np.linalg.cholesky(_correlations(days, Errors(rho)))

    def left(place: int) -> float:
        design = np.column_stack([np.ones(n), np.arange(n) >= place]).astype(np.float64)
        x, e = np.linalg.solve(root, design), np.linalg.solve(root, np.array(y))
        rest = e - x @ np.linalg.lstsq(x, e, rcond=None)[0]
        return float(rest @ rest)

    best = min(left(place) for place in range(margin, n - margin + 1))
    return _apart(left(changes.best_step(days, y, rho, margin)), best)


def _hours(random: Random) -> tuple[list[int], list[float]]:
    count = 24 * random.randint(2, 20)
    return [place % 24 for place in range(count)], [random.lognormvariate(4, 1) for _ in range(count)]


def _stability(_: Series, random: Random) -> float:
    hours, values = _hours(random)
    table = np.array(values).reshape(-1, 24)
    ours = rhythm.interdaily_stability(rhythm.profile(hours, values) or [], values)
    return _apart(ours or 0.0, float(table.mean(axis=0).var(ddof=1) / table.var(ddof=1)))


def _variability(_: Series, random: Random) -> float:
    _, values = _hours(random)
    ours = rhythm.intradaily_variability(range(len(values)), values)
    return _apart(ours or 0.0, float((np.diff(values) ** 2).mean() / np.var(values, ddof=1)))


def _most_active(_: Series, random: Random) -> float:
    hours, values = _hours(random)
    day = np.array(values).reshape(-1, 24).mean(axis=0)
    theirs = max(float(np.take(day, range(start, start + 10), mode="wrap").mean()) for start in range(24))
    return _apart(rhythm.extreme_stretch(rhythm.profile(hours, values) or [], 10, most=True).mean, theirs)


CHECKS: Final = (
    Check("median", "numpy.median", 1e-9, _compare(robust.median, lambda x: float(np.median(x)))),
    Check("standard deviation", "numpy.std", 1e-9, _compare(robust.standard_deviation, lambda x: float(x.std(ddof=1)))),
    Check(
        "median absolute deviation",
        "scipy.stats.median_abs_deviation",
        1e-9,
        _compare(robust.mad, lambda x: float(stats.median_abs_deviation(x))),
    ),
    Check(
        "midranks",
        "scipy.stats.rankdata",
        1e-9,
        lambda values, _: float(np.max(np.abs(np.array(ranks.midranks(values)) - stats.rankdata(values)))),
    ),
    Check(
        "normal scores",
        "scipy.stats.norm.ppf (Blom 1958)",
        1e-9,
        lambda values, _: float(
            np.max(
                np.abs(
                    np.array(ranks.normal_scores(values))
                    - stats.norm.ppf((stats.rankdata(values) - 0.375) / (len(values) + 0.25))
                )
            )
        ),
    ),
    Check("Spearman's rho", "scipy.stats.spearmanr", 1e-9, _spearman),
    Check("p of a correlation", "scipy.stats.beta", 1e-9, _correlation_p),
    Check("Theil-Sen slope", "scipy.stats.theilslopes", 1e-9, _theil_sen),
    Check("Kendall's tau", "scipy.stats.kendalltau", 1e-9, _tau),
    Check("p of Mann-Kendall with ties", "definition, numpy", 1e-9, _mann_kendall),
    Check("Student's distribution", "scipy.stats.t", 1e-9, _student),
    Check("normal distribution", "scipy.stats.norm", 1e-9, _normal),
    Check("Benjamini-Hochberg", "scipy.stats.false_discovery_control", 1e-9, _benjamini_hochberg),
    Check("circular mean of clock times", "scipy.stats.circmean", 1e-9, _circular),
    Check("p by regression with correlated errors", "dense matrices, numpy and scipy", 1.2e-5, _regression),
    Check("place of a changepoint", "brute force, numpy", 1e-9, _best_step),
    Check("interdaily stability", "numpy.var", 1e-9, _stability),
    Check("intradaily variability", "numpy.var", 1e-9, _variability),
    Check("M10 and L5", "brute force, numpy", 1e-9, _most_active),
)
"""A regression counts errors that are less likely than one in a million as if they could tell nothing: hence its own
tolerance, always on the cautious side."""
