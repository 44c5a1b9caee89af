"""How much sleep, against what adults need (7 hours, AASM/SRS 2015)."""

from holisticos.analytics.comparison import least_days, tamed
from holisticos.analytics.numeric import autoregression, robust
from holisticos.analytics.priors import prior_of
from holisticos.analytics.question import Days, Question, direction_of, recent
from holisticos.contracts.names import BaselineKind
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

NEED_MINUTES = 420.0
_REFERENCE = "Watson et al. 2015 (AASM/SRS: adults 7 h or more)"
_LEAST_NIGHTS = 8


def debt(duration: DailySeries, window: DateSpan) -> Evidence:
    """``{metric}.debt.window``: minutes short of the need over the recorded nights; longer nights pay back.

    Nights that were not recorded neither add nor pay: the debt is that of the ``n`` nights known. Never negative.
    """
    question = _question(
        duration,
        "debt",
        "window",
        window,
        f"sum of {NEED_MINUTES:g} minutes minus sleep over the recorded nights, long nights counting against short "
        "ones",
    )
    nights = Days.of(duration, window)
    if len(nights) < (least := least_days(window)):
        return question.missing(len(nights), least, "nights")
    needed = NEED_MINUTES * len(nights)
    value = max(0.0, needed - sum(nights.values))
    return question.answer(value, len(nights), strength=value / needed)


def habitual_need(
    duration: DailySeries, window: DateSpan, history: DateSpan, *, need: float = NEED_MINUTES, days: int = 28
) -> Evidence:
    """``{metric}.habitual_need.{days}d``: mean minus need over the last ``days`` days, with a test against zero.

    One short week may be chance; this asks whether the person usually sleeps less (or more) than the need.
    ``strength`` is the difference in the person's own night-to-night standard deviations. Needs 8 nights.
    ``baseline.spread`` is 0 where all nights are equal: there is nothing to test, and nothing is left to chance.
    """
    span = recent(window, history, days)
    question = _question(
        duration,
        "habitual_need",
        f"{days}d",
        span,
        f"mean of the nights minus {need:g} minutes; p by Student's test with autocorrelated nights, freak nights held",
    )
    nights = Days.of(duration, span)
    if len(nights) < _LEAST_NIGHTS:
        return question.missing(len(nights), _LEAST_NIGHTS, "nights")
    value = robust.mean(nights.values) - need
    spread = robust.spread(nights.values)
    strength = value / spread if spread > 0 else None
    # The scores are distances from the person's median; shifted by it, zero is the need.
    shift = (robust.median(nights.values) - need) / spread if spread > 0 else 0.0
    scores = [score + shift for score in tamed(duration.metric, nights.values, nights.values)]
    fit = autoregression.mean_test(nights.ordinals, scores, prior_of(duration.metric)) if scores else None
    return question.answer(
        value,
        len(nights),
        window=nights.span,
        baseline=Baseline(value=need, spread=spread, n=len(nights), kind=BaselineKind.GUIDELINE),
        direction=direction_of(value, strength),
        strength=strength,
        p_value=fit.p if fit else None,
    )


def _question(duration: DailySeries, statistic: str, period: str, span: DateSpan, method: str) -> Question:
    return Question(duration.metric, statistic, period, duration.unit, span, method, _REFERENCE)
