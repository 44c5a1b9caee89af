"""A day in time blocks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.agents import metrics
from holisticos.agents.day import day_of
from holisticos.contracts.names import AgentName, Area
from holisticos.contracts.report import DayBlock, Evidence, Recommendation
from tests.examples import WEEK, a_recommendation
from tests.unit.agents.person import a_person, in_window
from tests.unit.agents.specs import report_of


def usual(metric: str, minutes: float) -> Evidence:
    return Evidence(
        id=f"{metric}.usual.28d",
        metric=metric,
        statistic="usual",
        value=minutes,
        unit="clock",
        window=WEEK,
        n=20,
        method="median clock time",
    )


def sleeping(bed: float, wake: float) -> list[Evidence]:
    return [usual(metrics.BEDTIME, bed), usual(metrics.WAKE_TIME, wake)]


EARLY = sleeping(22 * 60 + 33, 6 * 60 + 48)


def said(blocks: tuple[DayBlock, ...]) -> list[str]:
    return [f"{block.start}-{block.end} {block.title}" for block in blocks]


def day(*items: Recommendation, bed_and_wake: list[Evidence] = EARLY) -> list[str]:
    return said(day_of(bed_and_wake, items))


def advice(id_: str, **changes: Any) -> Recommendation:
    return a_recommendation(id=id_, text="Walk well: aim high.", **changes)


def test_a_day_runs_from_getting_up_to_sleep() -> None:
    assert day() == ["06:50-07:20 Get up", "21:50-22:35 Wind down", "22:35-06:50 Sleep"]


def test_advice_stands_in_its_part_of_the_day() -> None:
    parts = [advice(part, time_of_day=part) for part in ("evening", "morning", "afternoon", "20:30")]
    assert day(*parts) == [
        "06:50-07:20 Get up",
        "07:50-08:05 Walk well",
        "14:00-14:15 Walk well",
        "18:30-18:45 Walk well",
        "20:30-20:45 Walk well",
        "21:50-22:35 Wind down",
        "22:35-06:50 Sleep",
    ]


@pytest.mark.parametrize("when", ["weekend", "weekend morning"])
def test_what_is_for_free_days_stands_in_no_day(when: str) -> None:
    """Whose day it is, is not known: it is read on all of them."""
    assert len(day(advice("walk", time_of_day=when, effort_minutes=6))) == 3


def test_what_moves_sleep_or_names_its_own_end_takes_no_time_of_the_day() -> None:
    earlier = advice("bed", time_of_day="evening", area=Area.SLEEP)
    stop = advice("late", time_of_day="evening").model_copy(update={"text": "Finish walks before 21:00 this week."})
    assert len(day(earlier, stop)) == 3
    meal = advice("meal", time_of_day="19:30", effort_minutes=0).model_copy(update={"text": "Eat by 19:30."})
    assert "19:30-19:30 Eat by 19:30" in day(meal)


def test_advice_without_a_time_has_no_block() -> None:
    assert len(day(advice("a"), advice("b", time_of_day="now and then"))) == 3


def test_advised_times_of_sleep_take_the_place_of_the_usual_ones() -> None:
    bed = advice("bed", target={"metric": "bedtime", "value": 1325, "unit": "clock"}, time_of_day="21:35")
    rise = advice("rise", target={"metric": "wake_time", "value": 400, "unit": "clock"}, time_of_day="06:40")
    blocks = day_of(EARLY, [bed, rise])
    assert said(blocks) == ["06:40-07:10 Get up", "21:20-22:05 Wind down", "22:05-06:40 Sleep"]
    assert [block.recommendation_id for block in blocks] == ["rise", None, "bed"]


def test_who_sleeps_after_midnight_or_by_day_has_a_day_too() -> None:
    late = day(advice("walk", time_of_day="evening"), bed_and_wake=sleeping(80, 540))
    assert late == ["09:00-09:30 Get up", "18:30-18:45 Walk well", "00:35-01:20 Wind down", "01:20-09:00 Sleep"]
    shift = day(advice("walk", time_of_day="evening"), bed_and_wake=sleeping(480, 900))
    assert shift == ["15:00-15:30 Get up", "18:30-18:45 Walk well", "07:15-08:00 Wind down", "08:00-15:00 Sleep"]


def test_without_clock_times_of_sleep_there_is_no_day() -> None:
    assert day_of([], [advice("walk", time_of_day="morning")]) == ()
    assert day_of(EARLY[:1], []) == ()


@given(bed=st.floats(0, 1439.9), wake=st.floats(0, 1439.9), part=st.sampled_from(["morning", "afternoon", "evening"]))
def test_any_sleep_gives_a_valid_day_that_begins_with_getting_up(bed: float, wake: float, part: str) -> None:
    awake = (bed - wake) % 1440
    blocks = day_of(sleeping(bed, wake), [advice("walk", time_of_day=part)])
    if awake < 70:
        assert blocks == ()
    if 200 < awake < 1430:
        assert blocks[0].title == "Get up"
        assert {block.title for block in blocks} == {"Get up", "Walk well", "Wind down", "Sleep"}


PARTS = st.sampled_from(["morning", "afternoon", "evening", "20:30", "03:00"])


@given(
    bed=st.floats(0, 1439.9),
    wake=st.floats(0, 1439.9),
    wanted=st.lists(st.tuples(PARTS, st.integers(0, 90)), max_size=5),
)
def test_blocks_follow_each_other_and_none_is_asleep(bed: float, wake: float, wanted: list[tuple[str, int]]) -> None:
    items = [advice(f"r{n}", time_of_day=part, effort_minutes=effort) for n, (part, effort) in enumerate(wanted)]
    blocks = day_of(sleeping(bed, wake), items)
    if not blocks:
        return
    rise = minutes(blocks[0].start)
    starts = [(minutes(block.start) - rise) % 1440 for block in blocks]
    lengths = [(minutes(block.end) - minutes(block.start)) % 1440 for block in blocks]
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    assert starts == sorted(starts)
    assert all(end <= following for end, following in zip(ends, starts[1:], strict=False))
    assert ends[-1] == 1440
    latest = starts[-1] - 120
    named = {item.id for item in items if ":" not in (item.time_of_day or "")}
    assert all(at <= latest for at, block in zip(starts, blocks, strict=True) if block.recommendation_id in named)


def minutes(said_: str) -> int:
    hours, rest = said_.split(":")
    return int(hours) * 60 + int(rest)


def test_what_is_for_the_same_part_of_the_day_stands_one_after_the_other() -> None:
    both = [advice(name, time_of_day="evening", effort_minutes=10) for name in "ab"]
    assert day(*both)[1:3] == ["18:30-18:40 Walk well", "18:40-18:50 Walk well"]


def test_who_sleeps_by_day_has_an_evening_before_that() -> None:
    shift = day(advice("walk", time_of_day="evening", effort_minutes=10), bed_and_wake=sleeping(675, 1150))
    assert shift[1] == "09:15-09:25 Walk well"


def test_the_routine_agent_plans_a_day_and_an_easy_one_for_a_strained_body() -> None:
    report = report_of(AgentName.ROUTINE, a_person())
    known = {item.id for item in report.evidence}
    assert [report.day[0].title, report.day[-1].title] == ["Get up", "Sleep"]
    assert all(known.issuperset(block.evidence_ids) for block in report.day)
    strain = {metrics.HRV: in_window(lambda value: value * 0.6)}
    strained = report_of(AgentName.ROUTINE, a_person(plants=strain))
    assert "routine.easy_day" in {block.recommendation_id for block in strained.day}
    assert report_of(AgentName.ROUTINE, a_person(only=frozenset({metrics.STEPS}))).day == ()
