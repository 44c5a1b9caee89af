from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from holisticos.contracts.errors import SnapshotCorruptError
from holisticos.contracts.names import AnalysisType, Part, Source
from holisticos.contracts.report import DateSpan
from holisticos.health.assembly import Fetched, Origin, assemble, has_usable_days
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_archetypes, parse_biomarkers, parse_scores
from holisticos.health.profile import PrivacyPreferences, Profile
from holisticos.health.snapshot import decode, encode
from holisticos.health.windows import period
from tests.examples import a_memory
from tests.wire import BERLIN, Record, archetype, daily, hourly, night, nightly, score

LAST = date(2025, 7, 11)
AS_OF = datetime.combine(LAST, time(23, 59, 59), BERLIN)
FETCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def context(
    biomarkers: Iterable[Record] = (),
    scores: Iterable[Record] = (),
    archetypes: Iterable[Record] = (),
    *,
    withheld: Iterable[str] = (),
    memory: Memory | None = None,
    requested: AnalysisType = AnalysisType.AUTO,
) -> UserHealthContext:
    profile = Profile(
        user_id="ada", timezone="Europe/Berlin", privacy=PrivacyPreferences(withheld_categories=frozenset(withheld))
    )
    memory = memory or Memory()
    origin = Origin(Source.HEALTH_API, FETCHED_AT)
    fetched = Fetched(
        scores=parse_scores(scores, zone=BERLIN, as_of=AS_OF),
        biomarkers=parse_biomarkers(biomarkers, zone=BERLIN, as_of=AS_OF),
        archetypes=parse_archetypes(archetypes, zone=BERLIN, as_of=AS_OF),
        memory=memory,
        origins=dict.fromkeys(Part, origin),
    )
    return assemble(profile, fetched, period(AS_OF, profile.timezone, requested, memory.last_window), AS_OF)


@pytest.mark.parametrize(("ahead", "of_the_past"), [(-1, False), (0, False), (1, True), (300, True)])
def test_an_analysis_of_the_past_knows_nothing_of_what_came_later(ahead: int, of_the_past: bool) -> None:
    last = DateSpan(start=LAST + ahead * ONE_DAY, end=LAST + ahead * ONE_DAY)
    memory = a_memory(analyses=3, last_window=last)
    found = context(week(), memory=memory)
    assert found.of_the_past is of_the_past
    assert (found.memory == Memory()) is of_the_past
    assert found.analysis_type is (AnalysisType.INITIAL if of_the_past else AnalysisType.FOLLOW_UP)


def week() -> list[Record]:
    items: list[Record] = []
    for n in range(10):
        day = LAST - n * ONE_DAY
        bed = datetime.combine(day, time(), BERLIN) - timedelta(minutes=30)
        items += night(day, bed, bed + timedelta(hours=8))
        items += [nightly("sleep_duration", day, 440), daily("steps", day, 8000 + n)]
        items.append(nightly("heart_rate_resting", day, 55, category="vitals", unit="bpm"))
        items.append(nightly("heart_rate_variability_rmssd", day, 45, category="vitals", unit="ms"))
        items.append(hourly("steps", datetime.combine(day, time(9), BERLIN), 500))
    return items


def test_a_whole_week_is_a_whole_context() -> None:
    found = context(week(), [score("sleep", LAST, 0.7)], [archetype("bed_schedule", "early_sleeper", LAST)])
    assert (found.window.start, found.window.end) == (LAST - 6 * ONE_DAY, LAST)
    assert len(found.biomarkers["steps"].values) == 10
    assert len(found.nights) == 10
    assert len(found.hourly["steps"].values) == 10
    assert found.scores["sleep"].values == {LAST: 0.7}
    assert found.archetypes[0].value == "early_sleeper"
    assert found.quality.score == 1
    assert has_usable_days(found)
    biomarkers = found.sources[Part.BIOMARKERS]
    assert (biomarkers.source, biomarkers.fetched_at, biomarkers.kept) == (Source.HEALTH_API, FETCHED_AT, len(week()))
    assert biomarkers.newest == AS_OF
    assert found.sources[Part.MEMORY].source is Source.HEALTH_API


def test_the_same_records_in_any_order_give_the_same_bytes() -> None:
    items = week()
    mixed = [*items, *items[::3]]
    Random(1).shuffle(mixed)  # noqa: S311 - any fixed order does
    whole, shuffled = context(items), context(mixed)
    assert shuffled.model_copy(update={"sources": whole.sources}) == whole


def test_days_before_the_history_and_after_the_window_are_left_out() -> None:
    items = [daily("steps", day, 5) for day in (LAST - 97 * ONE_DAY, LAST - 96 * ONE_DAY, LAST)]
    assert list(context(items).biomarkers["steps"].values) == [LAST - 96 * ONE_DAY, LAST]


def test_unworn_days_are_no_zeros_in_days_or_hours() -> None:
    unworn = LAST - ONE_DAY
    items = [
        daily("steps", LAST, 5000),
        daily("steps", unworn, 0),
        daily("total_energy_burned", unworn, 1500, unit="kcal"),
        hourly("steps", datetime.combine(unworn, time(9), BERLIN), 0),
    ]
    found = context(items)
    assert found.biomarkers["steps"].values == {LAST: 5000}
    assert "total_energy_burned" not in found.biomarkers
    assert found.hourly == {}
    assert found.quality.wear_days == 1


def test_without_anything_there_is_nothing_and_it_says_so() -> None:
    found = context()
    assert not has_usable_days(found)
    assert found.quality.score == 0
    assert {"steps", "sleep_duration"} <= {gap.metric for gap in found.quality.gaps}


def test_history_alone_is_nothing_to_analyse() -> None:
    assert not has_usable_days(context([daily("steps", LAST - 10 * ONE_DAY, 5000)]))


@pytest.mark.parametrize(
    "records", [{"scores": [score("sleep", LAST, 0.5)]}, {"biomarkers": week()[:2]}], ids=["a score", "a night"]
)
def test_a_score_or_a_night_is_something_to_analyse(records: Any) -> None:
    assert has_usable_days(context(**records))


def test_a_day_in_progress_is_nothing_to_analyse() -> None:
    assert not has_usable_days(context([daily("steps", LAST, 242, periodicity="intraday")]))


def test_what_is_withheld_is_nowhere_in_the_context() -> None:
    found = context(
        week(),
        [
            score("sleep", LAST, 0.7, dataSources=None),
            score("readiness", LAST, 0.7, dataSources=["Sleep"]),
            score("activity", LAST, 0.6, dataSources=["activity"]),
        ],
        [
            archetype("bed_schedule", "early_sleeper", LAST),
            archetype("sleep_quality", "good", LAST),
            archetype("activity_level", "highly_active", LAST),
        ],
        withheld=["sleep"],
    )
    assert "sleep" not in "".join(found.biomarkers)
    assert found.nights == ()
    assert set(found.scores) == {"activity"}
    assert [one.name for one in found.archetypes] == ["activity_level"]
    assert found.quality.dropped == {"withheld": 34}
    assert found.sources[Part.SCORES].dropped == 2


def test_the_newest_archetype_of_a_name_counts() -> None:
    items = [
        archetype("bed_schedule", "late_sleeper", LAST - 7 * ONE_DAY),
        archetype("bed_schedule", "early_sleeper", LAST),
    ]
    assert [one.value for one in context(archetypes=reversed(items)).archetypes] == ["early_sleeper"]


def test_a_follow_up_says_that_it_is_one() -> None:
    first = context(week())
    again = context(week(), memory=a_memory(analyses=1, last_window=first.window))
    assert (first.analysis_type, first.window.days) == (AnalysisType.INITIAL, 7)
    assert (again.analysis_type, again.window.days) == (AnalysisType.FOLLOW_UP, 1)
    assert again.sources[Part.MEMORY].kept == 1


def test_a_snapshot_gives_the_context_back() -> None:
    found = context(week(), [score("sleep", LAST, 0.7)], [archetype("bed_schedule", "early", LAST)], withheld=["body"])
    assert decode(encode(found)) == found
    assert encode(decode(encode(found))) == encode(found)


def test_a_snapshot_is_the_same_bytes_whatever_the_order_of_sets() -> None:
    names = [f"category_{n}" for n in range(20)]
    assert encode(context(withheld=names)) == encode(context(withheld=reversed(names)))


@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense", b"[1]", b'{"user_id": "ada"}'])
def test_other_bytes_are_no_snapshot_and_are_not_quoted(content: bytes) -> None:
    with pytest.raises(SnapshotCorruptError) as caught:
        decode(content)
    assert "ada" not in str(caught.value)


def followed_up(last_analysed: int, *missing: int) -> UserHealthContext:
    """A follow-up of an analysis so many days ago, by somebody of whom some days (as many ago) have no value."""
    end = LAST - last_analysed * ONE_DAY
    absent = {LAST - n * ONE_DAY for n in missing}
    items = [daily("steps", LAST - n * ONE_DAY, 5000) for n in range(30) if LAST - n * ONE_DAY not in absent]
    return context(items, memory=a_memory(last_window=DateSpan(start=end - 6 * ONE_DAY, end=end)))


def test_a_follow_up_without_its_day_looks_at_the_last_one_there_is_and_says_so() -> None:
    found = followed_up(7, 0, 1)
    assert (found.window.start, found.window.end) == (LAST - 2 * ONE_DAY, LAST - 2 * ONE_DAY)
    assert found.history.end == LAST - 3 * ONE_DAY
    assert has_usable_days(found)
    assert found.quality.wear_days == 1
    assert found.quality.gaps[0].metric == "last day"
    assert found.quality.gaps[0].reason == "no value yet on 2025-07-11; analysed is 2025-07-09, the last with any"


@pytest.mark.parametrize(
    ("last_analysed", "missing"),
    [(1, (0,)), (2, (0, 1)), (13, tuple(range(7)))],
    ids=["every day", "nothing new", "a week without"],
)
def test_no_day_is_analysed_again_nor_one_of_long_ago(last_analysed: int, missing: tuple[int, ...]) -> None:
    found = followed_up(last_analysed, *missing)
    assert (found.window.start, found.window.end) == (LAST, LAST)
    assert not has_usable_days(found)


def test_a_follow_up_with_its_day_looks_at_it() -> None:
    assert followed_up(7, 1, 2).window.start == LAST
    assert "last day" not in {gap.metric for gap in followed_up(7).quality.gaps}


def test_a_first_analysis_keeps_its_week() -> None:
    assert followed_up(14, *range(7)).window.start == LAST - 6 * ONE_DAY
