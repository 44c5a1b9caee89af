"""At most three sentences."""

import re

import pytest

from functions.aggregate.brief import brief, brief_without_data
from functions.aggregate.merge import Merged
from functions.aggregate.rank import rank
from functions.aggregate.resolve import HARDLY_FOLLOWED, NOT_WANTED, WHILE_WAITING
from holisticos.contracts.analysis import AnalysisWindow, Gap, LeftOut, MissingAgent, Plan
from holisticos.contracts.names import AgentName, Archetype
from holisticos.contracts.report import Finding, Insight
from holisticos.health.memory import Told
from tests.examples import WEEK
from tests.unit.aggregate.reports import advice, finding

PLAN = Plan(minutes_budget=45, minutes_used=10, items=(advice("walk", "a", "e", text="Walk more. Every day."),))
WINDOW = AnalysisWindow.of(WEEK, "UTC")
FOUNDATION = Archetype.FOUNDATION_BUILDER


def insights(*found: Finding) -> tuple[Insight, ...]:
    merged = (Merged(item, (AgentName.INSIGHTS,), frozenset({item.id}), ("steps",)) for item in found)
    return rank(merged, advised=(), remembered=(), takes_load=True)


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", text))


def test_says_what_matters_most_and_what_to_do() -> None:
    said = brief(
        insights(finding("a", "e", importance=0.9), finding("b", "e")), PLAN, WINDOW, archetype=FOUNDATION, chosen=True
    )
    assert said == (
        "Text of a says 7. Text of b says 7. Start with this: walk more (10 of 45 minutes a day; Foundation Builder)."
    )


def test_names_an_archetype_that_was_not_chosen() -> None:
    said = brief(insights(finding("a", "e")), PLAN, WINDOW, archetype=FOUNDATION, chosen=False)
    assert "Foundation Builder, as you chose no archetype" in said


def test_names_the_agents_that_are_missing() -> None:
    missing = [
        MissingAgent(agent=AgentName.MEMORY, reason="timeout"),
        MissingAgent(agent=AgentName.ROUTINE, reason="x"),
    ]
    said = brief(
        insights(finding("a", "e"), finding("b", "e")), PLAN, WINDOW, archetype=FOUNDATION, chosen=True, missing=missing
    )
    assert "memory, routine are missing" in said
    assert sentences(said) == 3


def test_a_red_flag_leads_and_advises() -> None:
    flag = finding("flag", "e", red_flag=True)
    said = brief(insights(flag, finding("a", "e")), PLAN, WINDOW, archetype=FOUNDATION, chosen=True)
    assert said.startswith("Text of flag says 7. Please talk to a health professional")


def test_says_when_nothing_could_be_looked_at() -> None:
    empty = Plan(minutes_budget=45, minutes_used=0)
    everything = [MissingAgent(agent=agent, reason="x") for agent in AgentName]
    assert "could not be analysed" in brief((), empty, WINDOW, archetype=FOUNDATION, chosen=True, missing=everything)
    assert "too few data" in brief((), empty, WINDOW, archetype=FOUNDATION, chosen=True)


def test_without_data_it_says_what_is_missing_and_what_to_do() -> None:
    gaps = [Gap(metric="sleep_duration", reason="none"), Gap(metric="steps", reason="none")]
    said = brief_without_data(AnalysisWindow.of(WEEK, "UTC"), gaps)
    assert "8-14 Mar 2026" in said
    assert "sleep duration, steps" in said
    assert "Wear your device" in said
    assert sentences(said) == 3


def test_what_is_in_the_background_is_no_news() -> None:
    calm = insights(finding("a", "e", importance=0.2))
    assert calm[0].background
    said = brief(calm, Plan(minutes_budget=45, minutes_used=0), WINDOW, archetype=FOUNDATION, chosen=True)
    assert said == ("Nothing stands out in 8-14 Mar 2026. There is nothing to add to what you do now: keep it up.")


@pytest.mark.parametrize(
    ("reasons", "says"),
    [
        ([], "There is nothing to add to what you do now: keep it up."),
        ([NOT_WANTED.format(area="sleep")], "There is nothing to add to what you do now: keep it up."),
        ([WHILE_WAITING], "Nothing new is asked of you for now."),
        ([WHILE_WAITING, HARDLY_FOLLOWED], "What you were advised before rests for now."),
    ],
)
def test_who_is_spared_does_not_hear_that_all_is_well(reasons: list[str], says: str) -> None:
    left_out = tuple(LeftOut(recommendation_id="walk", text="Walk more.", reason=reason) for reason in reasons)
    plan = Plan(minutes_budget=45, minutes_used=0, left_out=left_out)
    assert brief(insights(finding("a", "e")), plan, WINDOW, archetype=FOUNDATION, chosen=True).endswith(says)


def test_the_second_insight_gives_way_where_a_phone_could_not_show_all() -> None:
    long = "This goes on and on and tells more than anybody would read on a phone, " * 4
    first, second = (finding(name, "e", importance=0.9, text=f"{name} says 7, {long}and ends.") for name in "ab")
    said = brief(insights(first, second), PLAN, WINDOW, archetype=FOUNDATION, chosen=True)
    assert said.startswith("a says 7")
    assert "b says 7" not in said
    assert said.endswith("(10 of 45 minutes a day; Foundation Builder).")
    missing = [MissingAgent(agent=AgentName.MEMORY, reason="timeout")]
    told = brief(insights(first, second), PLAN, WINDOW, archetype=FOUNDATION, chosen=True, missing=missing)
    assert "memory is missing" in told


def test_what_was_told_before_is_nothing_new() -> None:
    told = Told(finding_id="a", first_on=WEEK.start, last_on=WEEK.end, times=5)
    merged = Merged(finding("a", "e", importance=0.45), (AgentName.INSIGHTS,), frozenset({"a"}), ("steps",))
    known = rank([merged], advised=(), remembered=[told], takes_load=True)
    said = brief(known, PLAN, WINDOW, archetype=FOUNDATION, chosen=True)
    assert said.startswith("Nothing new stands out in 8-14 Mar 2026. Start with this: walk more")


def test_a_plan_of_several_steps_says_what_all_of_them_take() -> None:
    two = PLAN.model_copy(update={"items": (*PLAN.items, advice("rest", "a", "e"))})
    said = brief(insights(finding("a", "e", importance=0.9)), two, WINDOW, archetype=FOUNDATION, chosen=True)
    assert said.endswith("walk more (10 of 45 minutes a day for your whole plan; Foundation Builder).")
