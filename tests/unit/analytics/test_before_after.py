from datetime import date, timedelta

import pytest
from scipy import stats

from holisticos.analytics.before_after import before_after, more_often
from holisticos.analytics.usual import days_beyond
from holisticos.contracts.names import Direction
from holisticos.contracts.report import DateSpan
from tests.unit.analytics.series import LAST, daily, noise, spans

WINDOW, HISTORY = spans()
CHANGE = LAST - timedelta(days=13)


def test_a_visible_change_is_the_difference_of_medians() -> None:
    series = daily([5000.0, 5200, 4800, 5100] * 7 + [7000.0, 7300] * 7)
    evidence = before_after(series, CHANGE, WINDOW, HISTORY)
    assert evidence.id == f"steps.before_after.{CHANGE}"
    assert evidence.value == pytest.approx(7150 - 5050)
    assert (evidence.n, evidence.direction) == (14, Direction.UP)
    assert evidence.baseline is not None
    assert (evidence.baseline.value, evidence.baseline.n) == (5050, 28)
    assert evidence.p_value is not None
    assert evidence.p_value <= 0.002


def test_no_visible_change_is_a_result() -> None:
    evidence = before_after(daily(noise(42, 1, 0.2, 5000, 1000)), CHANGE, WINDOW, HISTORY)
    assert evidence.value is not None
    assert evidence.direction is Direction.STABLE
    assert evidence.p_value is not None
    assert evidence.p_value > 0.05


def test_the_same_data_give_the_same_evidence() -> None:
    series = daily(noise(28, 2, 0.2, 5000, 500) + noise(14, 3, 0.2, 5600, 500))
    assert before_after(series, CHANGE, WINDOW, HISTORY) == before_after(series, CHANGE, WINDOW, HISTORY)


@pytest.mark.parametrize(
    ("values", "change", "reason"),
    [
        ([1.0] * 18, CHANGE, "have 4 valid days before, need 5"),
        ([1.0] * 42, LAST - timedelta(days=3), "have 4 valid days after, need 5"),
        ([1.0] * 42, LAST + timedelta(days=10), "have 0 valid days after, need 5"),
        ([1.0] * 42, LAST - timedelta(days=200), "have 0 valid days before, need 5"),
        ([], CHANGE, "have 0 valid days before, need 5"),
    ],
)
def test_what_is_missing_is_named(values: list[float], change: date, reason: str) -> None:
    evidence = before_after(daily(values), change, WINDOW, HISTORY)
    assert evidence.unavailable_because == reason


def test_levels_without_scatter_differ_without_a_p() -> None:
    evidence = before_after(daily([80.0] * 28 + [79.0] * 14, "weight", "kg"), CHANGE, WINDOW, HISTORY)
    assert (evidence.value, evidence.direction, evidence.p_value) == (-1, Direction.DOWN, None)


@pytest.mark.parametrize(("since", "chance"), [([9000.0] * 6 + [5000], 0.05), ([9000.0] * 4 + [5000] * 3, 0.34)])
def test_days_are_counted_beside_those_before(since: list[float], chance: float) -> None:
    """Of a week, beside 11 of the 28 days before it."""
    series = daily([9000.0] * 11 + [5000.0] * 17 + since)
    last, first = WINDOW, DateSpan(start=WINDOW.start - timedelta(days=28), end=WINDOW.start - timedelta(days=1))
    counted = more_often(*(days_beyond(series, span, above=8000) for span in (last, first)))
    assert counted.baseline is not None
    assert (counted.n, counted.baseline.value, counted.baseline.n) == (7, 11, 28)
    hits = since.count(9000)
    expected = float(stats.hypergeom.sf(hits - 1, 35, hits + 11, 7))
    assert counted.p_value == pytest.approx(expected, rel=1e-9)
    assert counted.p_value == pytest.approx(chance, abs=0.02)


def test_without_days_before_there_is_nothing_to_compare_with() -> None:
    series = daily([9000.0] * 7)
    counted = days_beyond(series, WINDOW, above=8000)
    before = days_beyond(series, HISTORY, above=8000)
    assert more_often(counted, before) == counted
