"""What is advised, and how much of it fits."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.aggregate.plan import NO_ROOM, TRIVIAL
from functions.aggregate.plan import fit as fit_on
from functions.aggregate.resolve import (
    BESIDE_A_RED_FLAG,
    DID_NOT_HELP,
    GIVEN_ONCE,
    HARDLY_FOLLOWED,
    NO_AMOUNT,
    SLEEP_FIRST,
    SMALLER_FIRST,
    WHILE_HOLDING,
    WHILE_STRAINED,
    WHILE_WAITING,
    Resolved,
)
from functions.aggregate.resolve import resolve as resolve_on
from holisticos.agents.archetypes import BUDGETS, Budget
from holisticos.contracts.analysis import Plan
from holisticos.contracts.names import Area
from holisticos.contracts.report import Finding, Recommendation, Target
from holisticos.health.memory import Experience
from holisticos.health.profile import NO_PREFERENCES, Preferences
from tests.examples import WEEK
from tests.unit.aggregate.reports import DOWN, UP, advice, evidence, finding

STEPS = "steps.median.28d"
HRV = "heart_rate_variability_rmssd.ln_mean.7d"
EVIDENCE = {id_: evidence(id_) for id_ in (STEPS, HRV, "bedtime.usual.28d", "steps.weekend_contrast.42d")}


def resolve(
    given_: list[Recommendation],
    findings: list[Finding],
    *,
    experiences: Sequence[Experience] = (),
    preferences: Preferences = NO_PREFERENCES,
    today: date = WEEK.end,
) -> Resolved:
    return resolve_on(given_, findings, EVIDENCE, experiences=experiences, preferences=preferences, today=today)


def fit(
    items: Sequence[Recommendation],
    budget: Budget,
    *,
    worth: dict[str, float],
    experiences: Sequence[Experience] = (),
    today: date = WEEK.end,
) -> Plan:
    return fit_on(items, budget, worth=worth, evidence=EVIDENCE, experiences=experiences, today=today)


def walk(id_: str, target: float, **changes: object) -> Recommendation:
    aim = {"metric": "steps", "value": target, "unit": "count"}
    return advice(id_, "f", STEPS, target=aim, adds_load=True, **changes)


def ids(items: tuple[Recommendation, ...]) -> list[str]:
    return [item.id for item in items]


def left_out(resolved: Resolved) -> dict[str, str]:
    return {item.recommendation_id: item.reason for item in resolved.left_out}


def plan(*items: Recommendation, minutes: int = 60, habits: int = 3, **worth: float) -> list[str]:
    return ids(fit(items, Budget(minutes, habits), worth={"f": 0.5, **worth}).items)


def test_load_waits_while_recovery_is_below_usual() -> None:
    strained = finding("routine.hrv", HRV, direction=DOWN)
    given_ = [walk("routine.walk", 8000), advice("routine.bed", "f", HRV)]
    resolved = resolve(given_, [strained])
    assert ids(resolved.allowed) == ["routine.bed"]
    assert left_out(resolved) == {"routine.walk": WHILE_STRAINED}
    well = strained.model_copy(update={"direction": UP})
    assert ids(resolve(given_, [well]).allowed) == ["routine.walk", "routine.bed"]


def test_red_flags_beat_everything_and_are_advised_on_once() -> None:
    flag = finding("insights.flag", "bedtime.usual.28d", red_flag=True)
    see = advice("insights.see_a_professional", "insights.flag", STEPS)
    both = see.model_copy(update={"id": "routine.see_a_professional", "finding_ids": ("a", "b")})
    resolved = resolve([walk("routine.walk", 8000), see, both], [flag])
    assert ids(resolved.allowed) == ["routine.see_a_professional"]
    assert left_out(resolved) == {"routine.walk": BESIDE_A_RED_FLAG, see.id: GIVEN_ONCE}


def test_beside_a_red_flag_no_number_of_steps_is_named() -> None:
    flag = finding("insights.flag", "bedtime.usual.28d", red_flag=True)
    aim = {"metric": "steps", "value": 7000, "unit": "count"}
    hold, easy = advice("adaptation.hold", "f", STEPS, target=aim), advice("routine.easy_day", "f", HRV)
    resolved = resolve([hold, easy], [flag])
    assert ids(resolved.allowed) == [easy.id]
    assert left_out(resolved) == {hold.id: NO_AMOUNT}
    assert ids(resolve([hold, easy], []).allowed) == [hold.id, easy.id]


def test_a_plan_that_holds_takes_no_load_on() -> None:
    holds = finding("adaptation.next_step_holds", STEPS)
    hold, bed = advice("adaptation.hold", holds.id, STEPS), advice("routine.bed", "f", HRV)
    smaller = walk("adaptation.smaller_step_steps", 6000)
    resolved = resolve([walk("routine.walk", 8000), hold, smaller, bed], [holds])
    assert ids(resolved.allowed) == [hold.id, bed.id]
    assert left_out(resolved) == {"routine.walk": WHILE_HOLDING, smaller.id: WHILE_HOLDING}


def test_where_new_load_waits_what_goes_on_goes_on() -> None:
    waits = finding("adaptation.next_step_waits", STEPS)
    new, old, bed = walk("routine.walk", 8000), walk("behavior.brisk", 90), advice("routine.bed", "f", HRV)
    today = WEEK.end + timedelta(days=5)
    resolved = resolve([new, old, bed], [waits], experiences=[known(old)], today=today)
    assert ids(resolved.allowed) == [old.id, bed.id]
    assert left_out(resolved) == {new.id: WHILE_WAITING}
    # The walk that takes the turn of a smaller step asks for as much.
    step = known(walk("adaptation.smaller_step_steps", 7800))
    turn = resolve([new], [waits], experiences=[step], today=today)
    assert ids(turn.allowed) == [new.id]
    fitted = fit(turn.allowed, Budget(60, 3), worth={"f": 0.5}, experiences=[step], today=today)
    assert [item.since for item in fitted.items] == [WEEK.start]
    more = resolve([walk("routine.walk", 9000)], [waits], experiences=[step], today=today)
    assert left_out(more) == {new.id: WHILE_WAITING}
    # So does the same act at the same effort, whatever its target is reckoned from.
    brisk = walk("behavior.brisk", 120)
    assert ids(resolve([brisk], [waits], experiences=[known(old)], today=today).allowed) == [brisk.id]
    # What was given up long ago would be new.
    later = resolve([old], [waits], experiences=[known(old)], today=WEEK.end + timedelta(days=31))
    assert left_out(later) == {old.id: WHILE_WAITING}


def test_since_when_does_not_jump_from_day_to_day() -> None:
    rise = {"metric": "wake_time", "unit": "clock"}
    late, early = (
        advice("routine.rise", "f", HRV, target={**rise, "value": value}, effort_minutes=0) for value in (525, 480)
    )

    def since(item: Recommendation, *experiences: Experience) -> date | None:
        fitted = fit([item], Budget(60, 3), worth={"f": 0.5}, experiences=experiences, today=WEEK.end)
        return fitted.items[0].since

    # Another wake time is other advice, though neither takes a minute.
    assert since(early, known(late)) is None
    assert since(early, known(early)) == WEEK.start


@pytest.mark.parametrize("longer", ["routine.earlier_bedtime", "routine.more_sleep"])
def test_who_is_to_sleep_longer_is_not_asked_to_get_up_earlier_on_free_days(longer: str) -> None:
    alarm, bed = advice("behavior.free_day_alarm", "f", STEPS, area=Area.SLEEP), advice(longer, "f", HRV)
    resolved = resolve([alarm, bed], [])
    assert ids(resolved.allowed) == [bed.id]
    assert left_out(resolved) == {alarm.id: SLEEP_FIRST}
    useless = resolve([alarm, bed], [], experiences=[known(bed, helpful=False)])
    assert ids(useless.allowed) == [alarm.id]


def test_a_smaller_step_takes_the_place_of_the_whole_one() -> None:
    waits, whole = finding("adaptation.next_step_waits", STEPS), walk("routine.walk", 6500)
    smaller = walk("adaptation.smaller_step_steps", 6000)
    one = resolve([whole, smaller], [waits], experiences=[known(whole)], today=WEEK.end)
    assert ids(one.allowed) == [smaller.id]
    assert left_out(one) == {whole.id: SMALLER_FIRST}
    useless = known(smaller, helpful=False)
    other = resolve([whole, smaller], [waits], experiences=[known(whole), useless], today=WEEK.end)
    assert ids(other.allowed) == [whole.id]


def test_what_asks_for_less_than_the_smaller_step_is_kept_in_its_place() -> None:
    waits, gentle = finding("adaptation.next_step_waits", STEPS), walk("routine.walk", 5500)
    smaller = walk("adaptation.smaller_step_steps", 6000)
    experiences = [known(walk("routine.walk", 6500))]
    resolved = resolve([gentle, smaller], [waits], experiences=experiences, today=WEEK.end)
    planned = fit(resolved.allowed, Budget(60, 3), worth={"f": 0.5}, today=WEEK.end)
    assert [item.id for item in planned.items] == [gentle.id]
    assert not left_out(resolved)


def known(item: Recommendation, **changes: Any) -> Experience:
    return Experience.model_validate(
        {
            "recommendation": item,
            "analysis_id": "an-0",
            "first_on": WEEK.start,
            "last_on": WEEK.end,
            "times": 2,
            **changes,
        }
    )


def again(item: Recommendation, *experiences: Experience, **preferences: Any) -> dict[str, str]:
    resolved = resolve([item], [], experiences=experiences, preferences=Preferences.model_validate(preferences))
    return left_out(resolved)


def test_what_did_not_help_is_not_offered_again_in_the_same_form_nor_more_of_it() -> None:
    useless = known(walk("w", 8000), helpful=False)
    assert again(walk("w", 8300), useless) == {"w": DID_NOT_HELP}
    assert again(walk("w", 9500), useless) == {"w": DID_NOT_HELP}
    assert again(walk("w", 6500), useless) == {}
    assert again(walk("other", 8000), useless) == {}
    assert again(walk("w", 8000), known(walk("w", 8000), helpful=True)) == {}


def test_what_was_hardly_followed_for_a_week_gives_way_for_a_month() -> None:
    given_for_long = {"first_on": WEEK.end - timedelta(days=7), "last_on": WEEK.end, "reached": 0.2}

    def left(today: date, **changes: Any) -> dict[str, str]:
        one = known(walk("w", 8000), **{**given_for_long, **changes})
        return left_out(resolve([walk("w", 8000)], [], experiences=[one], today=today))

    soon = WEEK.end + timedelta(days=1)
    assert left(soon) == {"w": HARDLY_FOLLOWED}
    assert left(soon, reached=0.4) == {}
    assert left(soon, risen=True) == {}
    assert left(soon, reached=None) == {}
    assert left(soon, first_on=WEEK.end - timedelta(days=3)) == {}
    assert left(WEEK.end + timedelta(days=31)) == {}


def test_another_time_of_day_is_another_form() -> None:
    meal = advice("nutrition.last_meal", "f", HRV, target={"metric": "last_meal", "value": 1200, "unit": "clock"})
    useless = known(meal, helpful=False)
    later = meal.model_copy(update={"target": Target(metric="last_meal", value=1260, unit="clock")})
    assert again(meal, useless) == {meal.id: DID_NOT_HELP}
    assert again(later, useless) == {}


def test_what_is_not_wanted_is_not_offered_but_for_a_professional() -> None:
    meal = advice("nutrition.last_meal", "f", HRV, area=Area.EATING)
    bed = advice("routine.bed", "f", HRV, area=Area.SLEEP)
    see = advice("insights.see_a_professional", "flag", STEPS, area=None)
    everything = list(Area)
    assert again(meal, not_wanted=["eating"]) == {meal.id: "you want no advice on eating"}
    assert again(bed, not_wanted=["sleep"]) == {bed.id: "you want no advice on sleep"}
    assert again(walk("w", 8000), not_wanted=["movement"]) == {"w": "you want no advice on movement"}
    assert again(bed, not_wanted=["movement", "eating"]) == {}
    assert again(see, not_wanted=everything) == {}


def test_what_helped_goes_first_and_says_since_when() -> None:
    new, old = advice("new", "a", STEPS), advice("old", "b", HRV)
    fitted = fit(
        [new, old],
        Budget(60, 1),
        worth={"a": 0.5, "b": 0.4},
        experiences=[known(old, helpful=True, adherence="partly")],
    )
    # What has become a habit takes no place of a new one.
    assert [(item.id, item.since) for item in fitted.items] == [("old", WEEK.start), ("new", None)]


def test_what_was_not_followed_goes_last_and_takes_the_place_of_a_new_habit() -> None:
    new, old = advice("new", "a", STEPS), advice("old", "b", HRV)
    fitted = fit(
        [new, old],
        Budget(60, 1),
        worth={"a": 0.4, "b": 0.5},
        experiences=[known(old, adherence="not")],
    )
    assert ids(fitted.items) == ["new"]
    assert [(item.recommendation_id, item.reason) for item in fitted.left_out] == [("old", NO_ROOM)]


def test_the_data_say_what_a_habit_is_before_the_person_does() -> None:
    assert known(walk("w", 1), reached=0.6, risen=True, adherence="not").is_habit
    assert not known(walk("w", 1), reached=0.6, risen=False, adherence="not").is_habit
    assert known(walk("w", 1), reached=0.6, risen=False, adherence="followed").is_habit
    assert not known(walk("w", 1), reached=0.2, adherence="followed").is_habit
    assert known(walk("w", 1), adherence="followed").is_habit


def test_advice_to_see_a_professional_leads_and_costs_nothing() -> None:
    see = advice("insights.see_a_professional", "flag", STEPS, effort_minutes=0)
    assert plan(walk("w", 8000), see, habits=1, f=0.9, flag=0.1) == ["insights.see_a_professional", "w"]


def test_the_most_valuable_comes_first_and_the_rest_has_to_fit() -> None:
    long, short = advice("long", "a", STEPS, effort_minutes=50), advice("short", "b", HRV, effort_minutes=20)
    third = advice("third", "c", "bedtime.usual.28d", effort_minutes=5)
    assert plan(third, short, long, a=0.9, b=0.5, c=0.3) == ["long", "third"]


def test_what_follows_from_nothing_that_stands_out_is_not_asked_for() -> None:
    some, trivial = advice("some", "a", STEPS), advice("trivial", "b", HRV)
    fitted = fit([trivial, some], Budget(60, 3), worth={"a": 0.3, "b": 0.15})
    assert ids(fitted.items) == ["some"]
    assert [(item.recommendation_id, item.reason) for item in fitted.left_out] == [("trivial", TRIVIAL)]


def test_no_more_new_habits_at_once_than_the_archetype_takes() -> None:
    items = [advice(f"r{n}", "f", id_, effort_minutes=1) for n, id_ in enumerate(EVIDENCE)]
    assert len(plan(*items, habits=2)) == 2


def test_one_recommendation_an_aim() -> None:
    sleep = advice("sleep", "a", HRV, target={"metric": "sleep_duration", "value": 440, "unit": "minute"})
    bed = advice("bed", "b", HRV, target={"metric": "bedtime", "value": 1400, "unit": "clock"})
    trial = advice("trial", "c", "bedtime.usual.28d")
    assert plan(sleep, bed, trial, a=0.3, b=0.9, c=0.5) == ["bed"]


def test_easier_days_are_asked_for_once() -> None:
    day = advice("routine.easy_day", "a", HRV, area=Area.MOVEMENT)
    days = advice("insights.ease_off", "b", "bedtime.usual.28d", area=Area.MOVEMENT)
    hold = advice("adaptation.hold", "c", STEPS, target={"metric": "steps", "value": 7000, "unit": "count"})
    assert plan(day, days, a=0.5, b=0.6) == ["insights.ease_off"]
    assert plan(day, hold, a=0.5, c=0.4) == ["routine.easy_day"]


def test_of_two_targets_for_the_same_load_the_gentler_counts() -> None:
    assert plan(walk("more", 9000, finding_ids=("a",)), walk("less", 8000, finding_ids=("b",)), a=0.9, b=0.3) == [
        "less"
    ]


def test_different_acts_on_one_metric_may_both_stand_where_only_one_adds_load() -> None:
    weekend = advice("weekend", "f", "steps.weekend_contrast.42d")
    assert plan(walk("walk", 8000), weekend) == ["walk", "weekend"]
    assert plan(walk("walk", 8000), weekend.model_copy(update={"adds_load": True})) == ["walk"]


@given(
    st.lists(st.tuples(st.integers(0, 240), st.sampled_from(sorted(EVIDENCE)), st.floats(0, 1)), max_size=12),
    st.sampled_from(list(BUDGETS.values())),
)
def test_a_plan_never_asks_too_much(offers: list[tuple[int, str, float]], budget: Budget) -> None:
    items = [advice(f"r{n}", f"f{n}", id_, effort_minutes=minutes) for n, (minutes, id_, _) in enumerate(offers)]
    fitted = fit(items, budget, worth={f"f{n}": worth for n, (*_, worth) in enumerate(offers)})
    assert fitted.minutes_used == sum(item.effort_minutes for item in fitted.items) <= fitted.minutes_budget
    assert len(fitted.items) <= budget.new_habits
    assert fitted.minutes_budget == budget.minutes
