"""What a person wants no advice on, and when they want to walk: all advice there is keeps to it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from benchmarks.grounding.texts import as_ruled
from functions.aggregate.resolve import resolve
from holisticos.agents import metrics
from holisticos.agents.archetypes import chosen
from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.contracts.areas import AREAS_BEFORE, kind_of
from holisticos.contracts.names import AgentName, Area, PartOfDay
from holisticos.contracts.report import Recommendation, Target
from holisticos.contracts.wording import WordingRequest
from holisticos.health.context import UserHealthContext
from holisticos.health.profile import Preferences
from tests.examples import a_recommendation
from tests.unit.agents.people import past
from tests.unit.agents.person import LAST_DAY, STRAIN, Plant, a_person, in_window
from tests.unit.agents.specs import reports_on

NO_LONGER_GIVEN = {"try_evening_steps", "last_meal"}
NEVER_DECLINED = {"wear_more", "see_a_professional"}
FEW_STEPS: dict[str, Plant] = {metrics.STEPS: lambda _, value: value - 3000}


def everyone(**profile: Any) -> list[UserHealthContext]:
    """People who are given, together, every recommendation there is."""
    smaller = past(Target(metric=metrics.STEPS, value=9000, unit="count"), 14)
    short_sleep: dict[str, Plant] = {metrics.SLEEP_MINUTES: lambda _, value: value - 80}
    plants: list[dict[str, Plant]] = [
        {metrics.MODERATE_MINUTES: lambda *_: 3.0, metrics.VIGOROUS_MINUTES: lambda *_: 0.0, **FEW_STEPS},
        {metrics.STEPS: lambda day, value: value - 4000 if day.weekday() >= 5 else value},
        {metrics.STEPS: in_window(lambda value: value - 4000), metrics.SLEEP_MINUTES: in_window(lambda v: v - 120)},
        {metrics.STEPS: lambda day, value: value + 6000 if day > LAST_DAY - timedelta(days=7) else value},
        {metrics.HRV: lambda day, value: value - 0.6 * max(0, (day - LAST_DAY).days + 42)},
        {metrics.OXYGEN_ASLEEP: in_window(lambda value: value - 8, days=2)},
        short_sleep,
        STRAIN,
    ]
    return [
        *(a_person(plants=item, **profile) for item in plants),
        a_person(plants=short_sleep, only=frozenset({metrics.SLEEP_MINUTES}), **profile),
        a_person(memory=smaller, **profile),
        _sometimes_worn(a_person(only=frozenset({metrics.STEPS}), **profile)),
        _with_still_afternoons(a_person(**profile)),
        _with_late_weekends(a_person(**profile)),
        _with_late_steps(a_person(**profile)),
        _with_nights_that_count(a_person(**profile), metrics.RESTING_HEART_RATE),
        _with_sleep_that_counts(a_person(**profile)),
    ]


def _with(context: UserHealthContext, metric: str, value: Callable[[date], float]) -> UserHealthContext:
    series = context.biomarkers[metric]
    changed = series.model_copy(update={"values": {day: value(day) for day in series.values}})
    return context.model_copy(update={"biomarkers": {**context.biomarkers, metric: changed}})


def _sometimes_worn(context: UserHealthContext) -> UserHealthContext:
    steps = context.biomarkers[metrics.STEPS]
    some = {day: value for day, value in steps.values.items() if day.day % 3 == 0}
    return context.model_copy(update={"biomarkers": {metrics.STEPS: steps.model_copy(update={"values": some})}})


def _with_hours(context: UserHealthContext, steps: Callable[[date, int], float]) -> UserHealthContext:
    hours = context.hourly[metrics.STEPS]
    changed = hours.model_copy(update={"values": {hour: steps(hour.date(), hour.hour) for hour in hours.values}})
    return context.model_copy(update={"hourly": {metrics.STEPS: changed}})


def _with_still_afternoons(context: UserHealthContext) -> UserHealthContext:
    return _with_hours(context, lambda day, hour: 0.0 if hour < 8 or 12 <= hour < 17 else 600.0 + day.day)


def _with_late_weekends(context: UserHealthContext) -> UserHealthContext:
    by = timedelta(hours=2)
    nights = tuple(
        night.model_copy(update={"start": night.start + by, "end": night.end + by})
        if night.wake_date.weekday() >= 5
        else night
        for night in context.nights
    )
    return context.model_copy(update={"nights": nights})


def _lot(day: date) -> float:
    """From 0 to 1, without a pattern of weeks."""
    return (day.toordinal() * 7 % 11) / 10


def _with_late_steps(context: UserHealthContext) -> UserHealthContext:
    late = _with_hours(context, lambda day, hour: 2000 * _lot(day) if hour == 21 else 500.0 if hour > 7 else 0.0)
    return _with(late, metrics.HRV, lambda day: 55 - 20 * _lot(day - timedelta(days=1)))


def _with_nights_that_count(context: UserHealthContext, metric: str) -> UserHealthContext:
    nights = tuple(
        night.model_copy(update={"start": night.start + timedelta(hours=2 * _lot(night.wake_date))})
        for night in context.nights
    )
    return _with(context.model_copy(update={"nights": nights}), metric, lambda day: 58 + 6 * _lot(day))


def _with_sleep_that_counts(context: UserHealthContext) -> UserHealthContext:
    return _with(
        _with(context, metrics.SLEEP_MINUTES, lambda day: 400 + 90 * _lot(day)),
        metrics.HRV,
        lambda day: 40 + 20 * _lot(day),
    )


def given(context: UserHealthContext) -> list[Recommendation]:
    return [item for report in reports_on(context).values() for item in report.recommendations]


EVERYTHING = [item for context in everyone() for item in given(context)]


def test_every_recommendation_there_is_says_what_it_is_about() -> None:
    assert {kind_of(item.id) for item in EVERYTHING} == set(AREAS_BEFORE) - NO_LONGER_GIVEN
    assert {(item.id, item.area) for item in EVERYTHING if item.area is not AREAS_BEFORE[kind_of(item.id)]} == set()
    assert {kind for kind, area in AREAS_BEFORE.items() if area is None} == NEVER_DECLINED


def test_who_wants_no_advice_gets_what_is_for_safety_or_wearing_the_device() -> None:
    nothing = Preferences(not_wanted=frozenset(Area))
    for context in everyone():
        reports = reports_on(context).values()
        evidence = {item.id: item for report in reports for item in report.evidence}
        offered = [item for report in reports for item in report.recommendations]
        found = [item for report in reports for item in report.findings]
        left = resolve(offered, found, evidence, experiences=(), preferences=nothing, today=LAST_DAY)
        assert {kind_of(item.id) for item in left.allowed} <= NEVER_DECLINED


def test_all_walks_are_for_the_part_of_the_day_in_which_somebody_wants_to_walk() -> None:
    walks = {"walk", "brisk_minutes", "weekend_walk", "back_to_usual_steps", "smaller_step", "easy_day"}
    evenings = {"preferences": {"move_in_the": PartOfDay.EVENING}}
    told = [item for context in everyone(**evenings) for item in given(context) if kind_of(item.id) in walks]
    assert {kind_of(item.id) for item in told} == walks
    assert {item.time_of_day for item in told} == {"evening", "weekend evening"}


@pytest.mark.no_cover
def test_what_is_said_of_the_part_of_the_day_follows_from_the_evidence() -> None:
    check = GroundedInEvidence()
    for context in everyone(preferences={"move_in_the": PartOfDay.EVENING}):
        for agent, report in reports_on(context).items():
            request = WordingRequest(
                agent=agent,
                archetype=chosen(context.profile),
                language="en",
                findings=report.findings,
                recommendations=report.recommendations,
                evidence=report.evidence,
            )
            assert list(check.complaints(as_ruled(request), request)) == []


@pytest.mark.parametrize(
    ("id_", "area"),
    [
        ("routine.breaks", Area.MOVEMENT),
        ("insights.try_bedtime", Area.SLEEP),
        ("adaptation.smaller_step_moderate_to_vigorous_minutes", Area.MOVEMENT),
        ("nutrition.last_meal", Area.EATING),
        ("behavior.wear_more", None),
    ],
)
def test_what_was_stored_before_there_were_areas_has_that_of_its_kind(id_: str, area: Area | None) -> None:
    stored = a_recommendation(id=id_).model_dump(exclude={"area"})
    assert Recommendation.model_validate(stored).area is area


def test_what_is_new_has_to_say_what_it_is_about() -> None:
    stored = a_recommendation(id=f"{AgentName.ROUTINE}.sing").model_dump(exclude={"area"})
    with pytest.raises(ValidationError, match="area"):
        Recommendation.model_validate(stored)
