"""How persons' days differ from one another: the figures behind ``persona.Noise``.

``python -m local.people.calibration FOLDER`` prints them for a folder of real data. Each figure is
computed within every person who has enough of it, and the median over the persons is taken; so real
and synthetic persons can be compared by the same code.
"""

import argparse
import math
import statistics as st
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from local.people.formats import open_input
from local.people.records import PersonRecords

_DAY = timedelta(days=1)
_MIN_DAYS = 28
"""Values a person needs for a figure."""
_MIN_PAIRS = 14
_MIN_PERSON_DAYS = 42
_MAIN_SLEEP = 180.0
"""Minutes; what is shorter was a nap."""
_BEDTIMES = (-300.0, 360.0)
"""Minutes after midnight within which a sleep counts as a night's."""
_MAD_TO_SD = 1.4826

Series = dict[date, float]
Figure = tuple[float, int]
"""A median over persons, and their number."""


def measure(persons: Iterable[PersonRecords]) -> dict[str, Figure]:
    """Every figure of ``persona.Noise`` that can be measured, and some that follow from several."""
    series = [daily_series(person) for person in persons]
    root = [{day: math.sqrt(v) for day, v in person["steps"].items()} for person in series]
    sleep = [{d: v for d, v in person["sleep_duration"].items() if v >= _MAIN_SLEEP} for person in series]
    bedtime = [
        {d: v for d, v in person["sleep_start_time"].items() if _BEDTIMES[0] < v < _BEDTIMES[1]} for person in series
    ]
    log_hrv = [{d: math.log(v) for d, v in p["heart_rate_variability_rmssd"].items()} for p in series]
    resting, sleep_hr = (_of(series, type_) for type_ in ("heart_rate_resting", "heart_rate_sleep"))
    breath, oxygen, temperature = (
        _of(series, type_) for type_ in ("respiratory_rate_sleep", "oxygen_saturation_sleep", "skin_temperature_sleep")
    )
    energy, steps = _of(series, "total_energy_burned"), _of(series, "steps")
    return {
        "steps_root_cv": _median(root, lambda s: st.stdev(s.values()) / st.mean(s.values())),
        "steps_lag1": _median(root, lag1),
        "sleep_sd": _median(sleep, _spread),
        "sleep_lag1": _median(sleep, lag1),
        "bedtime_sd": _median(bedtime, _spread),
        "bedtime_usual_sd": _median(bedtime, _robust_spread),
        "bedtime_lag1": _median(bedtime, lag1),
        "bedtime_with_sleep": _paired(bedtime, sleep),
        "resting_hr_sd": _median(resting, _spread),
        "resting_hr_lag1": _median(resting, lag1),
        "log_hrv_sd": _median(log_hrv, _spread),
        "log_hrv_lag1": _median(log_hrv, lag1),
        "hrv_with_resting_hr": _paired(resting, log_hrv),
        "sleep_hr_sd": _median(sleep_hr, _spread),
        "sleep_hr_with_hrv": _paired(sleep_hr, log_hrv),
        "sleep_hr_with_resting_hr": _paired(sleep_hr, resting),
        "respiration_sd": _median(breath, _spread),
        "respiration_lag1": _median(breath, lag1),
        "oxygen_sd": _median(oxygen, _spread),
        "temperature_sd": _median(temperature, _spread),
        "temperature_lag1": _median(temperature, lag1),
        "energy_with_steps": _paired(energy, steps),
        "asleep_share_of_bed": _median(
            [_ratio(p["sleep_duration"], p["sleep_in_bed_duration"]) for p in series], lambda s: st.mean(s.values())
        ),
        "night_missing": _middle(
            1 - len(p["sleep_duration"].keys() & p["steps"].keys()) / len(p["steps"])
            for p in series
            if len(p["sleep_duration"]) >= _MIN_DAYS
        ),
        "unworn_share": _median(steps, _unworn_share),
    }


def daily_series(person: PersonRecords) -> defaultdict[str, Series]:
    """Finished daily values by type and local date; clock times become minutes after midnight."""
    series: defaultdict[str, Series] = defaultdict(dict)
    for record in person.biomarkers:
        if record["periodicity"] != "daily":
            continue
        day = datetime.fromisoformat(record["endDateTime"]).date()
        if record["valueType"] == "datetime":
            at = datetime.fromisoformat(record["value"]).replace(tzinfo=None)
            value = (at - datetime.combine(day, time())).total_seconds() / 60
        else:
            value = float(record["value"])
        series[record["type"]][day] = value
    return series


def lag1(series: Series) -> float:
    """Correlation of a value with the next day's; NaN where it has none."""
    days = [day for day in series if day + _DAY in series]
    return _correlation([series[day] for day in days], [series[day + _DAY] for day in days])


def _of(series: Sequence[Mapping[str, Series]], type_: str) -> list[Series]:
    return [person[type_] for person in series]


def _median(persons: Sequence[Series], figure: Callable[[Series], float]) -> Figure:
    return _middle(figure(series) for series in persons if len(series) >= _MIN_DAYS)


def _middle(figures: Iterable[float]) -> Figure:
    known = [value for value in figures if not math.isnan(value)]
    return (st.median(known), len(known)) if known else (math.nan, 0)


def _paired(left: Sequence[Series], right: Sequence[Series]) -> Figure:
    """Median correlation of two series over the days that have both."""
    figures = []
    for one, other in zip(left, right, strict=True):
        days = sorted(one.keys() & other.keys())
        if len(days) >= _MIN_DAYS:
            figures.append(_correlation([one[day] for day in days], [other[day] for day in days]))
    return _middle(figures)


def _correlation(left: Sequence[float], right: Sequence[float]) -> float:
    if len(left) < _MIN_PAIRS or len(set(left)) == 1 or len(set(right)) == 1:
        return math.nan
    return st.correlation(left, right)


def _spread(series: Series) -> float:
    return st.stdev(series.values())


def _robust_spread(series: Series) -> float:
    middle = st.median(series.values())
    return _MAD_TO_SD * st.median(abs(value - middle) for value in series.values())


def _ratio(part: Series, whole: Series) -> Series:
    return {day: value / whole[day] for day, value in part.items() if whole.get(day)}


def _unworn_share(worn: Series) -> float:
    return 1 - len(worn) / ((max(worn) - min(worn)).days + 1)


def main() -> None:
    """Print the figures of a folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    reader = open_input(parser.parse_args().folder)
    persons = [reader.records(p.person_id) for p in reader.persons() if p.days >= _MIN_PERSON_DAYS]
    for name, (value, count) in measure(persons).items():
        print(f"{name:26}{value:10.3f}   {count} persons")  # noqa: T201 - a script's output


if __name__ == "__main__":
    main()
