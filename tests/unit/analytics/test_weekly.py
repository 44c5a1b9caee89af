import pytest

from holisticos.analytics.weekly import weekend_contrast
from holisticos.contracts.names import Direction
from tests.unit.analytics.series import daily, noise, spans

WINDOW, HISTORY = spans()


def test_weekends_are_saturday_and_sunday() -> None:
    week = [8000.0] * 5 + [4000.0] * 2  # ends on a Sunday
    values = [a + b for a, b in zip(week * 6, noise(42, 1, sd=800), strict=True)]
    evidence = weekend_contrast(daily(values), WINDOW, HISTORY)
    assert (evidence.id, evidence.n) == ("steps.weekend_contrast.42d", 42)
    assert evidence.value == pytest.approx(-4000, abs=600)
    assert evidence.direction is Direction.DOWN
    assert evidence.baseline is not None
    assert evidence.baseline.value == pytest.approx(8000, abs=400)
    assert evidence.p_value is not None
    assert evidence.p_value < 1e-4


def test_without_a_difference_there_is_none() -> None:
    evidence = weekend_contrast(daily([5.0] * 42), WINDOW, HISTORY)
    assert (evidence.value, evidence.direction, evidence.p_value) == (0, Direction.STABLE, None)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1.0] * 8, "have 3 valid free days, need 4"),
        ([1.0, None, None, None, None, 2, 2] * 6, "have 6 valid other days, need 8"),
    ],
)
def test_what_is_missing_is_named(values: list[float | None], reason: str) -> None:
    assert weekend_contrast(daily(values), WINDOW, HISTORY).unavailable_because == reason
