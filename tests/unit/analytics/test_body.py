import pytest

from holisticos.analytics.body import energy_balance
from holisticos.analytics.trends import trend
from tests.unit.analytics.series import daily, spans

WINDOW, HISTORY = spans()


def test_half_a_kilogram_a_week_is_550_kcal_a_day() -> None:
    weight = trend(daily([80 - day / 14 for day in range(42)], "weight", "kg"), WINDOW, HISTORY)
    balance = energy_balance(weight)
    assert balance.id == "energy_balance.from_weight.42d"
    assert balance.value == pytest.approx(-550)
    assert (balance.n, balance.direction, balance.window) == (weight.n, weight.direction, weight.window)
    assert balance.rests_on == (weight.id,)


def test_only_the_trend_of_a_weight_has_one() -> None:
    too_short = trend(daily([80.0, 81.0], "weight", "kg"), WINDOW, HISTORY)
    waist = trend(daily([80.0 + day % 3 for day in range(42)], "waist_circumference", "cm"), WINDOW, HISTORY)
    for other in (too_short, waist):
        with pytest.raises(ValueError, match="no trend of a weight"):
            energy_balance(other)
