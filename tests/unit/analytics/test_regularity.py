from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.analytics.regularity import regularity_by_day, sleep_regularity
from holisticos.contracts.names import Direction
from holisticos.health.series import Night
from tests.unit.analytics.series import LAST, night, nights, noise, spans

WINDOW, HISTORY = spans()


def minute_by_minute(first: Night, second: Night) -> float:
    """The index of two nights by looking at every minute of a day."""

    def asleep(sleep: Night) -> set[int]:
        start = round(sleep.start.timestamp() / 60)
        return {minute % 1440 for minute in range(start, start + round((sleep.end - sleep.start).total_seconds() / 60))}

    a, b = asleep(first), asleep(second)
    same = sum((minute in a) == (minute in b) for minute in range(1440))
    return 200 * same / 1440 - 100


@given(st.integers(-700, 700), st.integers(60, 700), st.integers(-700, 700), st.integers(60, 700))
def test_the_index_of_two_nights_is_that_of_all_minutes(start: int, length: int, other: int, other_length: int) -> None:
    pair = [night(LAST - timedelta(days=1), start, length), night(LAST, other, other_length)]
    assert list(regularity_by_day(pair).values.values()) == pytest.approx([minute_by_minute(*pair)])


def test_the_same_night_again_is_100_and_day_for_night_is_not() -> None:
    assert sleep_regularity(nights([-30.0] * 7), WINDOW, HISTORY).value == 100
    swapped = [-60.0 if day % 2 else 420.0 for day in range(7)]
    opposite = sleep_regularity(nights(swapped, minutes=480), WINDOW, HISTORY).value
    assert opposite is not None
    assert opposite < 0


def test_a_missing_night_removes_its_two_pairs_and_is_not_wakefulness() -> None:
    complete = nights([-30.0] * 9)
    gap = [sleep for sleep in complete if sleep.wake_date != LAST - timedelta(days=3)]
    evidence = sleep_regularity(gap, WINDOW, HISTORY)
    assert (evidence.value, evidence.n) == (100, 5)
    three_gaps = [sleep for sleep in gap if sleep.wake_date != LAST]
    assert sleep_regularity(three_gaps, WINDOW, HISTORY).unavailable_because == (
        "have 4 pairs of consecutive nights, need 5"
    )


def test_a_week_is_compared_with_the_persons_own_pairs() -> None:
    evidence = sleep_regularity(nights([*noise(28, 1, sd=15), *[-120.0, 120] * 3, -120]), WINDOW, HISTORY)
    assert evidence.id == "sleep.regularity.window"
    assert evidence.direction is Direction.DOWN
    assert evidence.baseline is not None
    assert evidence.baseline.value > 90
    assert evidence.p_value is not None
    assert evidence.p_value < 0.001


def test_a_week_alone_is_told_without_comparison() -> None:
    evidence = sleep_regularity(nights([-30.0, 0.0] * 6), WINDOW, HISTORY)
    assert evidence.value is not None
    assert "have 4 earlier pairs of nights, need 8" in evidence.method


def test_nights_that_drift_around_the_clock_are_compared_as_they_are() -> None:
    drifting = [night(date(2026, 1, 1) + timedelta(days=day), (day * 60 - 60) % 1440 - 720, 480) for day in range(24)]
    values = list(regularity_by_day(drifting).values.values())
    assert min(values) == pytest.approx(100 - 200 * 120 / 1440)
