"""The tests of somebody who knows what was planted: in which series, on which days, in which form.

An oracle also knows how that series' days hang together (the correlations of ``persona.Noise``, not estimates of
them) and takes it on the scale on which its noise is normal. It does not know the person's level and spread, nor
the size of the truth: those it estimates, which makes generalised least squares with Student's test the most
powerful one that errs as often as it says. Each gives a p-value, two-sided as ours are.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from local.people.persona import NULL, Noise
from local.people.simulation import SimulatedDay

Vector = NDArray[np.float64]
Oracle = Callable[[Sequence[SimulatedDay]], float]
"""P of the planted form in the days of one person; 1 where too little was measured."""

_NOISE: Final = Noise()
_SATURDAY: Final = 5
_NOBODY_KNOWS: Final = 1.0
_MID_SLEEP: Final = (0.5, _NOISE.bedtime_lag1)
"""Bedtimes carry over in that part of their variance which is not late nights; mid-sleep is mostly bedtime."""


def correlations(places: Vector, *parts: tuple[float, float]) -> Vector:
    """Of a sum of independent autoregressions, each with its share and correlation; what shares lack is fresh noise."""
    gaps = np.abs(np.subtract.outer(places, places))
    matrix = (1 - sum(share for share, _ in parts)) * np.eye(len(places))
    for share, rho in parts:
        matrix += share * np.power(rho, gaps)
    return np.asarray(matrix, dtype=np.float64)


def least_squares(values: Vector, planted: Vector, covariance: Vector) -> float:
    """P of ``planted`` explaining the values beside their mean, by generalised least squares."""
    return restricted(values, np.column_stack([np.ones(len(values)), planted]), covariance)


def restricted(values: Vector, design: Vector, covariance: Vector) -> float:
    """P of the last column of ``design``."""
    degrees = len(values) - design.shape[1]
    if degrees < 1 or np.ptp(design[:, -1]) == 0:
        return _NOBODY_KNOWS
    root = np.linalg.cholesky(covariance)
    y, x = np.linalg.solve(root, values), np.linalg.solve(root, design)
    information = x.T @ x
    beta = np.linalg.solve(information, x.T @ y)
    rest = y - x @ beta
    error = math.sqrt(float(rest @ rest) / degrees * float(np.linalg.inv(information)[-1, -1]))
    return float(2 * stats.t.sf(abs(float(beta[-1])) / error, degrees))


def _recently(places: Vector, days: int, recent: int) -> Vector:
    return (places >= days - recent).astype(np.float64)


def _measured(days: Sequence[SimulatedDay], of: Callable[[SimulatedDay], float | None]) -> tuple[Vector, Vector]:
    """Places and values of the days that have one."""
    found = [(place, value) for place, day in enumerate(days) if (value := of(day)) is not None]
    return np.array([place for place, _ in found], dtype=np.float64), np.array([value for _, value in found])


def _asleep(day: SimulatedDay) -> float | None:
    return day.night.asleep if day.night else None


def _mid_sleep(day: SimulatedDay) -> float | None:
    if day.night is None:
        return None
    start, end = (at.replace(tzinfo=None) for at in (day.night.start, day.night.end))
    middle = start + (end - start) / 2
    return (middle.date() - day.day).days * 1440 + middle.hour * 60 + middle.minute + middle.second / 60


def _root_steps(day: SimulatedDay) -> float | None:
    return math.sqrt(day.activity["steps"]) if day.activity else None


def _log_hrv(day: SimulatedDay) -> float | None:
    value = day.vitals.get("heart_rate_variability_rmssd")
    return None if value is None else math.log(value)


def _by_bedtime() -> tuple[float, float]:
    """The part of sleep's variance that bedtimes carry from night to night."""
    return (_NOISE.sleep_per_bedtime * _NOISE.bedtime_usual_sd / _NOISE.sleep_sd) ** 2, _NOISE.bedtime_lag1


def _hrv_parts() -> tuple[tuple[float, float], tuple[float, float]]:
    slow = _NOISE.hrv_with_resting_hr**2
    return (slow, _NOISE.resting_hr_lag1), (1 - slow, _NOISE.hrv_night_lag1)


def sleep_oracle(recent: int) -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _asleep)
        return least_squares(values, _recently(places, len(days), recent), correlations(places, _by_bedtime()))

    return p


def jetlag_oracle() -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _mid_sleep)
        weekend = np.array([float(days[int(place)].day.weekday() >= _SATURDAY) for place in places])
        return least_squares(values, weekend, correlations(places, _MID_SLEEP))

    return p


def timing_oracle(recent: int) -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _mid_sleep)
        return least_squares(values, _recently(places, len(days), recent), correlations(places, _MID_SLEEP))

    return p


def steps_trend_oracle() -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _root_steps)
        return least_squares(values, places, correlations(places, (1.0, _NOISE.steps_lag1)))

    return p


def steps_step_oracle(recent: int) -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _root_steps)
        planted = _recently(places, len(days), recent)
        return least_squares(values, planted, correlations(places, (1.0, _NOISE.steps_lag1)))

    return p


def weight_oracle() -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, lambda day: day.weight)
        if len(values) < 3:
            return _NOBODY_KNOWS
        return least_squares(values, places, correlations(places, (1.0, _NOISE.weight_lag1)))

    return p


def late_oracle() -> Oracle:
    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _log_hrv)
        late = np.array([float(place > 0 and days[int(place) - 1].late) for place in places])
        return least_squares(values, late, correlations(places, *_hrv_parts()))

    return p


def heart_oracle(recent: int) -> Oracle:
    """Both series at once: what they share is known, and that both move by the same number of their deviations."""

    def p(days: Sequence[SimulatedDay]) -> float:
        at_rest, resting = _measured(days, lambda day: day.vitals.get("heart_rate_resting"))
        at_night, hrv = _measured(days, _log_hrv)
        resting, hrv = (
            (resting - NULL.resting_hr) / _NOISE.resting_hr_sd,
            -(hrv - math.log(NULL.hrv)) / _NOISE.log_hrv_sd,
        )
        shared = np.power(_NOISE.resting_hr_lag1, np.abs(np.subtract.outer(at_rest, at_night)))
        across = -_NOISE.hrv_with_resting_hr * shared
        covariance = np.block(
            [
                [correlations(at_rest, (1.0, _NOISE.resting_hr_lag1)), across],
                [across.T, correlations(at_night, *_hrv_parts())],
            ]
        )
        means = np.zeros((len(resting) + len(hrv), 2))
        means[: len(resting), 0] = means[len(resting) :, 1] = 1.0
        planted = np.concatenate([_recently(places, len(days), recent) for places in (at_rest, at_night)])
        return restricted(np.concatenate([resting, hrv]), np.column_stack([means, planted]), covariance)

    return p


def scatter_oracle(recent: int) -> Oracle:
    """Of the ratio of the variances of mid-sleep (F test)."""

    def p(days: Sequence[SimulatedDay]) -> float:
        places, values = _measured(days, _mid_sleep)
        now = _recently(places, len(days), recent) > 0
        if now.sum() < 2 or (~now).sum() < 2:
            return _NOBODY_KNOWS
        ratio = float(np.var(values[now], ddof=1) / np.var(values[~now], ddof=1))
        degrees = int(now.sum()) - 1, int((~now).sum()) - 1
        return float(2 * min(stats.f.sf(ratio, *degrees), stats.f.cdf(ratio, *degrees)))

    return p


def unworn_oracle() -> Oracle:
    """Of so many days without the device, by runs: whether a day is unworn depends on the day before."""

    def p(days: Sequence[SimulatedDay]) -> float:
        share = _NOISE.unworn_start / (_NOISE.unworn_start + 1 - _NOISE.unworn_stay)
        unworn = [day.activity is None for day in days]
        return float(stats.binom.sf(sum(unworn) - 1, len(days) - 2, share))

    return p
