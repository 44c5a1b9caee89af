"""One formatter for all numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.agents.formatting import Said, distance, first_sentence, period, plural, quantity, weekday
from holisticos.contracts.names import Direction
from holisticos.contracts.report import Baseline, DateSpan, Evidence
from tests.examples import WEEK

KNOWN = Evidence(
    id="steps.median.window",
    metric="steps",
    statistic="median",
    value=6204.4,
    unit="count",
    window=WEEK,
    n=7,
    baseline=Baseline(value=8131.0, spread=900.0, n=28),
    direction=Direction.DOWN,
    method="median",
)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (8434.0, "count", "8,430"),
        (999.4, "count", "999"),
        (1.0, "count", "1"),
        (45.0, "minute", "45 min"),
        (-0.2, "minute", "0 min"),
        (425.2, "minute", "7 h 05 min"),
        (480.0, "minute", "8 h"),
        (-95.0, "minute", "-1 h 35 min"),
        (-10.0, "clock", "23:50"),
        (1439.7, "clock", "00:00"),
        (432.0, "clock", "07:12"),
        (61.6, "bpm", "62 bpm"),
        (1.44, "bpm", "1.4 bpm"),
        (41.2, "ms", "41 ms"),
        (94.25, "percent", "94.2 %"),
        (2304.0, "kcal", "2,300 kcal"),
        (71.44, "kg", "71.4 kg"),
        (1.0, "day", "1 day"),
        (3.0, "day", "3 days"),
        (0.123, "ratio", "0.12"),
        (61.23, "index", "61.2"),
        (0.29, "index", "0.29"),
        (3.7136, "ln_ms", "41 ms"),
        (-45.0, "count_per_day", "-315 a week"),
        (1.0, "clock_per_day", "7 min a week"),
        (3.5, "furlong", "3.50 furlong"),
        (-0.001, "ratio", "0.00"),
    ],
)
def test_says_a_value_as_a_person_would(value: float, unit: str, said: str) -> None:
    assert quantity(value, unit) == said


def test_tells_distances_without_sign_and_between_times_as_durations() -> None:
    assert distance(-75.0, "clock") == "1 h 15 min"
    assert distance(-300.0, "count") == "300"
    assert distance(-0.1, "ln_ms") == "10.5 %"


def test_tells_periods_and_days() -> None:
    assert period(DateSpan(start=date(2026, 5, 3), end=date(2026, 5, 9))) == "3-9 May 2026"
    assert period(DateSpan(start=date(2026, 4, 28), end=date(2026, 5, 4))) == "28 Apr - 4 May 2026"
    assert period(DateSpan(start=date(2026, 5, 3), end=date(2026, 5, 3))) == "3 May 2026"
    assert period(DateSpan(start=date(2025, 12, 28), end=date(2026, 1, 3))) == "28 Dec 2025 - 3 Jan 2026"
    assert weekday(date(2026, 3, 15)) == "Sunday"
    assert (plural(1, "night"), plural(2, "night")) == ("1 night", "2 nights")


def test_says_how_a_value_stands_against_the_usual_one() -> None:
    said = Said(KNOWN)
    assert f"{said.value}, {said.standing} {said.usual}" == "6,200, below your usual 8,130"
    assert (said.days, said.nights, said.usual_days) == ("7 days", "7 nights", "28 days")
    assert said.period == "8-14 Mar 2026"


def test_a_sentence_is_never_built_on_a_gap() -> None:
    gap = KNOWN.model_copy(update={"value": None, "baseline": None, "unavailable_because": "have 3 days, need 4"})
    with pytest.raises(ValueError, match="have 3 days, need 4"):
        _ = Said(gap).value
    with pytest.raises(ValueError, match="no baseline"):
        _ = Said(gap).usual


@given(st.floats(-1e6, 1e6), st.sampled_from(["count", "minute", "clock", "bpm", "percent", "kcal", "index", "day"]))
def test_never_says_minus_zero_and_never_fails(value: float, unit: str) -> None:
    said = quantity(value, unit)
    assert said
    assert not said.startswith("-0 ")
    assert said not in {"-0", "-0.0", "-0.00"}


@given(st.floats(-3000, 3000))
def test_clock_times_are_times_of_a_day(value: float) -> None:
    hours, minutes = map(int, quantity(value, "clock").split(":"))
    assert 0 <= hours < 24
    assert 0 <= minutes < 60


def test_the_first_sentence_ends_at_a_full_stop_and_not_in_a_number() -> None:
    assert first_sentence("You slept 7.5 h (p 0.01). Well.") == "You slept 7.5 h."
    assert first_sentence("One") == "One"
