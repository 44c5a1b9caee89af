"""All evidence functions at once, for tests of what holds for each of them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from holisticos.analytics import (
    activity,
    anomalies,
    before_after,
    changepoints,
    daytime,
    heart,
    regularity,
    relations,
    rhythm,
    sleep,
    sleep_timing,
    trends,
    turns,
    usual,
    weekly,
)
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries, HourlySeries, Night


def of_series(series: DailySeries, window: DateSpan, history: DateSpan) -> Iterator[Evidence]:
    """Everything that can be asked of one daily series."""
    yield usual.level(series, window, history)
    yield usual.consistency(series, window, history)
    yield usual.days_beyond(series, window, below=90)
    yield usual.days_beyond(series, window, above=90)
    yield usual.sustained_deviation(series, window, history, least=1.0)
    yield from anomalies.anomalies(series, window, history)
    yield trends.trend(series, window, history)
    yield trends.monotonicity(series, window, history)
    yield from turns.turn(series, window.end - timedelta(days=20), window, history)
    yield changepoints.changepoint(series, window, history)
    yield weekly.weekend_contrast(series, window, history)
    yield before_after.before_after(series, window.end - timedelta(days=9), window, history)
    yield heart.weekly_hrv(series, window, history)
    yield heart.resting_heart_rate(series, window, history)
    yield sleep.debt(series, window)
    yield sleep.habitual_need(series, window, history)
    yield activity.step_band(series, window)
    yield activity.load_ratio(series, window, history)


def of_nights(nights: Sequence[Night], window: DateSpan, history: DateSpan) -> Iterator[Evidence]:
    """Everything that can be asked of nights."""
    for times in (sleep_timing.bedtimes(nights), sleep_timing.wake_times(nights), sleep_timing.mid_sleeps(nights)):
        yield sleep_timing.clock_level(times, window, history)
        yield sleep_timing.clock_variability(times, window, history)
    yield sleep_timing.social_jetlag(nights, window, history)
    yield regularity.sleep_regularity(nights, window, history)


def of_hours(hourly: HourlySeries, nights: Sequence[Night], window: DateSpan, history: DateSpan) -> Iterator[Evidence]:
    """Everything that can be asked of hourly steps."""
    yield from rhythm.rest_activity_rhythm(hourly, window, history)
    yield from daytime.active_hours(hourly, window)
    yield from daytime.sedentary_bouts(hourly, window, nights)


def of_several(series: Sequence[DailySeries], window: DateSpan, history: DateSpan) -> Iterator[Evidence]:
    """Everything that can be asked of series together."""
    yield from relations.relations([(a, b) for a in series for b in series if a is not b], window, history)
    first, second = (*series, None, None)[:2]
    yield activity.weekly_activity(first, second, window)
    yield from activity.weekly_minutes([one for one in (first, second) if one], window)
