"""The features of the agents as a data scientist writes them with pandas, numpy and scipy.

For every series: level against its baseline, trend, one changepoint, unusual days, weekend contrast, each with the
test that the agents make (regression over the same kinds of errors, done with dense matrices); then the lagged
relations, the hours on one's feet and without a step, and when the person sleeps. No findings, texts or aggregation:
those come on top.
"""

from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from functions.agents.insights.input import InsightsInput
from functions.agents.insights.relations import PAIRS
from holisticos.analytics.numeric.autoregression import PLAUSIBLE, Errors
from holisticos.analytics.priors import prior_of
from holisticos.health.series import HourlySeries, Night

Vector = NDArray[np.float64]
_MAD: Final = 1.4826
_MARGIN: Final = 7


def features(data: InsightsInput, hourly: HourlySeries, nights: tuple[Night, ...]) -> dict[str, Any]:
    """Everything as numbers by name."""
    frame = pd.DataFrame(
        {name: pd.Series(series.values, dtype="float64") for name, series in data.series.items()}
    ).sort_index()
    frame.index = pd.DatetimeIndex(frame.index)
    start, end = data.window.start, data.window.end
    found: dict[str, Any] = {}
    for name in frame.columns:
        series = frame[name].dropna()
        found[name] = _of_series(name, series, start, end)
    for x, y in PAIRS:
        if x in frame and y in frame:
            for lag in (0, 1):
                found[f"{x}~{y}.{lag}"] = _relation(y, frame[x], frame[y].shift(-lag))
    found["hours"] = _hours(hourly, end)
    found["nights"] = _nights(nights, start)
    return found


def _of_series(name: str, series: "pd.Series[float]", start: date, end: date) -> dict[str, Any]:
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    window = series[series.index >= first]
    before = series[series.index < first].tail(28)
    if len(before) < 8 or len(window) < 4:
        return {}
    centre = before.median()
    spread = _MAD * (before - centre).abs().median() or before.std()
    z = (window - centre) / spread
    both = pd.concat([before, window])
    step = np.asarray(both.index >= first, dtype=np.float64)
    lately = series[series.index > last - pd.Timedelta(days=42)]
    held = ((both - centre) / spread).clip(-3.5, 3.5)
    weekend = np.asarray(lately.index.day_of_week >= 5, dtype=np.float64)
    return {
        "level": window.median(),
        "usual": centre,
        "z": (window.median() - centre) / spread,
        "level_p": _regression(name, held, step),
        "variation": window.std() / window.mean(),
        "anomalies": z[z.abs() > 3.5].to_dict(),
        "slope": stats.theilslopes(lately.to_numpy(), _days(lately)).slope,
        "trend_p": _regression(name, lately.rank().pipe(_scores), _days(lately)),
        "changepoint": _changepoint(name, series[series.index > last - pd.Timedelta(days=56)]),
        "weekend": lately.groupby(lately.index.day_of_week >= 5).median().to_dict(),
        "weekend_p": _regression(name, (lately - lately.median()) / spread, weekend),
        "worn": len(window) / 7,
    }


def _days(series: "pd.Series[float]") -> Vector:
    return np.asarray((series.index - series.index[0]).days, dtype=np.float64)


def _scores(ranks: "pd.Series[float]") -> "pd.Series[float]":
    return pd.Series(stats.norm.ppf((ranks - 0.375) / (len(ranks) + 0.25)), index=ranks.index)


@lru_cache(maxsize=512)
def _root(days: tuple[float, ...], errors: Errors) -> tuple[Vector, float]:
    places = np.array(days)
    matrix = errors.share * np.power(errors.rho, np.abs(np.subtract.outer(places, places)))
    np.fill_diagonal(matrix, 1.0)
    root = np.linalg.cholesky(matrix)
    return np.linalg.inv(root), 2 * float(np.log(np.diag(root)).sum())


def _regression(name: str, values: "pd.Series[float]", regressor: Vector) -> float:
    """P by generalised least squares, averaged over the plausible errors."""
    days = tuple(_days(values).tolist())
    design = np.column_stack([np.ones(len(values)), regressor])
    degrees = len(values) - 2
    p_values, likelihoods, weights = [], [], []
    for weight, errors in zip(prior_of(name), PLAUSIBLE, strict=True):
        if weight > 0:
            whitener, determinant = _root(days, errors)
            x, y = whitener @ design, whitener @ values.to_numpy()
            information = x.T @ x
            try:
                beta = np.linalg.solve(information, x.T @ y)
            except np.linalg.LinAlgError:
                return 1.0
            rest = y - x @ beta
            squares = max(1e-12, float(rest @ rest))
            error = np.sqrt(squares / degrees * np.linalg.inv(information)[1, 1])
            p_values.append(2 * stats.t.sf(abs(beta[1] / error), degrees))
            likelihoods.append(-(determinant + np.linalg.slogdet(information)[1] + degrees * np.log(squares)) / 2)
            weights.append(weight)
    posterior = np.array(weights) * np.exp(np.array(likelihoods) - max(likelihoods))
    return float(np.average(p_values, weights=posterior))


def _changepoint(name: str, series: "pd.Series[float]") -> dict[str, Any]:
    if len(series) < 3 * _MARGIN:
        return {}
    places = range(_MARGIN, len(series) - _MARGIN + 1)
    gains = {
        place: abs(series.iloc[place:].mean() - series.iloc[:place].mean())
        * np.sqrt(place * (len(series) - place) / len(series))
        for place in places
    }
    best = max(gains, key=gains.__getitem__)
    step = (np.arange(len(series)) >= best).astype(np.float64)
    return {"since": series.index[best], "p": _regression(name, series - series.median(), step) * len(places)}


def _relation(outcome: str, x: "pd.Series[float]", y: "pd.Series[float]") -> dict[str, float]:
    both = pd.concat([x, y], axis=1).dropna()
    if len(both) < 14:
        return {}
    found = stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1])
    p = float(found.pvalue)
    if p <= 0.2:
        p = _regression(outcome, both.iloc[:, 1], both.iloc[:, 0].to_numpy())
    return {"rho": float(found.statistic), "p": p}


def _hours(hourly: HourlySeries, end: date) -> dict[str, Any]:
    steps = pd.Series(hourly.values, dtype="float64")
    steps.index = pd.DatetimeIndex([moment.replace(tzinfo=None) for moment in hourly.values])
    steps = steps[steps.index >= pd.Timestamp(end) - pd.Timedelta(days=27)]
    by_part = pd.cut(steps.index.hour, [-1, 4, 11, 16, 21, 23], labels=False)
    still = steps[(steps.index.hour >= 7) & (steps.index.hour < 22)] == 0
    return {
        "active": (steps >= 250).groupby(steps.index.date).sum().mean(),
        "parts": steps.groupby(by_part).sum() / steps.sum(),
        "still": still.groupby(still.index.date).sum().mean(),
    }


def _nights(nights: tuple[Night, ...], start: date) -> dict[str, Any]:
    frame = pd.DataFrame(
        {
            "start": [pd.Timestamp(night.start).tz_localize(None) for night in nights],
            "end": [pd.Timestamp(night.end).tz_localize(None) for night in nights],
        },
        index=pd.DatetimeIndex([night.wake_date for night in nights]),
    )
    bed = (frame["start"] - frame.index.to_series()).dt.total_seconds() / 60
    wake = (frame["end"] - frame.index.to_series()).dt.total_seconds() / 60
    middle = (bed + wake) / 2
    free = frame.index.day_of_week >= 5
    return {
        "bedtime": bed.tail(28).median(),
        "wake": wake.tail(28).median(),
        "scatter": middle[middle.index >= pd.Timestamp(start)].std() / middle.tail(35).std(),
        "jetlag": middle[free].mean() - middle[~free].mean(),
        "jetlag_p": _regression(
            "mid_sleep", (middle - middle.median()) / middle.std(), np.asarray(free, dtype=np.float64)
        ),
    }
