from datetime import timedelta

import pytest

from holisticos.analytics.daytime import active_hours, sedentary_bouts
from holisticos.contracts.report import Evidence
from tests.unit.analytics.series import LAST, hourly, night, spans

WINDOW, _ = spans()


def day(**steps: float) -> list[float | None]:
    """Steps by hour, ``h9=500``; all other hours are zero."""
    return [steps.get(f"h{hour}", 0.0) for hour in range(24)]


def by_name(evidence: tuple[Evidence, ...]) -> dict[str, Evidence]:
    return {item.statistic: item for item in evidence}


def test_active_hours_and_the_parts_of_the_day() -> None:
    found = by_name(active_hours(hourly([day(h4=100, h5=249, h12=250, h17=401)] * 5), WINDOW))
    assert found["active_hours"].value == 2
    assert found["share_night"].value == pytest.approx(10)
    assert found["share_morning"].value == pytest.approx(24.9)
    assert found["share_afternoon"].value == pytest.approx(25)
    assert found["share_evening"].value == pytest.approx(40.1)


def test_days_with_few_hours_or_no_step_are_left_out() -> None:
    half: list[float | None] = [None] * 12 + [900.0] * 12
    found = by_name(active_hours(hourly([half, day(), *[day(h9=300)] * 4]), WINDOW))
    assert (found["active_hours"].value, found["active_hours"].n) == (1, 4)
    too_few = active_hours(hourly([half, day(), *[day(h9=300)] * 3]), WINDOW)
    assert {item.unavailable_because for item in too_few} == {"have 3 valid days, need 4"}
    assert len(too_few) == 5


def test_still_hours_are_waking_hours_without_a_step() -> None:
    steps = day(**{f"h{hour}": 100.0 for hour in range(7, 22) if hour not in {10, 11, 12, 15}})
    still, longest = sedentary_bouts(hourly([steps] * 7), WINDOW)
    assert (still.value, still.unit) == (4, "hour")
    assert longest.value == 3
    assert "whole waking hours" in still.method


def test_still_hours_are_those_of_a_typical_day_and_whole() -> None:
    moving = day(**{f"h{hour}": 100.0 for hour in range(7, 22)})
    still = [hour if place not in {9, 10, 11, 14} else 0.0 for place, hour in enumerate(moving)]
    assert [item.value for item in sedentary_bouts(hourly([moving] * 4 + [still] * 3), WINDOW)] == [0, 0]
    assert [item.value for item in sedentary_bouts(hourly([moving] * 3 + [still] * 3), WINDOW)] == [0, 0]
    assert [item.value for item in sedentary_bouts(hourly([moving] * 3 + [still] * 4), WINDOW)] == [4, 3]


def test_nights_say_what_waking_hours_are() -> None:
    steps = day(**{f"h{hour}": 100.0 for hour in range(9, 24)})
    all_nights = [night(LAST - timedelta(days=back), 30, 8 * 60 + 15) for back in range(-1, 7)]
    still, _ = sedentary_bouts(hourly([steps] * 7), WINDOW, all_nights)
    assert still.value == 0  # asleep from 00:30 to 08:45, and active ever since
    early = [night(LAST - timedelta(days=back), -120, 8 * 60) for back in range(-1, 7)]
    still, longest = sedentary_bouts(hourly([steps] * 7), WINDOW, early)
    assert (still.value, longest.value) == (3, 3)  # awake from 6:00, active from 9:00 to 22:00


def test_what_is_missing_is_named() -> None:
    for evidence in (*sedentary_bouts(hourly([]), WINDOW), *active_hours(hourly([]), WINDOW)):
        assert evidence.unavailable_because == "have 0 valid days, need 4"
