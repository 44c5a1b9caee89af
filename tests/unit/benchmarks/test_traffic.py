"""A small version of the replay of a day."""

from random import Random

from benchmarks.fetching.traffic import Kind, Model, day_of, hit_rate, replay
from holisticos.contracts.names import CacheUse

SMALL = Model(persons=5)


def test_a_day_has_every_kind_of_traffic_in_order_of_time() -> None:
    day = day_of(SMALL, Random(1))  # noqa: S311 - a simulation
    assert {one.kind for one in day} == set(Kind)
    assert day == sorted(day)
    assert {(one.changed_from is not None) for one in day if one.kind is Kind.NEW_DATA} == {True}


def test_the_same_seed_is_the_same_day() -> None:
    assert replay(SMALL, seed=3) == replay(SMALL, seed=3)


def test_most_of_a_realistic_day_is_answered_by_the_cache() -> None:
    uses = replay(SMALL)
    assert hit_rate(uses) > 0.85
    assert uses[CacheUse.UNAVAILABLE] == 0


def test_the_more_often_complete_days_change_the_less_is_found() -> None:
    assert hit_rate(replay(Model(persons=5, again=0))) < hit_rate(replay(SMALL))
