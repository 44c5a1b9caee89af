"""What the routine agent asks of whom: never what is reached already, never what the data contradict."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.agents.routine.activity import STEP_UP, STEP_UP_LEAST
from functions.agents.routine.input import prepare
from holisticos.agents import metrics
from holisticos.agents.consent import consented
from holisticos.analytics.numeric.circular import difference
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Target
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory, PastRecommendation
from tests.examples import a_memory, a_recommendation
from tests.unit.agents.person import LAST_DAY, ZONE, Plant, a_person, in_window
from tests.unit.agents.specs import advised, ids, report_of, told

CONSTANT: dict[str, Plant] = {metrics.RESTING_HEART_RATE: lambda *_: 60.0, metrics.HRV: lambda *_: 45.0}


def steps(weeks: float, week: float) -> dict[str, Plant]:
    """A level of three weeks and one of the last."""
    return {
        metrics.STEPS: lambda day, value: (
            week + (value - 7000) / 50 if in_window(lambda _: 1.0)(day, 0.0) else weeks + (value - 7000) / 50
        )
    }


def test_a_walk_goes_on_from_the_last_week_where_that_was_better() -> None:
    report = report_of(AgentName.ROUTINE, a_person(plants=steps(5000, 6200)))
    evidence = {item.id: item for item in report.evidence}
    week = evidence["steps.median.7d"].value
    walk = advised(report, "routine.walk")
    assert week is not None
    assert walk.target is not None
    assert week < walk.target.value <= max(week * (1 + STEP_UP), week + STEP_UP_LEAST)
    assert "steps.median.7d" in walk.evidence_ids
    assert "from 6,200 on a typical day now" in walk.text.replace("6,190", "6,200").replace("6,210", "6,200")
    assert "; now 6,2" in walk.measure or "; now 6,19" in walk.measure


def test_a_walk_below_the_average_says_why_it_is() -> None:
    """Four days of five with 5,000 steps, and one with 12,000."""
    few: dict[str, Plant] = {metrics.STEPS: lambda day, _: 12000.0 if day.toordinal() % 5 == 0 else 5000.0}
    walk = advised(report_of(AgentName.ROUTINE, a_person(plants=few)), "routine.walk")
    assert walk.target is not None
    assert "You walk 6,500 steps a day on average; more brings benefit up to about 8,000." in walk.why
    assert walk.target.value < 6500
    assert walk.why.endswith("Half of the days of the last week have 5,000 steps or fewer.")
    even = advised(report_of(AgentName.ROUTINE, a_person(plants=steps(5000, 4000))), "routine.walk")
    assert "Half" not in even.why


def test_a_walk_after_a_bad_week_goes_on_from_the_last_four() -> None:
    walk = advised(report_of(AgentName.ROUTINE, a_person(plants=steps(5000, 4000))), "routine.walk")
    assert walk.target is not None
    assert 5000 < walk.target.value <= 5600
    assert " now" not in walk.text + walk.measure
    assert "steps.median.7d" not in walk.evidence_ids


def test_whoever_walked_enough_in_the_last_week_is_asked_for_no_walk() -> None:
    assert "routine.walk" not in ids(report_of(AgentName.ROUTINE, a_person(plants=steps(6000, 8500))))


@pytest.mark.parametrize(("week", "asks"), [(350.0, True), (395.0, True), (430.0, False)])
def test_more_sleep_is_asked_for_from_where_the_last_week_is(week: float, *, asks: bool) -> None:
    plants: dict[str, Plant] = {
        metrics.SLEEP_MINUTES: lambda day, value: (
            (week if in_window(lambda _: 1.0)(day, 0.0) else 350.0) + (value - 430) / 10
        )
    }
    report = report_of(AgentName.ROUTINE, a_person(plants=plants, only=frozenset({metrics.SLEEP_MINUTES})))
    assert told(report, "routine.sleep_need").direction is Direction.DOWN
    assert ("routine.more_sleep" in ids(report)) is asks
    if asks:
        target = advised(report, "routine.more_sleep").target
        assert target is not None
        assert week < target.value <= 420


def test_the_same_short_night_every_night_is_sure() -> None:
    report = report_of(AgentName.ROUTINE, a_person(plants={metrics.SLEEP_MINUTES: lambda *_: 300.0}))
    found = told(report, "routine.sleep_need")
    assert (found.title, found.direction) == ("You sleep less than adults need", Direction.DOWN)
    assert found.text.startswith("You slept 2 h less than the 7 h adults need at least in each of 28 nights")
    assert "routine.earlier_bedtime" in ids(report)


def test_exactly_what_adults_need_has_no_side() -> None:
    report = report_of(AgentName.ROUTINE, a_person(plants={metrics.SLEEP_MINUTES: lambda *_: 420.0}))
    text = told(report, "routine.sleep_need").text
    assert "0 min" not in text
    assert "the same as the 7 h adults need" in text


@pytest.mark.parametrize(("metric", "usual"), [(metrics.RESTING_HEART_RATE, "60 bpm"), (metrics.HRV, "45 ms")])
def test_a_heart_as_ever_has_no_side_and_no_ups_and_downs(metric: str, usual: str) -> None:
    text = told(report_of(AgentName.ROUTINE, a_person(plants=CONSTANT)), f"routine.{metric}_recovery").text
    assert f"the same as your usual {usual}" in text
    assert "ups and downs" not in text


def test_what_is_missing_in_sleep_adds_up() -> None:
    report = report_of(AgentName.ROUTINE, a_person(plants={metrics.SLEEP_MINUTES: lambda _, value: value - 80}))
    found = told(report, "routine.sleep_debt")
    debt = next(item for item in report.evidence if item.id == "sleep_duration.debt.7d")
    assert debt.value is not None
    hours, minutes = divmod(round(debt.value), 60)
    assert f"you slept {hours} h {minutes:02d} min less in all than the 7 h a night" in found.text
    assert "Over the 7 nights recorded in 9-15 Mar 2026" in found.text
    advice = advised(report, "routine.earlier_bedtime")
    assert found.id in advice.finding_ids
    assert debt.id in advice.evidence_ids
    assert "routine.sleep_debt" not in ids(report_of(AgentName.ROUTINE, a_person()))


def test_a_week_of_enough_sleep_has_no_debt() -> None:
    plants: dict[str, Plant] = {metrics.SLEEP_MINUTES: lambda day, _: in_window(lambda _: 450.0)(day, 340.0 + day.day)}
    report = report_of(AgentName.ROUTINE, a_person(plants=plants))
    assert told(report, "routine.sleep_need").direction is Direction.DOWN
    assert not {"routine.sleep_debt", "routine.earlier_bedtime", "routine.more_sleep"} & ids(report)


def hours_of(still: dict[int, int]) -> dict[datetime, float]:
    """From 8:00 to 22:00 steps in every hour, but for so many hours from 10:00 on, by the day of the month modulo 7."""
    hours = a_person().hourly[metrics.STEPS].values
    return {at: 0.0 if at.hour < 8 or 10 <= at.hour < 10 + still[at.day % 7] else 600.0 for at in hours}


@pytest.mark.parametrize(
    ("still", "title", "tells"),
    [
        ({0: 9, 1: 9, 2: 0, 3: 0, 4: 0, 5: 0, 6: 9}, "You rarely sit still for a whole hour", None),
        ({0: 2, 1: 2, 2: 2, 3: 2, 4: 3, 5: 3, 6: 3}, "Up to 2 h without a step on a typical day", "2 h"),
    ],
)
def test_still_hours_are_told_by_the_typical_day(still: dict[int, int], title: str, tells: str | None) -> None:
    context = a_person()
    hourly = context.hourly[metrics.STEPS].model_copy(update={"values": hours_of(still)})
    early = tuple(
        night.model_copy(update={"end": night.start.replace(hour=7, minute=30) + _to(night.start, night.wake_date)})
        for night in context.nights
    )
    context = context.model_copy(update={"hourly": {metrics.STEPS: hourly}, "nights": early})
    found = told(report_of(AgentName.ROUTINE, context), "routine.still_hours")
    assert found.title == title
    assert ".5 h" not in found.text
    if tells:
        assert f"you have {tells} " in found.text
    else:
        assert "longest" not in found.text


def _to(start: datetime, wake_date: date) -> timedelta:
    return timedelta(days=(wake_date - start.date()).days)


def test_a_bedtime_goes_on_from_the_last_week_where_that_was_earlier() -> None:
    context = a_person(plants={metrics.SLEEP_MINUTES: lambda _, value: value - 80})
    earlier = tuple(
        night.model_copy(update={"start": night.start - timedelta(minutes=45)})
        if in_window(lambda _: 1.0)(night.wake_date, 0.0)
        else night
        for night in context.nights
    )
    report = report_of(AgentName.ROUTINE, context.model_copy(update={"nights": earlier}))
    advice = advised(report, "routine.earlier_bedtime")
    week = next(item.value for item in report.evidence if item.id == "bedtime.usual.7d")
    assert week is not None
    assert advice.target is not None
    assert 10 <= (week - advice.target.value) % 1440 <= 35
    assert "bedtime.usual.7d" in advice.evidence_ids


SHORT: dict[str, Plant] = {metrics.SLEEP_MINUTES: lambda _, value: value - 80}


def asleep_at(weeks: float, week: float, memory: Memory | None = None) -> UserHealthContext:
    """Minutes after midnight at which they fall asleep, before the last week and in it; they sleep too little."""
    context = a_person(plants=SHORT, memory=memory)
    late = in_window(lambda _: week)
    nights = tuple(
        night.model_copy(
            update={
                "start": datetime.combine(night.wake_date, time(), ZONE)
                + timedelta(minutes=late(night.wake_date, weeks) + night.wake_date.day % 3)
            }
        )
        for night in context.nights
    )
    return context.model_copy(update={"nights": nights})


def asked(id_: str, target: Target, days_ago: int = 7) -> Memory:
    given_on = LAST_DAY - timedelta(days=days_ago)
    item = PastRecommendation(
        recommendation=a_recommendation(id=id_, target=target), given_on=given_on, analysis_id="an-0"
    )
    return a_memory(analyses=1, last_window=DateSpan(start=given_on, end=given_on), recommendations=(item,))


def bedtime(value: float) -> Memory:
    return asked("routine.earlier_bedtime", Target(metric=metrics.BEDTIME, value=value, unit="clock"))


def test_after_a_week_that_slipped_the_usual_bedtime_is_the_aim() -> None:
    report = report_of(AgentName.ROUTINE, asleep_at(-10, 100))
    advice = advised(report, "routine.earlier_bedtime")
    assert advice.text == "Be asleep by 23:50 again, as usual; of late it was 01:41."
    assert advice.target == Target(metric=metrics.BEDTIME, value=1430, unit="clock")
    assert {"bedtime.usual.28d", "bedtime.usual.7d"} <= set(advice.evidence_ids)
    assert advice.effort_minutes == 30


@given(st.integers(-120, 240), st.integers(-120, 240), st.none() | st.integers(0, 1439))
@settings(max_examples=30, deadline=None)
def test_nobody_is_asked_to_be_asleep_later_than_they_are(weeks: int, week: int, before: int | None) -> None:
    report = report_of(AgentName.ROUTINE, asleep_at(weeks, week, None if before is None else bedtime(before)))
    advice = advised(report, "routine.earlier_bedtime")
    usual = next(item.value for item in report.evidence if item.id == "bedtime.usual.28d")
    assert usual is not None
    assert advice.target is not None
    assert difference(advice.target.value, usual) <= 0
    assert difference(advice.target.value, min(weeks, week)) >= -60


@pytest.mark.parametrize(
    ("before", "aim"),
    [(1410, 1410), (1400, 1400), (1425, 1425), (1430, 1400), (1438, 1400), (1320, 1400)],
)
def test_a_bedtime_stays_what_it_was_until_it_is_reached(before: int, aim: int) -> None:
    """They fall asleep at 23:51; what is no step any more, or no longer one, is reckoned anew."""
    report = report_of(AgentName.ROUTINE, asleep_at(-10, -10, bedtime(before)))
    advice = advised(report, "routine.earlier_bedtime")
    assert advice.target is not None
    assert advice.target.value == aim
    assert ("bedtime.target.2026-03-08" in advice.evidence_ids) is (before == aim)


@pytest.mark.parametrize(("before", "aim"), [(420, 420), (500, 500), (200, 440), (1100, 440)])
def test_a_steady_wake_time_does_not_follow_the_person(before: int, aim: int) -> None:
    """They get up about 07:20, and far from steadily."""
    memory = asked("routine.steady_wake_time", Target(metric=metrics.WAKE_TIME, value=before, unit="clock"))
    context = a_person(memory=memory)
    scattered = tuple(
        night.model_copy(update={"end": night.end + timedelta(minutes=(-90, 0, 90)[night.wake_date.toordinal() % 3])})
        for night in context.nights
    )
    report = report_of(AgentName.ROUTINE, context.model_copy(update={"nights": scattered}))
    advice = advised(report, "routine.steady_wake_time")
    assert advice.target is not None
    assert abs(advice.target.value - aim) <= 15
    if before == aim:
        assert advice.target.value == aim
        assert f"within 30 minutes of {aim // 60:02d}:{aim % 60:02d} every day" in advice.text
        assert "wake_time.target.2026-03-08" in advice.evidence_ids


def test_the_routine_agent_sees_its_own_times_of_earlier_advice_alone() -> None:
    walk = Target(metric=metrics.STEPS, value=8000, unit="count")
    for memory in (asked("routine.walk", walk), asked("nutrition.last_meal", Target(**LAST_MEAL))):
        assert prepare(a_person(memory=memory)).past == ()
    assert len(prepare(a_person(memory=bedtime(1400))).past) == 1
    shared = a_person(memory=bedtime(1400), privacy={"withheld_categories": ["sleep"]})
    assert prepare(consented(shared)).past == ()


LAST_MEAL: dict[str, Any] = {"metric": "last_meal", "value": 1200, "unit": "clock"}


@pytest.mark.parametrize(
    ("swing", "title"), [(5, "Your sleep is about what adults need"), (60, "Whether you sleep enough is not clear")]
)
def test_sleep_is_called_enough_only_where_that_is_sure(swing: int, title: str) -> None:
    """A few minutes short on average, in nights much alike and in nights that vary by hours."""
    nights: dict[str, Plant] = {metrics.SLEEP_MINUTES: lambda day, _: 419.0 + swing * (day.toordinal() * 3 % 7 - 3)}
    found = told(report_of(AgentName.ROUTINE, a_person(plants=nights)), "routine.sleep_need")
    assert (found.title, found.direction) == (title, Direction.STABLE)
    assert found.text.endswith("which is no clear difference.")
