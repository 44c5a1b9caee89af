"""At most three sentences."""

import re
from collections.abc import Sequence

import pytest

from functions.aggregate.brief import TRACK, Looked, brief, brief_without_data
from functions.aggregate.merge import Merged
from functions.aggregate.rank import rank
from functions.aggregate.resolve import DID_NOT_HELP, HARDLY_FOLLOWED, NOT_WANTED, WHILE_WAITING
from holisticos.contracts.analysis import AnalysisWindow, Gap, LeftOut, MissingAgent, Plan
from holisticos.contracts.names import AgentName, Archetype, Direction
from holisticos.contracts.report import Finding, Insight
from holisticos.health.memory import Told
from tests.examples import WEEK
from tests.unit.aggregate.reports import DOWN, UP, advice, evidence, finding

PLAN = Plan(minutes_budget=45, minutes_used=10, items=(advice("walk", "a", "e", text="Walk more. Every day."),))
WINDOW = AnalysisWindow.of(WEEK, "UTC")
EVIDENCE = {"e": evidence("steps.median.7d"), "rest": evidence("heart_rate_resting.deviation.7d")}
NOTHING = Plan(minutes_budget=45, minutes_used=0)
KEEP_IT_UP = "There is nothing to add to what you do now: keep it up."
FOUNDATION = Archetype.FOUNDATION_BUILDER


def insights(*found: Finding) -> tuple[Insight, ...]:
    merged = (Merged(item, (AgentName.INSIGHTS,), frozenset({item.id}), ("steps",)) for item in found)
    return rank(merged, advised=(), remembered=(), takes_load=True)


def said_of(
    found: tuple[Insight, ...],
    plan: Plan,
    *,
    chosen: bool = True,
    days: int = 30,
    missing: Sequence[MissingAgent] = (),
    without_data: Sequence[MissingAgent] = (),
) -> str:
    return brief(
        found,
        plan,
        WINDOW,
        archetype=FOUNDATION,
        chosen=chosen,
        evidence=EVIDENCE,
        looked=Looked(days, missing, without_data),
    )


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", text))


def test_says_what_matters_most_and_what_to_do() -> None:
    said = said_of(insights(finding("a", "e", importance=0.9), finding("b", "e")), PLAN)
    assert said == (
        "Text of a says 7. Text of b says 7. Start with this: walk more (10 of 45 minutes a day; Foundation Builder)."
    )


def test_names_an_archetype_that_was_not_chosen() -> None:
    said = said_of(insights(finding("a", "e")), PLAN, chosen=False)
    assert "Foundation Builder, as you chose no archetype" in said


def test_names_the_agents_that_are_missing() -> None:
    missing = [
        MissingAgent(agent=AgentName.MEMORY, reason="timeout"),
        MissingAgent(agent=AgentName.ROUTINE, reason="x"),
    ]
    said = said_of(insights(finding("a", "e"), finding("b", "e")), PLAN, missing=missing)
    assert "memory, routine are missing" in said
    assert sentences(said) == 3


def test_a_red_flag_leads_and_advises() -> None:
    flag = finding("flag", "e", red_flag=True)
    said = said_of(insights(flag, finding("a", "e")), PLAN)
    assert said.startswith("Text of flag says 7. Please talk to a health professional")


def test_says_when_nothing_could_be_looked_at() -> None:
    empty = Plan(minutes_budget=45, minutes_used=0)
    everything = [MissingAgent(agent=agent, reason="x") for agent in AgentName]
    assert "could not be analysed" in said_of((), empty, missing=everything)
    assert "too few data" in said_of((), empty)


def test_without_data_it_says_what_is_missing_and_what_to_do() -> None:
    gaps = [Gap(metric="heart_rate_variability_rmssd", reason="none"), Gap(metric="steps", reason="none")]
    said = brief_without_data(AnalysisWindow.of(WEEK, "UTC"), gaps)
    assert "8-14 Mar 2026" in said
    assert "heart rate variability, step count" in said
    assert "Wear your device" in said
    assert sentences(said) == 3


def test_what_is_in_the_background_is_no_news() -> None:
    calm = insights(finding("a", "e", importance=0.2))
    assert calm[0].background
    said = said_of(calm, Plan(minutes_budget=45, minutes_used=0))
    assert said == ("Nothing stands out in 8-14 Mar 2026. There is nothing to add to what you do now: keep it up.")


@pytest.mark.parametrize(
    ("reasons", "says"),
    [
        ([], KEEP_IT_UP),
        ([NOT_WANTED.format(area="sleep")], KEEP_IT_UP),
        ([DID_NOT_HELP], "What could be advised did not help you before."),
        ([WHILE_WAITING], "Nothing new is asked of you for now."),
        ([WHILE_WAITING, HARDLY_FOLLOWED], "What you were advised before rests for now."),
    ],
)
def test_who_is_spared_does_not_hear_that_all_is_well(reasons: list[str], says: str) -> None:
    left_out = tuple(LeftOut(recommendation_id="walk", text="Walk more.", reason=reason) for reason in reasons)
    plan = Plan(minutes_budget=45, minutes_used=0, left_out=left_out)
    assert said_of(insights(finding("a", "e", importance=0.1)), plan).endswith(says)


def test_the_second_insight_gives_way_where_a_phone_could_not_show_all() -> None:
    long = "This goes on and on and tells more than anybody would read on a phone, " * 4
    first, second = (finding(name, "e", importance=0.9, text=f"{name} says 7, {long}and ends.") for name in "ab")
    said = said_of(insights(first, second), PLAN)
    assert said.startswith("a says 7")
    assert "b says 7" not in said
    assert said.endswith("(10 of 45 minutes a day; Foundation Builder).")
    missing = [MissingAgent(agent=AgentName.MEMORY, reason="timeout")]
    told = said_of(insights(first, second), PLAN, missing=missing)
    assert told.startswith("Not everything could be looked at: memory is missing. Start with this")
    assert said_of(insights(first), PLAN, days=3).startswith("Only 3 days of data so far")


def test_what_free_days_alone_take_is_no_more_than_a_limit_on_all_others() -> None:
    items = (advice("walk", "a", "e", text="Walk on Saturday.", time_of_day="weekend evening"),)
    weekend = Plan(minutes_budget=45, minutes_used=20, items=items)
    assert said_of(insights(finding("a", "e")), weekend).endswith("(up to 20 of 45 minutes a day; Foundation Builder).")


def test_what_was_told_before_is_nothing_new() -> None:
    told = Told(finding_id="a", first_on=WEEK.start, last_on=WEEK.end, times=5)
    merged = Merged(finding("a", "e", importance=0.45), (AgentName.INSIGHTS,), frozenset({"a"}), ("steps",))
    known = rank([merged], advised=(), remembered=[told], takes_load=True)
    said = said_of(known, PLAN)
    assert said.startswith("Nothing new stands out in 8-14 Mar 2026. Start with this: walk more")


def test_a_plan_of_several_steps_says_what_all_of_them_take() -> None:
    two = PLAN.model_copy(update={"items": (*PLAN.items, advice("rest", "a", "e"))})
    said = said_of(insights(finding("a", "e", importance=0.9)), two)
    assert said.endswith("walk more (10 of 45 minutes a day for your whole plan; Foundation Builder).")


def test_a_red_flag_advises_whoever_else_is_missing() -> None:
    flag = insights(finding("flag", "e", red_flag=True))
    missing = [MissingAgent(agent=AgentName.MEMORY, reason="timeout")]
    for said in (said_of(flag, PLAN, missing=missing), said_of(flag, NOTHING, missing=missing, days=2)):
        assert said.startswith("Text of flag says 7. Please talk to a health professional")
        assert sentences(said) == 3
    assert said_of(flag, NOTHING, missing=missing).endswith("Not everything could be looked at: memory is missing.")


@pytest.mark.parametrize(
    ("direction", "cites", "says"),
    [
        (UP, "e", KEEP_IT_UP),
        (DOWN, "rest", KEEP_IT_UP),
        (DOWN, "e", "Nothing new is asked of you for now."),
        (UP, "rest", "Nothing new is asked of you for now."),
        (None, "e", "Nothing new is asked of you for now."),
    ],
)
def test_only_what_is_welcome_is_praised(direction: Direction | None, cites: str, says: str) -> None:
    """More steps are welcome, and a lower resting heart rate; of what has no direction that cannot be said."""
    assert said_of(insights(finding("a", cites, direction=direction)), NOTHING).endswith(says)
    # What is told for the tenth time is no news, and not over.
    told = Told(finding_id="a", direction=direction, first_on=WEEK.start, last_on=WEEK.end, times=9)
    merged = Merged(finding("a", cites, direction=direction), (AgentName.INSIGHTS,), frozenset({"a"}), ("steps",))
    known = rank([merged], advised=(), remembered=[told], takes_load=True)
    assert said_of(known, NOTHING) == f"Nothing new stands out in 8-14 Mar 2026. {says}"


@pytest.mark.parametrize(
    ("days", "says"), [(1, "Only 1 day of data so far;"), (7, "Only 7 days of data so far; about 8 are needed")]
)
def test_where_little_is_known_nothing_is_praised(days: int, says: str) -> None:
    calm, news = insights(finding("a", "e", importance=0.2)), insights(finding("a", "e"), finding("b", "e"))
    said = said_of(calm, NOTHING, days=days)
    assert said.startswith(says)
    assert said.endswith(TRACK)
    told = said_of(news, PLAN, days=days)
    assert told.startswith(f"Text of a says 7. {says}")
    assert "Start with this: walk more" in told
    assert sentences(told) == 3


def test_an_agent_that_is_missing_is_no_reason_to_praise_or_to_wear_the_device_more() -> None:
    missing = [MissingAgent(agent=AgentName.MEMORY, reason="timeout")]
    calm = insights(finding("a", "e", importance=0.2))
    gap = "Not everything could be looked at: memory is missing."
    assert said_of(calm, NOTHING, missing=missing) == f"Nothing stands out in 8-14 Mar 2026. {gap}"
    few = said_of(calm, NOTHING, missing=missing, days=2)
    assert few == f"Only 2 days of data so far; about 8 are needed to say what is usual for you. {gap} {TRACK}"


def test_data_of_too_few_kinds_are_said_and_not_praised() -> None:
    few = [MissingAgent(agent=agent, reason="needs 1 day") for agent in list(AgentName)[:3]]
    said = said_of(insights(finding("a", "e", importance=0.2)), NOTHING, without_data=few)
    assert said == f"There are too few data for behavior, memory, nutrition. {TRACK}"
    two = said_of(insights(finding("a", "e", importance=0.2)), NOTHING, without_data=few[:2])
    assert two.endswith(KEEP_IT_UP)
