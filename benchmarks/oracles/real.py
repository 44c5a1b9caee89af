"""Figures of real people that others have computed or published; nothing where the data are absent."""

import csv
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import correlation
from typing import Final

from holisticos.analytics.numeric import robust
from holisticos.analytics.rhythm import rest_activity_rhythm
from holisticos.contracts.report import DateSpan
from holisticos.health.series import HourlySeries

REAL_DATA: Final = Path(os.environ.get("HOLISTICOS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
_ALWAYS: Final = DateSpan(start=date(2000, 1, 1), end=date(2030, 1, 1))


def compared() -> Iterator[tuple[str, str, float, float, int]]:
    """Statistic, where the figure comes from, tolerance, worst error, and over how many figures."""
    if not REAL_DATA.is_dir():
        return
    yield from _rhythm()
    yield from _fitabase()


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (REAL_DATA / file).open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _rhythm() -> Iterator[tuple[str, str, float, float, int]]:
    hours: dict[str, dict[datetime, float]] = {}
    for row in _rows("lifesnaps/hourly_steps.csv"):
        moment = datetime.fromisoformat(row["hour"]).replace(tzinfo=UTC)
        hours.setdefault(row["id"], {})[moment] = float(row["steps"])
    reference = list(_rows("lifesnaps/reference_step_indices.csv"))
    for statistic, column in (
        ("interdaily_stability", "steps_is_index"),
        ("intradaily_variability", "steps_iv_index"),
    ):
        errors = []
        for row in reference:
            series = HourlySeries(metric="steps", unit="count", values=hours[row["id"]])
            found = {item.statistic: item.value for item in rest_activity_rhythm(series, _ALWAYS, _ALWAYS)}
            errors.append(abs((found[statistic] or 0.0) - float(row[column])))
        name = statistic.replace("_", " ")
        yield f"{name} of LifeSnaps persons", "the data set's authors", 1e-9, max(errors), len(errors)


def _fitabase() -> Iterator[tuple[str, str, float, float, int]]:
    """Published to one or two decimals, so that half of the last one is the tolerance."""
    days = list(_rows("fitabase/dailyActivity_merged.csv"))
    steps, calories, sedentary = (
        [float(row[name]) for row in days] for name in ("TotalSteps", "Calories", "SedentaryMinutes")
    )
    sleeps = list(_rows("fitabase/sleepDay_merged.csv"))
    asleep, in_bed = ([float(row[name]) for row in sleeps] for name in ("TotalMinutesAsleep", "TotalTimeInBed"))
    of_fitabase = {
        ("means and median of steps, calories, sedentary minutes", 0.05): (
            (robust.mean(steps), 7637.9),
            (robust.median(steps), 7405.5),
            (robust.mean(calories), 2303.6),
            (robust.mean(sedentary), 991.2),
        ),
        ("means of minutes asleep and in bed", 0.005): (
            (robust.mean(asleep), 419.47),
            (robust.mean(in_bed), 458.64),
        ),
        ("correlations of steps with calories and of sleep with bed", 0.0005): (
            (correlation(steps, calories), 0.592),
            (correlation(asleep, in_bed), 0.930),
        ),
    }
    for (name, tolerance), figures in of_fitabase.items():
        errors = [abs(ours - published) for ours, published in figures]
        yield f"{name}, Fitabase", "published", tolerance, max(errors), len(errors)
