"""A small made-up person, different each time a seed says so, with truths that can be planted."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from holisticos.agents import metrics
from holisticos.contracts.analysis import AnalysisWindow, DataQuality
from holisticos.contracts.feedback import Answer
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.profile import Profile
from holisticos.health.series import DailySeries, HourlySeries, Night

LAST_DAY = date(2026, 3, 15)
"""A Sunday."""
ZONE = ZoneInfo("Europe/Berlin")
UNITS: Mapping[str, str] = {
    metrics.STEPS: "count",
    metrics.ACTIVE_MINUTES: "minute",
    metrics.MODERATE_MINUTES: "minute",
    metrics.VIGOROUS_MINUTES: "minute",
    metrics.SEDENTARY_MINUTES: "minute",
    metrics.TOTAL_ENERGY: "kcal",
    metrics.SLEEP_MINUTES: "minute",
    metrics.RESTING_HEART_RATE: "bpm",
    metrics.HRV: "ms",
    metrics.BREATHING_ASLEEP: "breaths_per_minute",
    metrics.OXYGEN_ASLEEP: "percent",
    metrics.WEIGHT: "kg",
    metrics.GLUCOSE: "mg/dl",
}
USUAL: Mapping[str, tuple[float, float]] = {
    metrics.STEPS: (7000, 1500),
    metrics.ACTIVE_MINUTES: (200, 40),
    metrics.MODERATE_MINUTES: (12, 6),
    metrics.VIGOROUS_MINUTES: (5, 3),
    metrics.SEDENTARY_MINUTES: (700, 60),
    metrics.TOTAL_ENERGY: (2300, 150),
    metrics.SLEEP_MINUTES: (430, 40),
    metrics.RESTING_HEART_RATE: (60, 1.5),
    metrics.HRV: (45, 6),
    metrics.BREATHING_ASLEEP: (14.8, 0.4),
    metrics.OXYGEN_ASLEEP: (96, 0.6),
    metrics.WEIGHT: (75, 0.4),
}
"""Mean and standard deviation."""

Plant = Callable[[date, float], float]
"""Changes the value of a day."""


def in_window(change: Callable[[float], float], days: int = 7, last_day: date = LAST_DAY) -> Plant:
    """A plant that changes the last ``days`` days up to ``last_day``."""
    first = last_day - timedelta(days=days - 1)
    return lambda day, value: change(value) if day >= first else value


STRAIN: dict[str, Plant] = {
    metrics.HRV: in_window(lambda value: value * 0.6),
    metrics.RESTING_HEART_RATE: in_window(lambda value: value + 8),
}
"""A week of low heart rate variability and a raised resting heart rate."""


def is_free(day: date) -> bool:
    return day.weekday() >= 5


def a_person(
    seed: int = 1,
    *,
    days: int = 60,
    window_days: int = 7,
    plants: Mapping[str, Plant] | None = None,
    only: frozenset[str] | None = None,
    memory: Memory | None = None,
    feedback: tuple[Answer, ...] = (),
    last_day: date = LAST_DAY,
    **profile: Any,
) -> UserHealthContext:
    """``days`` days up to ``last_day``; ``only`` keeps some metrics (``nights`` and ``hours`` count as such)."""
    rng = random.Random(seed)  # noqa: S311 - data, not secrets
    dates = [last_day - timedelta(days=back) for back in reversed(range(days))]
    series = {}
    for metric, (mean, spread) in USUAL.items():
        values = {day: max(0.1, rng.gauss(mean, spread)) for day in dates}
        plant = (plants or {}).get(metric)
        series[metric] = DailySeries(
            metric=metric,
            unit=UNITS[metric],
            values={day: plant(day, value) if plant else value for day, value in values.items()},
        )
    hours = {
        datetime.combine(day, time(hour), ZONE): float(round(max(0.0, rng.gauss(450, 300)))) if hour > 7 else 0.0
        for day in dates
        for hour in range(24)
    }
    nights = tuple(_night(day, rng) for day in dates)
    wanted = only if only is not None else frozenset({*USUAL, "nights", "hours"})
    window = DateSpan(start=last_day - timedelta(days=window_days - 1), end=last_day)
    return UserHealthContext(
        user_id="user-1",
        as_of=datetime.combine(last_day, time(23, 59, 59), ZONE).astimezone(UTC),
        profile=Profile.model_validate({"user_id": "user-1", "timezone": "Europe/Berlin", **profile}),
        window=AnalysisWindow.of(window, "Europe/Berlin"),
        history=DateSpan(start=window.start - timedelta(days=90), end=window.start - timedelta(days=1)),
        biomarkers={name: one for name, one in series.items() if name in wanted},
        hourly={metrics.STEPS: HourlySeries(metric=metrics.STEPS, unit="count", values=hours)}
        if "hours" in wanted
        else {},
        nights=nights if "nights" in wanted else (),
        memory=memory or Memory(),
        feedback=feedback,
        quality=DataQuality(score=0.9, wear_days=window_days),
    )


def _night(day: date, rng: random.Random) -> Night:
    start = datetime.combine(day, time(0, 10), ZONE) - timedelta(minutes=rng.gauss(30, 25))
    end = datetime.combine(day, time(7, 20), ZONE) + timedelta(minutes=rng.gauss(0, 25))
    asleep = (end - start).total_seconds() / 60 * 0.9
    return Night(wake_date=day, start=start, end=end, asleep_minutes=asleep)
