import statistics
from datetime import timedelta

import pytest

from holisticos.analytics import usual
from holisticos.contracts.names import Direction
from holisticos.contracts.report import DateSpan
from tests.unit.analytics.series import LAST, daily, noise, spans

WINDOW, HISTORY = spans()


def test_a_window_is_compared_with_the_last_28_days_before_it() -> None:
    far_past, before, now = [99999.0] * 20, [4000.0, 6000.0] * 14, [7000.0] * 7
    evidence = usual.level(daily([*far_past, *before, *now]), WINDOW, HISTORY)
    assert evidence.id == "steps.median.window"
    assert (evidence.value, evidence.unit, evidence.n) == (7000, "count", 7)
    assert evidence.baseline is not None
    assert (evidence.baseline.value, evidence.baseline.n) == (5000, 28)
    assert evidence.baseline.spread == pytest.approx(1482.6, abs=0.1)
    assert evidence.strength == pytest.approx(2000 / 1482.6, abs=1e-4)
    assert evidence.direction is Direction.UP


def test_absent_days_are_not_zero() -> None:
    evidence = usual.level(
        daily([5000.0] * 20 + [None] * 8 + [6000, None, None, 6000, 6000, 6000, None]), WINDOW, HISTORY
    )
    assert (evidence.value, evidence.n) == (6000, 4)
    assert evidence.baseline is not None
    assert (evidence.baseline.value, evidence.baseline.n) == (5000, 20)


def test_too_few_days_in_the_window_are_named() -> None:
    evidence = usual.level(daily([5000.0] * 28 + [None, None, 1, 2, 3, None, None]), WINDOW, HISTORY)
    assert evidence.value is None
    assert evidence.unavailable_because == "have 3 valid days, need 4"


def test_three_nights_of_a_week_are_enough_for_nightly_series_and_two_are_not() -> None:
    nights: list[float | None] = [*noise(28, 1, centre=430, sd=60)]
    week = [None, 300.0, None, None, 310.0, 320.0, None]
    told = usual.level(daily([*nights, *week], "sleep_duration", "minute"), WINDOW, HISTORY, nightly=True)
    assert (told.value, told.n, told.direction) == (310, 3, Direction.DOWN)
    assert told.p_value is not None
    assert told.p_value < 0.01
    fewer = usual.level(daily([*nights, *week[:-2], None, None], "sleep_duration"), WINDOW, HISTORY, nightly=True)
    assert fewer.unavailable_because == "have 2 valid days, need 3"


def test_three_nights_are_less_sure_than_seven() -> None:
    nights: list[float | None] = [*noise(28, 1, centre=430, sd=60)]
    few, many = (
        usual.level(daily([*nights, *week], "sleep_duration"), WINDOW, HISTORY, nightly=True)
        for week in ([None, 330.0, None, 330.0, None, 330.0, None], [330.0] * 7)
    )
    assert few.p_value is not None
    assert many.p_value is not None
    assert few.p_value > 2 * many.p_value


def test_one_freak_night_of_three_is_no_change() -> None:
    nights: list[float | None] = [*noise(28, 1, centre=430, sd=60)]
    evidence = usual.level(
        daily([*nights, None, 430.0, None, None, 435.0, 0.0, None], "sleep_duration"), WINDOW, HISTORY, nightly=True
    )
    assert evidence.direction is Direction.STABLE


def test_without_a_baseline_the_value_stands_alone_and_says_why() -> None:
    evidence = usual.level(daily([5000.0] * 14), WINDOW, HISTORY)
    assert evidence.value == 5000
    assert (evidence.baseline, evidence.direction, evidence.strength, evidence.p_value) == (None, None, None, None)
    assert "have 7 valid days before the window, need 8" in evidence.method


def test_history_bounds_the_baseline() -> None:
    window, history = spans(history=10)
    evidence = usual.level(daily([0.0] * 50 + [5000.0] * 17), window, history)
    assert evidence.baseline is not None
    assert (evidence.baseline.value, evidence.baseline.n) == (5000, 10)


def test_a_clear_change_is_sure_and_noise_is_not() -> None:
    before = noise(28, 1, 0.2, 8000, 2000)
    lower = usual.level(daily(before + noise(7, 2, 0.2, 2000, 2000)), WINDOW, HISTORY)
    assert lower.direction is Direction.DOWN
    assert lower.p_value is not None
    assert lower.p_value < 0.001
    same = usual.level(daily(before + noise(7, 3, 0.2, 8000, 2000)), WINDOW, HISTORY)
    assert same.p_value is not None
    assert same.p_value > 0.05


@pytest.mark.parametrize(("now", "direction"), [(80, Direction.STABLE), (81, Direction.UP), (79, Direction.DOWN)])
def test_against_a_constant_past_every_difference_is_one_but_nothing_can_be_tested(
    now: float, direction: Direction
) -> None:
    evidence = usual.level(daily([80.0] * 28 + [now] * 7, "weight", "kg"), WINDOW, HISTORY)
    assert evidence.direction is direction
    assert evidence.strength is None
    assert evidence.p_value is None


def test_one_day_is_a_window_too() -> None:
    window, history = spans(window=1)
    evidence = usual.level(daily([*noise(28, 4, centre=60), 75]), window, history)
    assert (evidence.value, evidence.n) == (75, 1)
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01


def test_a_window_with_a_time_zone_leaves_plain_days_in_the_evidence() -> None:
    class Zoned(DateSpan):
        timezone: str

    evidence = usual.level(daily([1.0] * 40), Zoned(start=WINDOW.start, end=WINDOW.end, timezone="UTC"), HISTORY)
    assert evidence.window == WINDOW


def test_variation_is_compared_with_earlier_weeks() -> None:
    steady, wild = [10.0, 11, 10, 9, 10, 11, 9], [1.0, 30, 2, 25, 3, 28, 1]
    evidence = usual.consistency(daily(steady * 6 + wild), WINDOW, HISTORY)
    assert evidence.id == "steps.variation.window"
    assert evidence.value == pytest.approx(100 * statistics.stdev(wild) / statistics.fmean(wild))
    assert evidence.direction is Direction.UP
    assert evidence.p_value is not None
    assert evidence.p_value < 0.001
    assert evidence.baseline is not None
    assert evidence.baseline.value == pytest.approx(100 * statistics.stdev(steady) / 10)


def test_variation_needs_a_positive_mean_and_three_weeks_to_compare() -> None:
    assert usual.consistency(daily([0.0] * 35), WINDOW, HISTORY).unavailable_because == "the mean is not positive"
    alone = usual.consistency(daily([1.0, 2, 3] * 7), WINDOW, HISTORY)
    assert alone.value is not None
    assert "have 2 earlier weeks, need 3" in alone.method
    assert usual.consistency(daily([1, 2, 3]), WINDOW, HISTORY).unavailable_because == "have 3 valid days, need 4"


def test_days_beyond_a_limit_are_counted() -> None:
    series = daily([95, 89, 90, None, 88.5], "oxygen_saturation_sleep", "percent")
    below = usual.days_beyond(series, WINDOW, below=90)
    assert (below.id, below.value, below.n) == ("oxygen_saturation_sleep.days_below_90.window", 2, 4)
    assert below.strength == 0.5
    above = usual.days_beyond(series, WINDOW, above=94.5)
    assert (above.id, above.value) == ("oxygen_saturation_sleep.days_above_94_5.window", 1)
    assert usual.days_beyond(daily([]), WINDOW, below=90).unavailable_because == "have 0 valid days, need 1"


def test_exactly_one_limit_is_asked_for() -> None:
    for limits in ({}, {"below": 1.0, "above": 2.0}):
        with pytest.raises(ValueError, match="either below or above"):
            usual.days_beyond(daily([1]), WINDOW, **limits)


@pytest.mark.parametrize(
    ("end", "run"),
    [
        ([60, 60, 60, 60, 75, 76, 77], 3),
        ([75, 75, 75, 75, 60, 76, 77], 2),
        ([75, 75, 75, 75, 75, 75, 60], 0),
        ([60, 60, 75, 75, 75, None, 77], 1),
        ([60, 60, 60, 60, 40, 76, 77], 2),
        ([60, 60, 60, 60, 40, 41, None], 2),
    ],
)
def test_a_sustained_deviation_is_a_run_of_days_on_one_side(end: list[float | None], run: int) -> None:
    evidence = usual.sustained_deviation(
        daily([59.0, 60, 61, 60] * 7 + end, "heart_rate_resting", "bpm"), WINDOW, HISTORY, least=5.0
    )
    assert evidence.value == run
    assert evidence.direction is (Direction.STABLE if run == 0 else Direction.UP if end[-1] == 77 else Direction.DOWN)


def test_a_sustained_deviation_is_about_the_days_of_its_run() -> None:
    run = [60.0, 75, 76, 75, 76, None, None]
    evidence = usual.sustained_deviation(daily([59.0, 60, 61, 60] * 7 + run), WINDOW, HISTORY, least=5.0)
    assert (evidence.value, evidence.n) == (4, 4)
    assert evidence.window == DateSpan(start=LAST - timedelta(days=5), end=LAST - timedelta(days=2))


@pytest.mark.parametrize(("value", "run"), [(61.0, 0), (64.9, 0), (65.0, 3), (54.0, 3)])
def test_what_hardly_varies_deviates_by_the_least_amount_only(value: float, run: int) -> None:
    """One value in 14 differs by 1: the scaled mean deviation is a tenth of a beat."""
    evidence = usual.sustained_deviation(
        daily(([60.0] * 13 + [61.0]) * 3 + [60.0] * 4 + [value] * 3), WINDOW, HISTORY, least=5.0
    )
    assert evidence.value == run


def test_a_sustained_deviation_needs_something_to_deviate_from() -> None:
    for values, reason in (
        ([60.0] * 10, "have 3 valid days before the window, need 8"),
        ([60.0] * 40, "the earlier values are all equal"),
        ([], "have 0 valid days, need 1"),
    ):
        assert usual.sustained_deviation(daily(values), WINDOW, HISTORY, least=5.0).unavailable_because == reason


def test_a_history_that_ends_inside_the_window_is_cut() -> None:
    overlapping = DateSpan(start=LAST - timedelta(days=40), end=LAST)
    assert usual.level(daily([1.0, 2.0] * 20), WINDOW, overlapping) == usual.level(
        daily([1.0, 2.0] * 20), WINDOW, DateSpan(start=overlapping.start, end=WINDOW.start - timedelta(days=1))
    )
