"""Real persons, against figures that were published or computed by others."""

import csv
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from statistics import correlation, fmean

import pytest
from scipy import stats

from holisticos.analytics.numeric import robust
from holisticos.analytics.relations import relations
from holisticos.analytics.rhythm import rest_activity_rhythm
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries, HourlySeries, Night
from holisticos.health.wear import unworn_days, without_unworn
from tests.unit.analytics import every_evidence

SHARED = Path(os.environ.get("HOLISTICOS_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real data are not on this machine (../shared/data or HOLISTICOS_SHARED_DATA)"
)

LIFESNAPS = {
    "steps": "steps",
    "resting_hr": "heart_rate_resting",
    "rmssd": "heart_rate_variability_rmssd",
    "minutesAsleep": "sleep_duration",
    "sedentary_minutes": "activity_sedentary_duration",
    "moderately_active_minutes": "activity_mid_intensity_duration",
    "spo2": "oxygen_saturation_sleep",
}
ALWAYS = DateSpan(start=date(2000, 1, 1), end=date(2030, 1, 1))


def rows(file: str) -> Iterator[dict[str, str]]:
    with (SHARED / file).open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@cache
def people() -> dict[str, dict[str, DailySeries]]:
    values: dict[str, dict[str, dict[date, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows("lifesnaps/daily.csv"):
        for column, metric in LIFESNAPS.items():
            if row[column]:
                values[row["id"]][metric][date.fromisoformat(row["date"])] = float(row[column])
    return {
        person: {
            metric: DailySeries(metric=metric, unit="x", values=dict(sorted(by_day.items())))
            for metric, by_day in metrics.items()
        }
        for person, metrics in values.items()
    }


@cache
def hours() -> dict[str, HourlySeries]:
    values: dict[str, dict[datetime, float]] = defaultdict(dict)
    for row in rows("lifesnaps/hourly_steps.csv"):
        values[row["id"]][datetime.fromisoformat(row["hour"]).replace(tzinfo=UTC)] = float(row["steps"])
    return {person: HourlySeries(metric="steps", unit="count", values=by_hour) for person, by_hour in values.items()}


@cache
def sleeps() -> dict[str, list[Night]]:
    nights: dict[str, list[Night]] = defaultdict(list)
    for row in rows("lifesnaps/sleep_sessions.csv"):
        start, end = (datetime.fromisoformat(row[name]).replace(tzinfo=UTC) for name in ("startTime", "endTime"))
        nights[row["id"]].append(Night(wake_date=date.fromisoformat(row["date"]), start=start, end=end))
    return nights


def test_the_rhythm_of_every_person_is_that_of_the_authors() -> None:
    compared = 0
    for row in rows("lifesnaps/reference_step_indices.csv"):
        found = {item.statistic: item.value for item in rest_activity_rhythm(hours()[row["id"]], ALWAYS, ALWAYS)}
        assert found["interdaily_stability"] == pytest.approx(float(row["steps_is_index"]), abs=1e-9)
        assert found["intradaily_variability"] == pytest.approx(float(row["steps_iv_index"]), abs=1e-9)
        compared += 1
    assert compared == 36


def fitabase_days() -> dict[tuple[str, date], dict[str, float]]:
    return {
        (row["Id"], us_date(row["ActivityDate"])): {
            name: float(row[name]) for name in ("TotalSteps", "Calories", "SedentaryMinutes")
        }
        for row in rows("fitabase/dailyActivity_merged.csv")
    }


def us_date(text: str) -> date:
    return datetime.strptime(text.split(" ", maxsplit=1)[0], "%m/%d/%Y").replace(tzinfo=UTC).date()


def test_the_published_figures_of_fitabase() -> None:
    days = list(fitabase_days().values())
    steps, calories, sedentary = (
        [day[name] for day in days] for name in ("TotalSteps", "Calories", "SedentaryMinutes")
    )
    assert len(days) == 940
    assert robust.mean(steps) == pytest.approx(7637.9, abs=0.05)
    assert robust.median(steps) == pytest.approx(7405.5, abs=0.05)
    assert robust.mean(calories) == pytest.approx(2303.6, abs=0.05)
    assert robust.mean(sedentary) == pytest.approx(991.2, abs=0.05)
    assert correlation(steps, calories) == pytest.approx(0.592, abs=5e-4)


def test_the_published_sleep_figures_of_fitabase() -> None:
    records = [
        (row["Id"], us_date(row["SleepDay"]), float(row["TotalMinutesAsleep"]), float(row["TotalTimeInBed"]))
        for row in rows("fitabase/sleepDay_merged.csv")
    ]
    assert robust.mean([asleep for _, _, asleep, _ in records]) == pytest.approx(419.47, abs=5e-3)
    assert robust.mean([in_bed for *_, in_bed in records]) == pytest.approx(458.64, abs=5e-3)
    once = list(dict.fromkeys(records))
    assert len(once) == 410
    assert robust.mean([asleep for _, _, asleep, _ in once]) == pytest.approx(419.17, abs=5e-3)
    assert correlation([r[2] for r in records], [r[3] for r in records]) == pytest.approx(0.930, abs=5e-4)
    days = fitabase_days()
    for name, expected in (("SedentaryMinutes", -0.601), ("TotalSteps", -0.190)):
        pairs = [(days[person, day][name], asleep) for person, day, asleep, _ in once if (person, day) in days]
        assert correlation(*zip(*pairs, strict=True)) == pytest.approx(expected, abs=2e-3)


def paired(person: dict[str, DailySeries], x: str, y: str) -> list[tuple[float, float]]:
    if x not in person or y not in person:
        return []
    return [(person[x].values[day], person[y].values[day]) for day in person[x].values if day in person[y].values]


def test_relations_are_those_of_scipy_within_each_person() -> None:
    compared = 0
    for person in people().values():
        # A variability of 0 means that the device got no result.
        pairs = [pair for pair in paired(person, "heart_rate_resting", "heart_rate_variability_rmssd") if pair[1] > 0]
        if len(pairs) < 14:
            continue
        last = max(person["heart_rate_resting"].values)
        span = DateSpan(start=date(2000, 1, 1), end=max(last, *person["heart_rate_variability_rmssd"].values))
        (evidence,) = relations(
            [(person["heart_rate_resting"], person["heart_rate_variability_rmssd"])], span, span, lags=(0,), days=9999
        )
        assert evidence.n == len(pairs)
        assert evidence.value == pytest.approx(float(stats.spearmanr(pairs).statistic), abs=1e-9)
        compared += 1
    assert compared >= 15


def centred(pairs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    x, y = fmean(a for a, _ in pairs), fmean(b for _, b in pairs)
    return [(a - x, b - y) for a, b in pairs]


@pytest.mark.parametrize(
    ("x", "y"), [("steps", "sleep_duration"), ("heart_rate_resting", "heart_rate_variability_rmssd")]
)
def test_people_differ_more_than_their_days_do(x: str, y: str) -> None:
    """Why relations are looked for within a person: across people they are those of constitution and habit."""
    of_people = [pairs for person in people().values() if (pairs := paired(person, x, y))]
    pooled = correlation(*zip(*chain.from_iterable(of_people), strict=True))
    within = correlation(*zip(*chain.from_iterable(centred(pairs) for pairs in of_people), strict=True))
    assert pooled < within < 0


def ask_everything(person: str) -> Iterator[Evidence]:
    series = people()[person]
    end = max(series["steps"].values)
    window = DateSpan(start=end - timedelta(days=6), end=end)
    history = DateSpan(start=end - timedelta(days=96), end=end - timedelta(days=7))
    for each in without_unworn(series, unworn_days(series, sleeps()[person])).values():
        yield from every_evidence.of_series(each, window, history)
    yield from every_evidence.of_nights(sleeps()[person], window, history)
    yield from every_evidence.of_hours(hours()[person], sleeps()[person], window, history)


PLAUSIBLE: dict[str, Callable[[float], bool]] = {
    "regularity": lambda value: -100 <= value <= 100,
    "interdaily_stability": lambda value: 0 <= value <= 1,
    "relative_amplitude": lambda value: 0 <= value <= 1,
    "variation": lambda value: value >= 0,
    "social_jetlag": lambda value: abs(value) < 600,
    "load_ratio": lambda value: 0 <= value <= 4,
    "kendall_tau": lambda value: -1 <= value <= 1,
}


@pytest.mark.no_cover
def test_everything_can_be_asked_of_everybody() -> None:
    answered = 0
    for person in people():
        if "steps" not in people()[person]:
            continue
        evidence = list(ask_everything(person))
        assert len({item.id for item in evidence}) == len(evidence)
        for item in evidence:
            if item.value is None:
                continue
            answered += 1
            assert item.statistic not in PLAUSIBLE or PLAUSIBLE[item.statistic](item.value), item
    assert answered > 2000
