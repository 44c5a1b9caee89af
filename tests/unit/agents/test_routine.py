"""What the routine agent asks of whom: never what is reached already, never what the data contradict."""

from datetime import date, datetime, timedelta

import pytest

from functions.agents.routine.activity import STEP_UP, STEP_UP_LEAST
from holisticos.agents import metrics
from holisticos.contracts.names import AgentName, Direction
from tests.unit.agents.person import Plant, a_person, in_window
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
