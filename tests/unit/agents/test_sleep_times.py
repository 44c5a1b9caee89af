"""When a person sleeps at present, and what is said where that has moved."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from holisticos.agents.sleep_times import SleepTimes, sleep_times
from holisticos.contracts.names import AgentName, Direction
from holisticos.health.context import UserHealthContext
from holisticos.health.series import Night
from tests.unit.agents.person import LAST_DAY, a_person
from tests.unit.agents.specs import report_of

Wakes = Callable[[date], float]
"""By how many minutes a night ends later than it would."""


def person(later: Wakes = lambda _: 0.0, *, keep: Callable[[date], bool] = lambda _: True) -> UserHealthContext:
    context = a_person(only=frozenset({"nights"}))
    nights = tuple(_later(night, later(night.wake_date)) for night in context.nights if keep(night.wake_date))
    return context.model_copy(update={"nights": nights})


def _later(night: Night, minutes: float) -> Night:
    return night.model_copy(update={"end": night.end + timedelta(minutes=minutes)})


def times(context: UserHealthContext) -> SleepTimes:
    return sleep_times(context.nights, context.window, context.history)


def days_ago(day: date) -> int:
    return (LAST_DAY - day).days


def this_week(day: date) -> bool:
    return days_ago(day) < 7


def test_plans_go_by_four_weeks_where_nothing_has_moved() -> None:
    found = times(person())
    assert [item.id for item in found.evidence] == ["bedtime.usual.28d", "wake_time.usual.28d"]
    assert found.present == found.weeks
    assert found.moved == ()
    assert found.subject == "You usually"


def test_a_week_of_later_nights_is_told_and_planned_by() -> None:
    context = person(lambda day: 100.0 if this_week(day) else 0.0)
    assert [(item.id, item.direction) for item in times(context).moved] == [("wake_time.usual.7d", Direction.UP)]
    report = report_of(AgentName.ROUTINE, context)
    said = {item.id: item for item in report.findings}
    assert said["routine.wake_time_level"].title == "Wake time later than your usual"
    assert "Lately you fall asleep" in said["routine.sleep_window"].text
    assert report.day[0].title == "Get up"
    assert report.day[0].start > "08:30"
    assert "Lately you sleep" in next(
        item.text for item in report_of(AgentName.NUTRITION, context).findings if item.id == "nutrition.eating_window"
    )


def test_after_holidays_plans_go_by_the_week_of_work() -> None:
    found = times(person(lambda day: 130.0 if 7 <= days_ago(day) < 28 else 0.0))
    assert [item.id for item in found.present] == ["bedtime.usual.7d", "wake_time.usual.7d"]
    assert [(item.id, item.direction) for item in found.moved] == [("wake_time.usual.7d", Direction.DOWN)]


def test_a_shift_of_four_weeks_is_told_where_the_last_is_no_other_matter() -> None:
    found = times(person(lambda day: 90.0 if days_ago(day) < 28 else 0.0))
    assert found.present == found.weeks
    assert [(item.id, item.direction) for item in found.moved] == [("wake_time.usual.28d", Direction.UP)]
    assert found.subject == "Lately you"


@pytest.mark.parametrize(("nights", "known"), [(3, False), (4, True), (14, True)])
def test_where_four_weeks_have_too_few_nights_the_last_week_may_do(nights: int, known: bool) -> None:
    context = person(keep=lambda day: days_ago(day) < nights)
    assert times(context).known is known
    assert any(item.id == "routine.sleep_window" for item in report_of(AgentName.ROUTINE, context).findings) is known


def test_a_week_of_history_is_told_once() -> None:
    found = times(a_person(days=7, only=frozenset({"nights"})))
    assert len({item.id for item in found.claims.evidence}) == len(found.claims.evidence)


def test_without_nights_nothing_is_known() -> None:
    assert not times(a_person(only=frozenset())).known
