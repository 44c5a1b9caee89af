import math

import pytest
from scipy import stats

from holisticos.analytics.relations import difference, relations
from holisticos.contracts.names import Direction
from holisticos.health.series import DailySeries
from tests.unit.analytics.series import daily, noise, spans

WINDOW, HISTORY = spans()


def linked(n: int, lag: int, seed: int = 1) -> tuple[DailySeries, DailySeries]:
    """Activity, and HRV that falls ``lag`` days after it."""
    activity = noise(n, seed)
    hrv = [
        math.exp(4 - 0.2 * (activity[day - lag] if day >= lag else 0.0) + 0.1 * wobble)
        for day, wobble in enumerate(noise(n, seed + 1))
    ]
    return daily(activity, "late_activity"), daily(hrv, "heart_rate_variability_rmssd", "ms")


def test_a_lagged_relation_is_found_at_its_lag_only() -> None:
    same_day, day_after = relations([linked(60, lag=1)], WINDOW, HISTORY)
    assert same_day.id == "late_activity~heart_rate_variability_rmssd.spearman.lag0"
    assert day_after.id == "late_activity~heart_rate_variability_rmssd.spearman.lag1"
    assert day_after.n == 59
    assert day_after.value is not None
    assert day_after.value < -0.7
    assert day_after.direction is Direction.DOWN
    assert day_after.p_value is not None
    assert day_after.p_value < 1e-6
    assert same_day.p_value is not None
    assert same_day.p_value > 0.05


def test_rho_is_spearmans_over_the_days_that_both_have() -> None:
    x, y = noise(40, 3), noise(40, 4)
    gaps = {3, 8, 20}
    (evidence,) = relations(
        [
            (
                daily([None if day in gaps else value for day, value in enumerate(x)], "x"),
                daily([None if day in {9, 30} else value for day, value in enumerate(y)], "y"),
            )
        ],
        WINDOW,
        HISTORY,
        lags=(1,),
    )
    days = [day for day in range(39) if day not in gaps and day + 1 not in {9, 30}]
    assert evidence.n == len(days)
    assert evidence.value == pytest.approx(
        float(stats.spearmanr([x[day] for day in days], [y[day + 1] for day in days]).statistic), abs=1e-9
    )


def test_every_pair_tried_makes_the_others_less_sure() -> None:
    pair = linked(40, lag=0)
    alone = relations([pair], WINDOW, HISTORY, lags=(0,))[0]
    others = [(daily(noise(40, seed), f"x{seed}"), daily(noise(40, seed + 99), f"y{seed}")) for seed in range(20)]
    among = relations([pair, *others], WINDOW, HISTORY, lags=(0,))
    found = next(item for item in among if item.id == alone.id)
    assert alone.p_value is not None
    assert found.p_value == pytest.approx(21 * alone.p_value)
    assert "21 tests" in found.method


def test_what_leads_has_four_fifths_of_the_rate() -> None:
    pair = linked(40, lag=0)
    others = [(daily(noise(40, seed), f"x{seed}"), daily(noise(40, seed + 99), f"y{seed}")) for seed in range(9)]
    alone = relations([pair], WINDOW, HISTORY, lags=(0,))[0]
    among = relations([pair, *others], WINDOW, HISTORY, lags=(0,), leading={alone.id: Direction.DOWN})
    found = next(item for item in among if item.id == alone.id)
    assert alone.p_value is not None
    # Four fifths for the only leader, and of that four fifths instead of a half for the side on which it is expected.
    assert found.p_value == pytest.approx(alone.p_value / 0.8 * 0.5 / 0.8)
    assert "10 tests (Benjamini-Hochberg, weighted)" in found.method


def test_a_leading_relation_may_be_told_on_either_side_but_has_to_be_surer_on_the_other() -> None:
    pair = linked(40, lag=0)
    alone, expected, against = (
        relations([pair], WINDOW, HISTORY, lags=(0,), leading=leading)[0]
        for leading in (
            {},
            {"late_activity~heart_rate_variability_rmssd.spearman.lag0": Direction.DOWN},
            {"late_activity~heart_rate_variability_rmssd.spearman.lag0": Direction.UP},
        )
    )
    assert alone.p_value is not None
    assert expected.p_value == pytest.approx(alone.p_value / 1.6)
    assert against.p_value == pytest.approx(alone.p_value / 0.4)
    assert alone.direction is expected.direction is against.direction is Direction.DOWN
    assert "Rice & Gaines" in expected.method
    assert "Rice & Gaines" not in alone.method


def test_a_directed_test_errs_no_more_often_than_it_says() -> None:
    people = 400
    leading = {"x~y.spearman.lag0": Direction.UP}
    told = [
        relations([pair], WINDOW, HISTORY, lags=(0,), leading=leading)[0]
        for pair in ((daily(noise(40, seed), "x"), daily(noise(40, seed + 5000), "y")) for seed in range(people))
    ]
    wrong = [item for item in told if item.p_value is not None and item.p_value <= 0.1]
    assert len(wrong) <= 0.1 * people + 2 * math.sqrt(0.09 * people)
    assert sum(item.value is not None and item.value > 0 for item in wrong) > len(wrong) / 2


def test_heart_rate_variability_is_taken_on_its_own_scale() -> None:
    """Its order is the same, and what it means to be twice as high or half as high weighs alike."""
    activity, hrv = linked(40, lag=0)
    inverse = hrv.model_copy(update={"values": {day: 1000 / value for day, value in hrv.values.items()}})
    (one,), (other,) = (relations([(activity, each)], WINDOW, HISTORY, lags=(0,)) for each in (hrv, inverse))
    assert one.value == pytest.approx(-(other.value or 0.0))
    assert one.p_value == pytest.approx(other.p_value)


def test_two_series_that_wander_are_not_related_by_it() -> None:
    sure = 0
    for seed in range(60):
        pair = (
            daily(noise(60, seed, 0.85), "heart_rate_resting", "bpm"),
            daily(noise(60, seed + 500, 0.85), "weight", "kg"),
        )
        (evidence,) = relations([pair], WINDOW, HISTORY, lags=(0,))
        assert evidence.p_value is not None
        sure += evidence.p_value <= 0.05
    assert sure <= 8  # plain Spearman would be sure in about half of them


def test_too_few_pairs_and_constant_series_are_named_and_not_counted() -> None:
    short = (daily([1.0, 2.0] * 6, "a"), daily([1.0, 3.0] * 7, "b"))
    constant = (daily([1.0] * 40, "c"), daily(noise(40, 1), "d"))
    real = (daily(noise(40, 5), "e"), daily(noise(40, 6), "f"))
    found = {item.metric: item for item in relations([short, constant, real], WINDOW, HISTORY, lags=(0,))}
    assert found["a~b"].unavailable_because == "have 12 pairs of days, need 14"
    assert found["c~d"].unavailable_because == "one of the two never varied"
    assert "corrected" not in found["e~f"].method


def test_a_pair_asked_twice_is_tried_once() -> None:
    pair = linked(40, lag=0)
    assert relations([pair, pair], WINDOW, HISTORY) == relations([pair], WINDOW, HISTORY)


def test_no_pairs_give_no_relations() -> None:
    assert relations([], WINDOW, HISTORY) == ()


def test_few_days_that_differ_by_much_tell_more_than_their_order() -> None:
    """One day in three is late: among the late and among the early ones ranks are noise."""
    found = 0
    for seed in range(20):
        late = [day % 3 == 0 for day in range(28)]
        share = [(40.0 if yes else 10.0) + wobble for yes, wobble in zip(late, noise(28, seed, sd=4), strict=True)]
        night = [50 - 8 * (day > 0 and late[day - 1]) + wobble for day, wobble in enumerate(noise(28, seed + 50, sd=4))]
        (evidence,) = relations(
            [(daily(share, "late"), daily(night, "heart_rate_variability_rmssd", "ms"))], WINDOW, HISTORY, lags=(1,)
        )
        assert evidence.value is not None
        assert evidence.p_value is not None
        found += evidence.p_value < float(stats.spearmanr(share[:-1], night[1:]).pvalue)
    assert found >= 15


def test_a_difference_is_that_of_the_days_with_most() -> None:
    x = daily([float(day % 3 == 0) for day in range(42)], "steps", "count")
    y = daily([50.0 - 8 * ((day - 1) % 3 == 0) for day in range(42)], "heart_rate_variability_rmssd", "ms")
    found = difference(x, y, 1, WINDOW, HISTORY)
    assert found.id == "steps~heart_rate_variability_rmssd.difference.lag1"
    assert (found.value, found.unit, found.direction) == (-8.0, "ms", Direction.DOWN)


def test_of_days_that_are_mostly_without_it_those_with_it_are_the_most() -> None:
    x = daily([float(day % 5 == 0) for day in range(40)], "steps", "count")
    y = daily([430.0 + 30 * (day % 5 == 0) for day in range(40)], "sleep_duration", "minute")
    assert difference(x, y, 0, WINDOW, HISTORY).value == 30.0


def test_a_difference_needs_days_with_more_than_others() -> None:
    y = daily(noise(42, 1), "sleep_duration", "minute")
    same = difference(daily([5.0] * 42, "steps", "count"), y, 0, WINDOW, HISTORY)
    assert same.unavailable_because == "have 0 days with more than the others, need 3"
    few = difference(daily([1.0, 2.0, 3.0], "steps", "count"), y, 0, WINDOW, HISTORY)
    assert few.unavailable_because == "have 3 pairs of days, need 14"
