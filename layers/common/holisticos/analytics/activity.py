"""Activity against published guidance."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from holisticos.analytics.comparison import least_days
from holisticos.analytics.numeric import robust
from holisticos.analytics.question import Days, Question, recent
from holisticos.contracts.names import BaselineKind, Direction
from holisticos.contracts.report import WEEK, Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

WEEKLY_MINUTES = 150.0
"""Moderate activity a week from which on the benefit is well established (WHO 2020)."""
VIGOROUS_FACTOR = 2.0
BRISK_CADENCE = 100
"""Steps a minute of a brisk walk (Tudor-Locke et al. 2018)."""
_OLDER = 60.0
ENOUGH_STEPS = 8000.0
"""Steps a day where benefit levels off: from there on for the younger, up to there for the older (Paluch 2022)."""
_STEPS_YOUNGER = (ENOUGH_STEPS, 10000.0)
_STEPS_OLDER = (6000.0, ENOUGH_STEPS)
_STEPS_AGE_UNKNOWN = (ENOUGH_STEPS, ENOUGH_STEPS)
"""Where the two bands meet: right for neither age alone, wrong for none."""


def weekly_activity(moderate: DailySeries | None, vigorous: DailySeries | None, window: DateSpan) -> Evidence:
    """``activity.moderate_equivalent.week``: moderate + 2 x vigorous minutes a week (WHO 2020: 150 to 300).

    Of the last 7 days, scaled up where some are missing; needs 4 of them, with both kinds of minutes where both
    series are given. With one series alone the figure is a lower bound and the method says so. ``baseline.value`` is
    150; ``strength`` the ratio to it minus 1, ``down`` below it, else ``up``.
    """
    week = _week(window)
    absent = [name for name, series in (("moderate", moderate), ("vigorous", vigorous)) if series is None]
    caveat = f"; {' and '.join(absent)} minutes are not known" if absent else ""
    question = Question(
        "activity",
        "moderate_equivalent",
        "week",
        "minute",
        week,
        f"moderate + 2 x vigorous minutes of the days known, per 7 days{caveat}",
        "WHO 2020 (150 to 300 moderate minutes a week, or 75 to 150 vigorous)",
    )
    given = [series for series in (moderate, vigorous) if series is not None]
    if not given:
        return question.unanswered("no activity minutes are known")
    days = _days_of_all(given, week)
    if len(days) < (need := least_days(week)):
        return question.missing(len(days), need)
    factors = ((1.0, moderate), (VIGOROUS_FACTOR, vigorous))
    minutes = sum(factor * _total(series, days) for factor, series in factors if series is not None)
    value = minutes * WEEK / len(days)
    return question.answer(
        value,
        len(days),
        baseline=Baseline(value=WEEKLY_MINUTES, spread=0.0, n=len(days), kind=BaselineKind.GUIDELINE),
        direction=Direction.DOWN if value < WEEKLY_MINUTES else Direction.UP,
        strength=value / WEEKLY_MINUTES - 1,
    )


def weekly_minutes(kinds: Sequence[DailySeries], window: DateSpan) -> tuple[Evidence, ...]:
    """``{metric}.total.week`` of each of ``kinds``: the minutes as they were measured, neither weighted nor scaled up.

    Of those of the last 7 days on which all kinds are known, the days that ``weekly_activity`` rests on.
    """
    week = _week(window)
    days = _days_of_all(kinds, week)
    method = "sum over the days of the week on which all kinds of minutes are known"
    asked = [(series, Question(series.metric, "total", "week", series.unit, week, method)) for series in kinds]
    return tuple(
        question.answer(_total(series, days), len(days)) if days else question.missing(0, 1)
        for series, question in asked
    )


def _week(window: DateSpan) -> DateSpan:
    return DateSpan(start=window.end - timedelta(days=WEEK - 1), end=window.end)


def _days_of_all(kinds: Iterable[DailySeries], span: DateSpan) -> set[date]:
    known = [{day for day in series.values if span.start <= day <= span.end} for series in kinds]
    return set.intersection(*known) if known else set()


def _total(series: DailySeries, days: Iterable[date]) -> float:
    return sum(series.values[day] for day in sorted(days))


def step_band(steps: DailySeries, window: DateSpan, *, age: float | None = None) -> Evidence:
    """``{metric}.guideline_band.window``: mean steps a day against where benefit levels off (Paluch 2022).

    8,000-10,000 under 60 years, 6,000-8,000 from 60 on; 8,000 where the age is not known. ``baseline.value`` is
    the lower end and ``spread`` the width of the band; ``strength`` is the ratio to the lower end minus 1. ``down`` is
    below the band, ``stable`` within, ``up`` above.
    """
    lower, upper = _STEPS_AGE_UNKNOWN if age is None else _STEPS_OLDER if age >= _OLDER else _STEPS_YOUNGER
    question = Question(
        steps.metric,
        "guideline_band",
        "window",
        steps.unit,
        window,
        f"mean of the days against {lower:g} to {upper:g} steps, where benefit levels off"
        if lower < upper
        else f"mean of the days against {lower:g} steps, where the bands of both age groups meet",
        "Paluch et al. 2022",
    )
    days = Days.of(steps, window)
    if len(days) < (need := least_days(window)):
        return question.missing(len(days), need)
    value = robust.mean(days.values)
    direction = Direction.DOWN if value < lower else Direction.UP if value > upper else Direction.STABLE
    return question.answer(
        value,
        len(days),
        baseline=Baseline(value=lower, spread=upper - lower, n=len(days), kind=BaselineKind.GUIDELINE),
        direction=direction,
        strength=value / lower - 1,
    )


def load_ratio(series: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    """``{metric}.load_ratio.7_28``: mean of the last 7 days over the mean of the last 28. Descriptive only.

    It says how the week compares with the month it is part of, and nothing about injury. Needs 4 and 16 valid days.
    """
    month = recent(window, history, 4 * WEEK)
    week = _week(window)
    question = Question(
        series.metric,
        "load_ratio",
        "7_28",
        "ratio",
        month,
        "mean of the last 7 days over the mean of the last 28 days; descriptive, no measure of injury risk",
        "Impellizzeri et al. 2020",
    )
    days, all_days = Days.of(series, week), Days.of(series, month)
    if len(days) < (need := least_days(week)):
        return question.missing(len(days), need, "valid days in 7")
    if len(all_days) < (need := 4 * least_days(week)):
        return question.missing(len(all_days), need, "valid days in 28")
    usual = robust.mean(all_days.values)
    if usual <= 0:
        return question.unanswered("the mean of 28 days is not positive", len(all_days))
    ratio = robust.mean(days.values) / usual
    return question.answer(
        ratio,
        len(all_days),
        baseline=Baseline(value=usual, spread=robust.spread(all_days.values), n=len(all_days), unit=series.unit),
    )
