"""When a person sleeps.

Clock times are minutes after the midnight that begins the day of waking: 23:30 is -30. They are put on one
line around the person's mean time of day, so that midnight is no jump; modulo 1440 they are times of day.
Local wall-clock time is meant throughout, as it was lived on both sides of a change of clocks.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time

from holisticos.analytics.comparison import (
    LEAST_BASELINE,
    contrast_p_value,
    earlier_days,
    least_days,
    scatter_p_value,
    step_p_value,
    usual,
)
from holisticos.analytics.numeric import circular, robust
from holisticos.analytics.question import Days, Question, direction_of, recent
from holisticos.analytics.weekly import free_days
from holisticos.contracts.names import BaselineKind
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries, Night

_LEAST_NIGHTS = 4
_LEAST_FREE = 3
_LEAST_WORK = 5


def bedtimes(nights: Iterable[Night]) -> DailySeries:
    """Local time of falling asleep by wake date (metric ``bedtime``, unit ``clock``)."""
    return _clock_series("bedtime", nights, lambda night: _clock(night, night.start))


def wake_times(nights: Iterable[Night]) -> DailySeries:
    """Local time of waking by wake date (metric ``wake_time``, unit ``clock``)."""
    return _clock_series("wake_time", nights, lambda night: _clock(night, night.end))


def mid_sleeps(nights: Iterable[Night]) -> DailySeries:
    """Local time of mid-sleep by wake date (metric ``mid_sleep``, unit ``clock``): by the clock at waking.

    Half of the time that passed is added to the instant of falling asleep: on the nights in which clocks change the
    hands show an hour more or less than that. They change early in the night, before the middle of most sleeps.
    """
    return _clock_series("mid_sleep", nights, lambda night: _clock(night, _middle(night)))


def clock_level(times: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.usual.window``: the median clock time of the window, 0 up to 1440, against the person's usual.

    ``up`` is later, ``down`` earlier; ``strength`` is in scaled MADs of up to 28 nights before, ``baseline.spread``
    in minutes. Without at least 8 of those the time stands alone.
    """
    question = Question(
        times.metric,
        "usual",
        "window",
        "clock",
        window,
        "median clock time against that of up to 28 nights before, in scaled MADs; p by regression with "
        "autocorrelated errors",
        "Iglewicz & Hoaglin 1993 (MAD)",
    )
    nights, before = Days.of(times, window), earlier_days(times, window, history)
    if len(nights) < (need := least_days(window)):
        return question.missing(len(nights), need, "nights")
    value = robust.median(nights.values)
    own = usual(before)
    if own is None:
        return question.uncompared(f"have {len(before)} nights before the window, need {LEAST_BASELINE}").answer(
            circular.time_of_day(value), len(nights)
        )
    return question.answer(
        circular.time_of_day(value),
        len(nights),
        baseline=Baseline(value=circular.time_of_day(own.centre), spread=own.spread, n=len(before)),
        direction=own.direction(value),
        strength=own.strength(value),
        p_value=step_p_value(times.metric, before, nights),
    )


def clock_variability(times: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.variability.window``: standard deviation of the times in minutes, against up to 28 nights before.

    ``baseline.spread`` is how far the figure scatters by chance for so few nights, and the unit of ``strength``;
    ``up`` is less regular. Needs 4 nights.
    """
    question = Question(
        times.metric,
        "variability",
        "window",
        "minute",
        window,
        "standard deviation of clock times on a line around their mean, against up to 28 nights before; p from "
        "distances to the medians, with autocorrelated errors",
        "Brown & Forsythe 1974; Hines & Hines 2000",
    )
    nights, before = Days.of(times, window), earlier_days(times, window, history)
    if len(nights) < _LEAST_NIGHTS:
        return question.missing(len(nights), _LEAST_NIGHTS, "nights")
    value = robust.standard_deviation(nights.values)
    if len(before) < LEAST_BASELINE:
        return question.uncompared(f"have {len(before)} nights before the window, need {LEAST_BASELINE}").answer(
            value, len(nights)
        )
    usual_value = robust.standard_deviation(before.values)
    chance = usual_value / math.sqrt(2 * (len(nights) - 1))
    strength = (value - usual_value) / chance if chance > 0 else None
    return question.answer(
        value,
        len(nights),
        baseline=Baseline(value=usual_value, spread=chance, n=len(before)),
        direction=direction_of(value - usual_value, strength),
        strength=strength,
        p_value=scatter_p_value(times.metric, [before], nights),
    )


def social_jetlag(
    nights: Sequence[Night],
    window: DateSpan,
    history: DateSpan,
    *,
    days: int = 42,
    least_free: int = _LEAST_FREE,
) -> Evidence:
    """``mid_sleep.social_jetlag.{days}d``: mean mid-sleep on free days minus work days, in minutes; positive is later.

    Free are the nights that end on a Saturday or Sunday. Needs 3 free
    nights, or ``least_free`` where a single week is described, and 5 others. ``strength`` is in standard deviations
    within the two kinds of nights.
    """
    span = recent(window, history, days)
    question = Question(
        "mid_sleep",
        "social_jetlag",
        f"{days}d",
        "minute",
        span,
        "mean mid-sleep of nights that end on free days minus that of the others; p by regression with "
        "autocorrelated errors",
        "Roenneberg et al. 2019",
    )
    data = Days.of(mid_sleeps(nights), span)
    is_free = free_days(data.ordinals)
    free = [value for value, yes in zip(data.values, is_free, strict=True) if yes]
    work = [value for value, yes in zip(data.values, is_free, strict=True) if not yes]
    if len(free) < least_free:
        return question.missing(len(free), least_free, "nights before free days")
    if len(work) < _LEAST_WORK:
        return question.missing(len(work), _LEAST_WORK, "nights before work days")
    usual_free, usual_work = robust.mean(free), robust.mean(work)
    within = [value - usual_free for value in free] + [value - usual_work for value in work]
    spread = math.sqrt(math.fsum([value * value for value in within]) / (len(within) - 2))
    value = usual_free - usual_work
    strength = value / spread if spread > 0 else None
    return question.answer(
        value,
        len(data),
        window=data.span,
        baseline=Baseline(value=0.0, spread=spread, n=len(work), kind=BaselineKind.NO_DIFFERENCE),
        direction=direction_of(value, strength),
        strength=strength,
        p_value=contrast_p_value("mid_sleep", data, [float(yes) for yes in is_free]),
    )


def _clock_series(metric: str, nights: Iterable[Night], clock: Callable[[Night], float]) -> DailySeries:
    """Of several nights with one wake date the longest counts."""
    longest: dict[object, Night] = {}
    for night in nights:
        known = longest.get(night.wake_date)
        if known is None or night.end - night.start > known.end - known.start:
            longest[night.wake_date] = night
    ordered = sorted(longest.values(), key=lambda night: night.wake_date)
    minutes = circular.unwrapped([clock(night) for night in ordered])
    values = {night.wake_date: value for night, value in zip(ordered, minutes, strict=True)}
    return DailySeries.model_construct(metric=metric, unit="clock", values=values)


def _middle(night: Night) -> datetime:
    # By UTC: times in one zone are subtracted by what their clocks show.
    start, end = night.start.astimezone(UTC), night.end.astimezone(UTC)
    return (start + (end - start) / 2).astimezone(night.end.tzinfo)


def _clock(night: Night, moment: datetime) -> float:
    midnight = datetime.combine(night.wake_date, time())
    return (moment.replace(tzinfo=None) - midnight).total_seconds() / 60
