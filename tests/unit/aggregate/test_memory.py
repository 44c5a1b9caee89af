"""What is kept for the next analysis."""

from datetime import date, timedelta

from functions.aggregate.memory import KEPT_DAYS, remember
from holisticos.contracts.analysis import AnalysisResult, Plan
from holisticos.contracts.report import Recommendation
from holisticos.health.context import Memory, PastRecommendation
from tests.examples import a_recommendation, a_result

TODAY = date(2026, 3, 14)
EARLIER = TODAY - timedelta(days=5)


def with_plan(*items: Recommendation) -> AnalysisResult:
    return a_result(plan=Plan(minutes_budget=45, minutes_used=0, items=items))


def walk(target: float, unit: str = "count", metric: str = "steps") -> Recommendation:
    return a_recommendation(target={"metric": metric, "value": target, "unit": unit})


def before(item: Recommendation, given_on: date = EARLIER) -> Memory:
    return Memory(
        analyses=1, recommendations=(PastRecommendation(recommendation=item, given_on=given_on, analysis_id="an-0"),)
    )


def kept(memory: Memory) -> list[tuple[float | None, date]]:
    return [
        (item.recommendation.target.value if item.recommendation.target else None, item.given_on)
        for item in memory.recommendations
    ]


def test_doing_it_twice_gives_the_same() -> None:
    memory = before(walk(8000))
    assert remember(memory, with_plan(walk(8100)), TODAY) == remember(memory, with_plan(walk(8100)), TODAY)


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
    old, older = TODAY - KEPT_DAYS, TODAY - KEPT_DAYS - timedelta(days=1)
    assert kept(remember(before(walk(8000), old), with_plan(), TODAY)) == [(8000, old)]
    assert kept(remember(before(walk(8000), older), with_plan(), TODAY)) == []
