"""The person's own usual, and the test of a stretch of days against it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from holisticos.analytics.numeric import autoregression, robust
from holisticos.analytics.priors import habit, prior_of, prior_of_scatter
from holisticos.analytics.question import Days, direction_of
from holisticos.contracts.names import Direction
from holisticos.contracts.report import Baseline, DateSpan
from holisticos.health.series import DailySeries

BASELINE_DAYS = 28
"""Four weeks: every weekday counts the same, and last season does not."""

LEAST_BASELINE = 8
"""Below this a MAD says too little about scatter (Iglewicz & Hoaglin 1993)."""

_FREAK = robust.IGLEWICZ_HOAGLIN_LIMIT
_FREAK_OF_TAME = 2 * _FREAK
"""Spreads from the usual beyond which a value moves a test no further.

Twice as far in series that have few surprises: there a value far off is news, and where days resemble each other
the spread of four weeks is too small a measure.
"""
_TAME = 5


@dataclass(frozen=True, slots=True)
class Usual:
    """What is normal for a person: ``spread`` is comparable with a standard deviation, 0 where nothing varied."""

    days: Days
    centre: float
    spread: float

    @property
    def baseline(self) -> Baseline:
        return Baseline(value=self.centre, spread=self.spread, n=len(self.days))

    def strength(self, value: float) -> float | None:
        """Distance from the centre in spreads; ``None`` where there is no spread to measure with."""
        return (value - self.centre) / self.spread if self.spread > 0 else None

    def direction(self, value: float) -> Direction:
        return direction_of(value - self.centre, self.strength(value))


def earlier_days(series: DailySeries, window: DateSpan, history: DateSpan, most: int = BASELINE_DAYS) -> Days:
    """The last ``most`` valid days of history before the window."""
    end = min(history.end, window.start - timedelta(days=1))
    if end < history.start:
        return Days([], [])
    return Days.of(series, DateSpan(start=history.start, end=end)).last(most)


def usual(days: Days) -> Usual | None:
    """``None`` for too few days."""
    if len(days) < LEAST_BASELINE:
        return None
    centre = robust.median(days.values)
    return Usual(days, centre, robust.spread(days.values, centre))


def least_days(span: DateSpan) -> int:
    """Valid days without which a span is not represented: four in a week, and in that proportion."""
    return max(1, round(span.days * 4 / 7))


def least_nights(span: DateSpan) -> int:
    """Nights without which a span cannot be compared with those before: three in a week, and in that proportion.

    Three are the fewest whose median one freak night does not decide. Short spans need no more than ``least_days``.
    """
    return max(min(3, least_days(span)), round(span.days * 3 / 7))


def step_p_value(metric: str, before: Days, after: Days) -> float | None:
    """P of a difference of level between two adjoining stretches; ``None`` where values have no scatter."""
    both = before + after
    return contrast_p_value(metric, both, [0.0] * len(before) + [1.0] * len(after), before.values)


def scatter_p_value(metric: str, before: Sequence[Days], after: Days) -> float | None:
    """P of a difference of scatter between stretches and the one that follows them (Brown & Forsythe 1974).

    The distances from each stretch's own median are compared. ``before`` is in order of time. Of an odd number of
    values one is the median, and its distance is 0 whatever the scatter: it is left out (Hines & Hines 2000).
    Distances from a median of few values are too small by a little: they are widened (O'Neill & Mathews 2000).
    What is far off is what the test is about, and not held before 7 spreads; nor do distances resemble those of the
    day before as values do (``priors.prior_of_scatter``).
    """
    groups = [_distances(days) for days in (*before, after)]
    both = Days([day for days in groups for day in days.ordinals], [value for days in groups for value in days.values])
    now = len(groups[-1])
    distances = _held(both.values, both.values, _FREAK_OF_TAME)
    if not distances:
        return None
    since = [0.0] * (len(both) - now) + [1.0] * now
    fit = autoregression.regression(both.ordinals, distances, since, prior_of_scatter(metric))
    return fit.p if fit else None


def _distances(days: Days) -> Days:
    n = len(days)
    centre = robust.median(days.values)
    widened = math.sqrt(n / (n - 1)) if n > 1 else 1.0
    distances = [widened * abs(value - centre) for value in days.values]
    if n % 2 == 0:
        return Days(days.ordinals, distances)
    middle = distances.index(0.0)
    return Days(*([*column[:middle], *column[middle + 1 :]] for column in (days.ordinals, distances)))


def contrast_p_value(
    metric: str, days: Days, regressor: Sequence[float], reference: Sequence[float] | None = None
) -> float | None:
    """P of ``regressor`` explaining the values, freak values held within spreads of ``reference`` (default: all)."""
    fit = contrast_fit(metric, days, regressor, reference)
    return fit.p if fit else None


def contrast_fit(
    metric: str, days: Days, regressor: Sequence[float], reference: Sequence[float] | None = None
) -> autoregression.Fit | None:
    scores = tamed(metric, days.values, days.values if reference is None else reference)
    return autoregression.regression(days.ordinals, scores, regressor, prior_of(metric)) if scores else None


def tamed(metric: str, values: Sequence[float], reference: Sequence[float]) -> list[float]:
    """Distances from the reference's median in its spreads, freak ones held; empty without any scatter.

    None is beyond 3.5, or 7 for a metric with few surprises. Where the reference is constant the scatter of all
    values is taken.
    """
    return _held(values, reference, _FREAK_OF_TAME if habit(metric).tail >= _TAME else _FREAK)


def _held(values: Sequence[float], reference: Sequence[float], limit: float) -> list[float]:
    centre = robust.median(reference)
    spread = robust.spread(reference, centre) or robust.spread(values, centre)
    if spread <= 0:
        return []
    return [min(limit, max(-limit, (value - centre) / spread)) for value in values]
