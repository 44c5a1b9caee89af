"""Activity against published guidance."""

from datetime import timedelta

from holisticos.analytics.comparison import least_days
from holisticos.analytics.numeric import robust
from holisticos.analytics.question import Days, Question, recent
from holisticos.contracts.names import BaselineKind, Direction
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from holisticos.health.series import DailySeries

WEEKLY_MINUTES = 150.0
VIGOROUS_FACTOR = 2.0
BRISK_CADENCE = 100
"""Steps a minute of a brisk walk (Tudor-Locke et al. 2018)."""
_WEEK = 7
_OLDER = 60.0
_STEPS_YOUNGER = (8000.0, 10000.0)
_STEPS_OLDER = (6000.0, 8000.0)
_STEPS_AGE_UNKNOWN = (8000.0, 8000.0)
"""Where the two bands meet: right for neither age alone, wrong for none."""


def weekly_activity(moderate: DailySeries | None, vigorous: DailySeries | None, window: DateSpan) -> Evidence:
    """``activity.moderate_equivalent.week``: moderate + 2 x vigorous minutes a week (WHO 2020: 150 to 300).

    Of the last 7 days, scaled up where some are missing; needs 4 of them, with both kinds of minutes where both
    series are given. With one series alone the figure is a lower bound and the method says so. ``baseline.value`` is
    150; ``strength`` the ratio to it minus 1, ``down`` below it, else ``up``.
    """
    week = DateSpan(start=window.end - timedelta(days=_WEEK - 1), end=window.end)
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
    given = [
        (factor, Days.of(series, week))
        for factor, series in ((1.0, moderate), (VIGOROUS_FACTOR, vigorous))
        if series is not None
    ]
    if not given:
        return question.unanswered("no activity minutes are known")
    days = set(given[0][1].ordinals).intersection(*(known.ordinals for _, known in given))
    if len(days) < (need := least_days(week)):
        return question.missing(len(days), need)
    minutes = sum(
        factor * value
        for factor, known in given
        for day, value in zip(known.ordinals, known.values, strict=True)
        if day in days
    )
    value = minutes * _WEEK / len(days)
    return question.answer(
        value,
        len(days),
        baseline=Baseline(value=WEEKLY_MINUTES, spread=0.0, n=len(days), kind=BaselineKind.GUIDELINE),
        direction=Direction.DOWN if value < WEEKLY_MINUTES else Direction.UP,
        strength=value / WEEKLY_MINUTES - 1,
    )


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
    month = recent(window, history, 4 * _WEEK)
    week = DateSpan(start=window.end - timedelta(days=_WEEK - 1), end=window.end)
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
