"""In which order a person should read it."""

import pytest

from functions.aggregate.merge import Merged
from functions.aggregate.rank import rank, worth
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import Finding
from holisticos.health.memory import Told
from tests.examples import WEEK
from tests.unit.aggregate.reports import DOWN, UP, finding


def merged(found: Finding, metric: str = "steps") -> Merged:
    return Merged(found, (AgentName.INSIGHTS,), frozenset({found.id}), (metric,))


def told_before(id_: str, direction: Direction) -> Told:
    return Told(finding_id=id_, direction=direction, first_on=WEEK.start, last_on=WEEK.end, times=2)


def order(*items: Merged, advised: tuple[str, ...] = (), remembered: tuple[Told, ...] = ()) -> list[str]:
    return [item.id for item in rank(items, advised=advised, remembered=remembered, takes_load=True)]


def test_the_score_is_the_product_of_its_parts() -> None:
    (insight,) = rank(
        [merged(finding("a", "e", importance=0.7, confidence=0.9))], advised=["a"], remembered=(), takes_load=True
    )
    parts = insight.score_parts
    assert insight.score == pytest.approx(
        parts.impact * parts.confidence * parts.novelty * parts.actionability, abs=1e-4
    )
    assert (parts.impact, parts.confidence, parts.novelty, parts.actionability) == (0.7, 0.9, 1.0, 1.0)


def test_a_reason_to_do_more_is_no_news_while_nothing_takes_load() -> None:
    steps = merged(finding("routine.step_capacity", "e", importance=0.9))
    known = {takes: rank([steps], advised=(), remembered=(), takes_load=takes)[0].background for takes in (True, False)}
    assert known == {True: False, False: True}


def test_what_matters_more_comes_first_and_ties_go_by_id() -> None:
    small, large = merged(finding("a", "e", importance=0.2)), merged(finding("b", "e", importance=0.9))
    assert order(small, large) == ["b", "a"]
    assert order(merged(finding("y", "e")), merged(finding("x", "e"))) == ["x", "y"]


def test_red_flags_come_before_any_score() -> None:
    flag = merged(finding("flag", "e", importance=0.1, confidence=0.1, red_flag=True), "vo2_max")
    assert order(merged(finding("a", "e", importance=1.0, confidence=1.0)), flag, advised=("a",)) == ["flag", "a"]


def test_what_was_told_before_comes_later_and_what_turned_round_in_between() -> None:
    same, turned, new = (merged(finding(name, "e", direction=UP)) for name in ("same", "turned", "znew"))
    told = (told_before("same", UP), told_before("turned", DOWN))
    assert order(same, turned, new, remembered=told) == ["znew", "turned", "same"]


def test_what_says_little_stays_in_the_background_and_a_red_flag_never() -> None:
    fact = merged(finding("fact", "e", importance=0.25, confidence=1.0))
    known = merged(finding("known", "e", importance=0.45, direction=UP))
    flag = merged(finding("flag", "e", importance=0.1, red_flag=True))
    news = merged(finding("news", "e", importance=0.5))
    ranked = rank([fact, known, flag, news], advised=["fact"], remembered=[told_before("known", UP)], takes_load=True)
    assert [item.id for item in ranked if not item.background] == ["flag", "news"]


def test_what_is_told_again_and_again_comes_later_still() -> None:
    item = merged(finding("same", "e", direction=UP))
    told = [told_before("same", UP).model_copy(update={"times": times}) for times in (1, 2, 3, 6, 7)]
    novelty = [rank([item], advised=(), remembered=[one], takes_load=True)[0].score_parts.novelty for one in told]
    assert novelty == [0.6, 0.6, 0.4, 0.4, 0.2]


def test_what_was_told_before_is_worth_doing_as_before() -> None:
    item = merged(finding("same", "e", direction=UP))
    (new,), (known,) = (
        rank([item], advised=["same"], remembered=told, takes_load=True) for told in ([], [told_before("same", UP)])
    )
    assert known.score < new.score
    assert worth(known) == worth(new)


def test_what_one_can_act_on_comes_first() -> None:
    body, load, advised = (
        merged(finding("body", "e"), "weight"),
        merged(finding("load", "e"), "steps"),
        merged(finding("zadvised", "e"), "weight"),
    )
    assert order(body, load, advised, advised=("zadvised",)) == ["zadvised", "load", "body"]
