import pytest

from holisticos.analytics.activity import load_ratio, step_band, weekly_activity, weekly_minutes
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import daily, spans

WINDOW, HISTORY = spans()


def test_vigorous_minutes_count_twice() -> None:
    evidence = weekly_activity(daily([10.0] * 7), daily([5.0] * 7), WINDOW)
    assert (evidence.id, evidence.value) == ("activity.moderate_equivalent.week", 140)
    assert evidence.direction is Direction.DOWN
    assert evidence.strength == pytest.approx(140 / 150 - 1)


def test_a_week_with_missing_days_is_scaled_to_the_days_where_both_are_known() -> None:
    evidence = weekly_activity(daily([20.0] * 7), daily([None, None, 5, 5, 5, 5, None]), WINDOW)
    assert (evidence.value, evidence.n) == (30 * 7, 4)
    assert evidence.direction is Direction.UP
    few = weekly_activity(daily([20.0] * 7), daily([5, 5, 5]), WINDOW)
    assert few.unavailable_because == "have 3 valid days, need 4"


def test_one_kind_of_minutes_alone_is_said_to_be_alone() -> None:
    assert "vigorous minutes are not known" in weekly_activity(daily([20.0] * 7), None, WINDOW).method
    assert weekly_activity(None, daily([10.0] * 7), WINDOW).value == 140
    assert weekly_activity(None, None, WINDOW).unavailable_because == "no activity minutes are known"


@pytest.mark.parametrize(
    ("age", "steps", "direction"),
    [
        (30, 7999, Direction.DOWN),
        (30, 9000, Direction.STABLE),
        (59.9, 10001, Direction.UP),
        (60, 7000, Direction.STABLE),
        (75, 5999, Direction.DOWN),
        (None, 8001, Direction.UP),
        (None, 7999, Direction.DOWN),
    ],
)
def test_steps_are_told_against_the_band_of_the_age(age: float | None, steps: float, direction: Direction) -> None:
    evidence = step_band(daily([steps] * 7), WINDOW, age=age)
    assert evidence.id == "steps.guideline_band.window"
    assert evidence.direction is direction


def test_load_is_this_week_over_this_month() -> None:
    evidence = load_ratio(daily([10.0] * 21 + [20.0] * 7), WINDOW, HISTORY)
    assert (evidence.id, evidence.unit) == ("steps.load_ratio.7_28", "ratio")
    assert evidence.value == pytest.approx(20 / 12.5)
    assert evidence.direction is None
    assert "no measure of injury risk" in evidence.method


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([10.0] * 25 + [None] * 4, "have 3 valid days in 7, need 4"),
        ([10.0] * 15, "have 15 valid days in 28, need 16"),
        ([0.0] * 28, "the mean of 28 days is not positive"),
    ],
)
def test_load_needs_days(values: list[float | None], reason: str) -> None:
    assert load_ratio(daily(values), WINDOW, HISTORY).unavailable_because == reason


def test_steps_need_days() -> None:
    assert step_band(daily([1, 2, 3]), WINDOW).unavailable_because == "have 3 valid days, need 4"


def test_minutes_are_told_as_measured_on_the_days_known_of_all_kinds() -> None:
    moderate, vigorous = daily([20.0] * 7), daily([None, None, 5, 5, 5, 5, None], metric="vigorous")
    first, second = weekly_minutes([moderate, vigorous], WINDOW)
    assert [(first.value, first.n), (second.value, second.n)] == [(80, 4), (20, 4)]
