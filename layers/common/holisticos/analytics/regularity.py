"""Sleep regularity index."""

from collections.abc import Sequence

from holisticos.analytics.comparison import LEAST_BASELINE, earlier_days, step_p_value
from holisticos.analytics.numeric import robust
from holisticos.analytics.question import Days, Question, direction_of
from holisticos.analytics.sleep_timing import bedtimes, wake_times
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries, Night

DAY = 1440.0
_LEAST_PAIRS = 5


def sleep_regularity(nights: Sequence[Night], window: DateSpan, history: DateSpan) -> Evidence:
    """``sleep.regularity.window``: SRI -100..100 of the window, against the pairs of nights before it.

    200 times the chance to be in the same state, asleep or awake, 24 hours apart, minus 100. Only nights of
    consecutive days are compared; a missing night removes the two pairs it would be part of, never counts as
    wakefulness. From start and end alone: waking up in between and naps are not seen, so values are higher than
    from minute-by-minute data, and only the person's own earlier value is a fair comparison. Needs 5 pairs.
    """
    question = Question(
        "sleep",
        "regularity",
        "window",
        "index",
        window,
        "sleep regularity index: 200 x share of minutes in the same state 24 h apart - 100, from sleep start and end "
        "of nights on consecutive days; p by regression with autocorrelated errors",
        "Phillips et al. 2017; Windred et al. 2024",
    )
    pairs = regularity_by_day(nights)
    now, before = Days.of(pairs, window), earlier_days(pairs, window, history)
    if len(now) < _LEAST_PAIRS:
        return question.missing(len(now), _LEAST_PAIRS, "pairs of consecutive nights")
    value = robust.mean(now.values)
    if len(before) < LEAST_BASELINE:
        return question.uncompared(f"have {len(before)} earlier pairs of nights, need {LEAST_BASELINE}").answer(
            value, len(now)
        )
    usual = robust.mean(before.values)
    spread = robust.standard_deviation(before.values)
    strength = (value - usual) / spread if spread > 0 else None
    return question.answer(
        value,
        len(now),
        baseline=Baseline(value=usual, spread=spread, n=len(before)),
        direction=direction_of(value - usual, strength),
        strength=strength,
        p_value=step_p_value("sleep", before, now),
    )


def regularity_by_day(nights: Sequence[Night]) -> DailySeries:
    """The index of each night with the night before, by the later wake date (metric ``sleep``, unit ``index``)."""
    starts, ends = bedtimes(nights).values, wake_times(nights).values
    by_day = {day.toordinal(): (day, start, _after(start, ends[day])) for day, start in starts.items()}
    values = {}
    for ordinal, (day, start, end) in by_day.items():
        if ordinal - 1 in by_day:
            _, earlier_start, earlier_end = by_day[ordinal - 1]
            values[day] = 100 - 200 * _disagreement(earlier_start, earlier_end, start, end) / DAY
    return DailySeries.model_construct(metric="sleep", unit="index", values=values)


def _after(start: float, end: float) -> float:
    """The end on the line of the start: each series is unwrapped around its own mean."""
    return start + (end - start) % DAY


def _disagreement(start: float, end: float, other_start: float, other_end: float) -> float:
    """Minutes of the clock that are asleep on one of two days only."""
    both = sum(max(0.0, min(end, other_end + turn) - max(start, other_start + turn)) for turn in (-DAY, 0.0, DAY))
    return (end - start) + (other_end - other_start) - 2 * both
