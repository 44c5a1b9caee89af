"""What is kept for the next analysis."""

import json
from datetime import date, timedelta
from typing import Any

from functions.aggregate.memory import remember
from holisticos.contracts.analysis import AnalysisResult, AnalysisWindow, Plan
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName, Archetype
from holisticos.contracts.report import Evidence, Insight, Recommendation, ScoreParts
from holisticos.health.memory import SHORT_TERM, Memory, PastRecommendation, ShortTermMemory, experience
from holisticos.health.sameness import goes_on_from
from tests.examples import NOON, WEEK, a_memory, a_recommendation, a_report, a_result
from tests.memory_versions import MEMORY_VERSION_1
from tests.unit.aggregate.reports import evidence, finding

TODAY = date(2026, 3, 14)
EARLIER = TODAY - timedelta(days=5)
PARTS = tuple(ScoreParts.model_fields)


def with_plan(*items: Recommendation) -> AnalysisResult:
    return a_result(plan=Plan(minutes_budget=45, minutes_used=0, items=items))


def walk(target: float, unit: str = "count", metric: str = "steps") -> Recommendation:
    return a_recommendation(target={"metric": metric, "value": target, "unit": unit})


def before(item: Recommendation, given_on: date = EARLIER) -> Memory:
    return a_memory(
        analyses=1, recommendations=(PastRecommendation(recommendation=item, given_on=given_on, analysis_id="an-0"),)
    )


def kept(memory: Memory) -> list[tuple[float | None, date]]:
    return [
        (item.recommendation.target.value if item.recommendation.target else None, item.given_on)
        for item in memory.short_term.recommendations
    ]


def test_a_target_that_moved_a_little_is_still_the_one_first_given() -> None:
    assert kept(remember(before(walk(8000)), with_plan(walk(8200)), TODAY)) == [(8000, EARLIER)]
    clock = remember(before(walk(1430, "clock")), with_plan(walk(5, "clock")), TODAY)
    assert kept(clock) == [(1430, EARLIER)]


def test_another_target_is_a_new_recommendation() -> None:
    assert kept(remember(before(walk(8000)), with_plan(walk(9500)), TODAY)) == [(9500, TODAY)]
    assert kept(remember(before(walk(8000)), with_plan(walk(8000, metric="floors")), TODAY)) == [(8000, TODAY)]
    assert kept(remember(before(a_recommendation()), with_plan(walk(8000)), TODAY)) == [(8000, TODAY)]


def test_advice_without_a_target_is_the_same_while_its_words_are() -> None:
    same = remember(before(a_recommendation()), with_plan(a_recommendation()), TODAY)
    other = remember(before(a_recommendation()), with_plan(a_recommendation(text="Rest.")), TODAY)
    assert kept(same) == [(None, EARLIER)]
    assert kept(other) == [(None, TODAY)]


def test_what_is_no_longer_advised_is_followed_up_for_some_weeks() -> None:
    old, older = TODAY - SHORT_TERM, TODAY - SHORT_TERM - timedelta(days=1)
    assert kept(remember(before(walk(8000), old), with_plan(), TODAY)) == [(8000, old)]
    assert kept(remember(before(walk(8000), older), with_plan(), TODAY)) == []


def an_answer(analysis_id: str = "an-0", **changes: Any) -> Answer:
    return Answer.model_validate(
        {"recommendation_id": "r1", "analysis_id": analysis_id, "at": NOON, "adherence": "partly", **changes}
    )


def test_what_was_said_of_a_recommendation_is_kept_with_it() -> None:
    memory = remember(before(walk(8000)), with_plan(), TODAY, answers=[an_answer(helpful=False)])
    (experience,) = memory.meta.experiences
    assert (experience.adherence, experience.helpful, experience.times) == (Adherence.PARTLY, False, 1)
    later = an_answer(helpful=True, at=NOON + timedelta(days=1))
    (changed,) = memory.experiences([later, an_answer(helpful=False)])
    assert changed.helpful is True


def test_an_answer_to_another_giving_of_the_same_advice_is_not_taken_for_this_one() -> None:
    memory = remember(before(walk(8000)), with_plan(), TODAY, answers=[an_answer("an-9", helpful=False)])
    assert memory.meta.experiences[0].helpful is None


def test_each_form_of_a_recommendation_is_an_experience_of_its_own() -> None:
    first = remember(Memory(), with_plan(walk(8000)), EARLIER)
    second = remember(first, with_plan(walk(8100)), TODAY)
    third = remember(second, with_plan(walk(9500)), TODAY + timedelta(days=1))
    forms = [
        (item.recommendation.target.value, item.times) for item in third.meta.experiences if item.recommendation.target
    ]
    assert forms == [(9500, 1), (8000, 2)]
    assert third.meta.experiences[1].first_on == EARLIER
    assert third.analyses == 3


def test_what_goes_on_from_other_advice_has_been_known_as_long() -> None:
    turn = walk(8000).model_copy(update={"since": EARLIER})
    (kept_,) = remember(Memory(), with_plan(turn), TODAY).meta.experiences
    assert (kept_.first_on, kept_.last_on) == (EARLIER, TODAY)


def test_a_form_that_is_reached_in_small_steps_is_known_the_next_day() -> None:
    """The last is close to the one before it, and to no form that was known."""
    memory = Memory()
    for days, target in enumerate((480, 395, 455, 445)):
        memory = remember(memory, with_plan(walk(target, "clock")), EARLIER + timedelta(days=days))
    from_before = goes_on_from(walk(445, "clock"), memory.meta.experiences, TODAY)
    assert from_before is not None
    assert from_before.first_on == EARLIER + timedelta(days=3)


def test_how_often_a_target_was_reached_is_kept_with_it() -> None:
    reached = evidence("steps.days_above.x", value=9.0, n=12)

    def habit(counted: Evidence) -> tuple[float | None, bool]:
        outcome = finding("adaptation.outcome_r1", counted.id)
        adaptation = a_report(AgentName.ADAPTATION, findings=(outcome,), evidence=(counted,))
        result = a_result(agents={AgentName.ADAPTATION: adaptation})
        (kept,) = remember(before(walk(8000)), result, TODAY).meta.experiences
        return kept.reached, kept.is_habit

    assert habit(reached) == (0.75, False)
    assert habit(reached.model_copy(update={"p_value": 0.4})) == (0.75, False)
    assert habit(reached.model_copy(update={"p_value": 0.04})) == (0.75, True)


def test_what_was_told_is_counted_for_30_days() -> None:
    told = finding("f1", "e1")
    insight = Insight.model_validate(
        {**told.model_dump(), "agents": ["routine"], "score": 0, "score_parts": dict.fromkeys(PARTS, 0)}
    )
    first = remember(Memory(), a_result(insights=(insight,)), EARLIER)
    second = remember(first, a_result(insights=(insight,)), TODAY)
    (item,) = second.short_term.told
    assert (item.first_on, item.last_on, item.times) == (EARLIER, TODAY, 2)
    assert second.as_of(TODAY + SHORT_TERM).short_term.told
    assert second.as_of(TODAY + SHORT_TERM + timedelta(days=1)).short_term == ShortTermMemory()


def finds(direction: str | None, *, n: int = 7, id_: str = "insights.steps_level", day: date = TODAY) -> AnalysisResult:
    """An analysis that found steps to be up or down on the week before ``day``."""
    level = evidence("steps.median.7d", n=n, window={"start": day - timedelta(days=6), "end": day})
    told = finding(id_, level.id, direction=direction)
    insight = Insight.model_validate(
        {**told.model_dump(), "agents": ["insights"], "score": 0, "score_parts": dict.fromkeys(PARTS, 0)}
    )
    report = a_report(AgentName.INSIGHTS, findings=(told,), evidence=(level,))
    return a_result(agents={AgentName.INSIGHTS: report}, insights=(insight,))


def still_open(memory: Memory) -> list[date]:
    return [item.evidence.window.end for item in memory.short_term.open]


def test_what_was_found_and_is_not_found_again_stays_open_until_it_is_decided_or_a_month_old() -> None:
    found = remember(Memory(), finds("down", day=EARLIER), EARLIER)
    assert still_open(found) == []
    assert [item.evidence.window.end for item in found.changes] == [EARLIER]
    after = remember(found, a_result(), TODAY)
    assert still_open(after) == [EARLIER]
    assert still_open(remember(after, a_result(), TODAY + timedelta(days=1))) == [EARLIER]
    assert still_open(remember(after, finds("down"), TODAY)) == []
    assert still_open(remember(after, finds(None, id_="memory.recheck_steps_median"), TODAY)) == []
    assert still_open(remember(after, a_result(), EARLIER + SHORT_TERM)) == [EARLIER]
    assert still_open(remember(after, a_result(), EARLIER + SHORT_TERM + timedelta(days=1))) == []
    assert Memory.model_validate_json(after.model_dump_json()) == after


def test_what_a_day_was_like_neither_stays_open_nor_replaces_what_does() -> None:
    assert remember(Memory(), finds("down", n=1), TODAY).changes == ()
    after = remember(remember(Memory(), finds("down", day=EARLIER), EARLIER), finds("up", n=1), TODAY)
    assert still_open(after) == [EARLIER]
    assert remember(Memory(), finds("stable"), TODAY).changes == ()


def usual(value: float, n: int = 27, last_day: date = TODAY) -> AnalysisResult:
    level = evidence("steps.median.28d", value=value, n=n)
    window = AnalysisWindow(start=last_day, end=last_day, timezone="UTC")
    return a_result(agents={AgentName.ROUTINE: a_report(findings=(), evidence=(level,))}, window=window)


def test_a_fact_stays_while_it_holds_and_is_replaced_when_it_moves() -> None:
    tomorrow = TODAY + timedelta(days=1)
    first = remember(Memory(), usual(8000, last_day=EARLIER), EARLIER)
    second = remember(first, usual(8500), TODAY)
    (fact,) = second.long_term.facts
    assert (fact.evidence.value, fact.since) == (8000, EARLIER)
    (moved,) = remember(second, usual(9500, last_day=tomorrow), tomorrow).long_term.facts
    assert (moved.evidence.value, moved.since) == (9500, tomorrow)
    assert remember(second, a_result(), TODAY).long_term.facts == second.long_term.facts


def test_the_same_days_again_change_no_fact() -> None:
    first = remember(Memory(), usual(8000), TODAY)
    assert remember(first, usual(8100), TODAY).long_term.facts == first.long_term.facts


def test_few_days_are_no_fact() -> None:
    assert remember(Memory(), usual(8000, n=5), TODAY).long_term.facts == ()


def test_it_is_remembered_for_whom_was_planned() -> None:
    assert remember(Memory(), a_result(), TODAY).long_term.archetype is Archetype.PEAK_PERFORMER


def test_what_was_stored_with_fields_that_are_kept_no_more_is_read() -> None:
    memory = remember(Memory(), usual(8000), TODAY)
    stored = memory.model_dump(mode="json")
    stored["long_term"]["preferences"] = {"not_wanted": ["eating"], "move_in_the": None}
    stored["long_term"]["facts"][0]["confirmed"] = 3
    assert Memory.model_validate_json(json.dumps(stored)) == memory


def test_memory_of_version_1_is_read_as_version_2_and_nothing_is_lost() -> None:
    memory = Memory.model_validate_json(json.dumps(MEMORY_VERSION_1))
    assert memory.schema_version == 2
    assert memory.analyses == 3
    assert memory.last_window == WEEK
    assert [item.id for item in memory.working.findings] == ["behavior.steps_weekends"]
    assert [item.id for item in memory.working.evidence] == ["steps.weekend_contrast.42d"]
    assert [(item.finding_id, item.last_on) for item in memory.short_term.told] == [
        ("behavior.steps_weekends", WEEK.end)
    ]
    (given,) = memory.short_term.recommendations
    assert memory.meta.experiences == (experience(given),)
    assert Memory.model_validate_json(memory.model_dump_json()) == memory
