"""Whether anything changed after a recommendation."""

from datetime import date, timedelta

from holisticos.analytics.comparison import contrast_fit, tamed
from holisticos.analytics.numeric import autoregression, robust
from holisticos.analytics.numeric.distributions import hypergeometric_at_least
from holisticos.analytics.numeric.permutation import permutation_p_value
from holisticos.analytics.question import Days, Question, direction_of
from holisticos.contracts.names import BaselineKind, Direction
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

_LEAST_DAYS = 5
_VISIBLE = 0.05
_SEED = 1


def before_after(series: DailySeries, change: date, window: DateSpan, history: DateSpan, *, days: int = 28) -> Evidence:
    """``{metric}.before_after.{change}``: median from ``change`` on minus the median of up to ``days`` days before.

    Needs 5 valid days on each side; at most ``days`` days after are looked at. ``direction`` is ``stable`` where the
    test sees no change (p above 0.05): that is a result, not a gap. ``baseline`` is the level before, ``n`` the number
    of days after.

    p is that of the regression. What it sees (p at most 0.05) has to be seen by a seeded permutation too, of what each
    day adds to the one before it, since days themselves cannot change places where they resemble their neighbours;
    else p is the permutation's. The permutation can only object: it takes one autocorrelation as known, where the
    regression averages over all plausible ones, and its p cannot be smaller than one over the number of its draws,
    which would keep every series with a small share of a rate from being told, however large its change.

    Both compare means of values whose freak ones are held, which have more power than medians on such days; the
    medians are told because they are what a person recognises.
    """
    start = max(history.start, change - timedelta(days=days))
    end = min(window.end, change + timedelta(days=days - 1))
    question = Question(
        series.metric,
        "before_after",
        change.isoformat(),
        series.unit,
        DateSpan(start=start, end=max(start, end)),
        "difference of medians; p by regression with autocorrelated errors, freak values held; a p up to 0.05 has to "
        "be confirmed by a seeded permutation of what each day adds to the one before",
        "Freedman & Lane 1983",
    )
    data = Days.of(series, question.window)
    split = sum(1 for ordinal in data.ordinals if ordinal < change.toordinal())
    before, after = data.values[:split], data.values[split:]
    if len(before) < _LEAST_DAYS:
        return question.missing(len(before), _LEAST_DAYS, "valid days before")
    if len(after) < _LEAST_DAYS:
        return question.missing(len(after), _LEAST_DAYS, "valid days after")
    level = robust.median(before)
    difference = robust.median(after) - level
    spread = robust.spread(before, level)
    strength = difference / spread if spread > 0 else None
    p = _p_value(series.metric, data, split)
    return question.answer(
        difference,
        len(after),
        baseline=Baseline(value=level, spread=spread, n=len(before), kind=BaselineKind.BEFORE),
        direction=Direction.STABLE if p is not None and p > _VISIBLE else direction_of(difference, strength),
        strength=strength,
        p_value=p,
    )


def more_often(since: Evidence, before: Evidence) -> Evidence:
    """Days counted ``since``, beside those counted in the same way ``before``: ``baseline`` is their number.

    ``p_value`` is one-sided, the chance of so many or more of the days since, had nothing changed; days are taken as
    independent. Without a value on either side ``since`` stays as it is.
    """
    if since.value is None or before.value is None:
        return since
    reached, earlier = round(since.value), round(before.value)
    share = earlier / before.n
    baseline = Baseline(
        value=before.value, spread=(before.n * share * (1 - share)) ** 0.5, n=before.n, kind=BaselineKind.BEFORE
    )
    return since.model_copy(
        update={
            "baseline": baseline,
            "p_value": hypergeometric_at_least(reached, since.n, reached + earlier, since.n + before.n),
            "method": f"{since.method}, against those of up to {before.window.days} days before",
            "reference": "Fisher 1935, exact test",
        }
    )


def _p_value(metric: str, data: Days, split: int) -> float | None:
    step = [0.0] * split + [1.0] * (len(data) - split)
    reference = data.values[:split]
    fit = contrast_fit(metric, data, step, reference)
    if fit is None:
        return None
    if fit.p > _VISIBLE:
        return fit.p
    values, ones, steps = (
        autoregression.whitened(data.ordinals, column, fit.autocorrelation)
        for column in (tamed(metric, data.values, reference), [1.0] * len(data), step)
    )
    values, steps = _without(values, ones), _without(steps, ones)
    by_chance = permutation_p_value(values, steps, seed=_SEED)
    return by_chance if by_chance > _VISIBLE else fit.p


def _without(column: list[float], intercept: list[float]) -> list[float]:
    """What the intercept leaves of a column."""
    share = sum(a * b for a, b in zip(column, intercept, strict=True)) / sum(b * b for b in intercept)
    return [a - share * b for a, b in zip(column, intercept, strict=True)]
