from datetime import timedelta

from holisticos.analytics import coverage
from tests.unit.analytics.series import LAST, daily, spans

WEEK, _ = spans()


def test_days_without_a_step_or_wholly_sedentary_are_not_worn() -> None:
    steps = daily([5000, 0, 6000, 7000, None, 8000, None])
    sedentary = daily([700, 1440, 1440, 800, None, 900, 700], "activity_sedentary_duration", "minute")
    worn = coverage.worn_days(WEEK, steps=steps, sedentary_minutes=sedentary)
    assert worn == {LAST - timedelta(days=back) for back in (6, 3, 1, 0)}


def test_hours_of_wear_decide_where_they_are_known() -> None:
    assert coverage.worn_days(WEEK, steps=daily([100, 100]), wear_hours=daily([9.9, 10])) == {LAST}


def test_a_day_without_any_measurement_is_not_known_to_be_worn() -> None:
    assert coverage.worn_days(WEEK, steps=daily([])) == frozenset()
    assert coverage.worn_days(WEEK) == frozenset()


def test_days_outside_the_span_are_not_counted() -> None:
    assert len(coverage.worn_days(WEEK, steps=daily([100.0] * 30))) == 7


def test_a_restricted_series_has_only_those_days() -> None:
    series = coverage.restricted(daily([1, 2, 3]), {LAST})
    assert series.values == {LAST: 3}
    assert series.metric == "steps"


def test_valid_days_are_counted_with_their_share() -> None:
    evidence = coverage.valid_days({LAST, LAST - timedelta(days=1), LAST - timedelta(days=99)}, WEEK)
    assert (evidence.id, evidence.value, evidence.n) == ("wear.valid_days.window", 2, 7)
    assert evidence.strength == 2 / 7


def test_completeness_counts_what_is_there() -> None:
    assert coverage.completeness(daily([1, None, None, 2]), WEEK).value == 100 * 2 / 7
    assert coverage.completeness(daily([]), WEEK).value == 0
