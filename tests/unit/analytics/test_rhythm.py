from datetime import timedelta

import numpy as np
import pytest

from holisticos.analytics.rhythm import rest_activity_rhythm
from holisticos.contracts.report import Evidence
from tests.unit.analytics.series import LAST, hourly, seeded, spans

WINDOW, HISTORY = spans()


def steps(days: int, seed: int = 1) -> list[list[float | None]]:
    random = seeded(seed)
    return [[float(hour in range(8, 20)) * random.randint(0, 2000) for hour in range(24)] for _ in range(days)]


def by_name(evidence: tuple[Evidence, ...]) -> dict[str, Evidence]:
    return {item.statistic: item for item in evidence}


def test_the_rhythm_is_that_of_all_hours() -> None:
    days = steps(14)
    found = by_name(rest_activity_rhythm(hourly(days), WINDOW, HISTORY))
    table = np.array(days, dtype=float)
    assert found["interdaily_stability"].value == pytest.approx(table.mean(axis=0).var(ddof=1) / table.var(ddof=1))
    assert found["intradaily_variability"].value == pytest.approx(
        (np.diff(table.ravel()) ** 2).mean() / table.var(ddof=1)
    )
    m10, l5 = found["m10"].value, found["l5"].value
    assert m10 is not None
    assert l5 == 0
    assert found["relative_amplitude"].value == 1
    assert found["m10_start"].value in {8 * 60, 9 * 60, 10 * 60}
    assert found["l5_start"].unit == "clock"
    assert found["m10"].unit == "count_per_hour"
    assert {item.id for item in found.values()} == {f"steps.{name}.all" for name in found}


def test_days_not_worn_can_be_left_out() -> None:
    days = steps(14)
    days[3] = [0.0] * 24
    worn = {LAST - timedelta(days=back) for back in range(14)} - {LAST - timedelta(days=10)}
    found = by_name(rest_activity_rhythm(hourly(days), WINDOW, HISTORY, worn=worn))
    table = np.array([day for place, day in enumerate(days) if place != 3], dtype=float)
    assert found["interdaily_stability"].value == pytest.approx(table.mean(axis=0).var(ddof=1) / table.var(ddof=1))
    assert found["interdaily_stability"].n == 13


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ([], "have 0 days with 20 hours or more, need 5"),
        (steps(4), "have 4 days with 20 hours or more, need 5"),
        ([[None, *day[1:]] for day in steps(9)], "an hour of the day has no value"),
    ],
)
def test_what_is_missing_is_named(days: list[list[float | None]], reason: str) -> None:
    evidence = rest_activity_rhythm(hourly(days), WINDOW, HISTORY)
    assert len(evidence) == 7
    assert {item.unavailable_because for item in evidence} == {reason}


def test_hours_that_never_vary_have_no_rhythm_but_a_level() -> None:
    found = by_name(rest_activity_rhythm(hourly([[0.0] * 24] * 8), WINDOW, HISTORY))
    assert found["m10"].value == 0
    assert found["interdaily_stability"].unavailable_because == "all hours are equal"
    assert found["relative_amplitude"].unavailable_because == "all hours are equal"
