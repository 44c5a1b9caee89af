from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.contracts.report import DateSpan
from holisticos.health.catalogue import CORE
from holisticos.health.quality import WEIGHTS, Assessed, assess
from holisticos.health.records import DropReason, Records
from holisticos.health.series import DailySeries

WINDOW = DateSpan(start=date(2025, 7, 5), end=date(2025, 7, 11))
HISTORY = DateSpan(start=date(2025, 6, 5), end=date(2025, 7, 4))
AS_OF = datetime(2025, 7, 11, 23, 59, 59, tzinfo=UTC)
ALL_DAYS = [WINDOW.start + timedelta(days=n) for n in range(7)]


def series(type_: str, *days: date) -> DailySeries:
    return DailySeries(metric=type_, unit="x", values=dict.fromkeys(days, 1.0))


def assessed(**changes: Any) -> Assessed:
    whole: dict[str, Any] = {
        "window": WINDOW,
        "history": HISTORY,
        "as_of": AS_OF,
        "series": {type_: series(type_, *ALL_DAYS) for type_ in CORE},
        "worn": ALL_DAYS,
        "newest": AS_OF,
        "received": (Records(kept=tuple(range(10))),),
    }
    return Assessed(**{**whole, **changes})


def test_whole_fresh_and_sound_data_score_one() -> None:
    quality = assess(assessed())
    assert quality.score == 1
    assert quality.parts == dict.fromkeys(WEIGHTS, 1.0)
    assert quality.gaps == ()
    assert quality.wear_days == 7
    assert quality.freshness_hours == 0


def test_the_weights_are_a_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_no_value_in_the_window_scores_zero_and_names_what_is_missing() -> None:
    quality = assess(assessed(series={"steps": series("steps", HISTORY.end)}, worn=[HISTORY.end]))
    assert quality.score == 0
    assert quality.wear_days == 0
    reasons = {gap.metric: gap.reason for gap in quality.gaps}
    assert reasons["steps"] == "no value in the 7 days of the window; last on 2025-07-04"
    assert reasons["sleep_duration"] == "no value in the 7 days of the window"
    assert set(CORE) <= set(reasons)


def test_missing_days_of_a_core_metric_are_counted() -> None:
    quality = assess(assessed(series={**assessed().series, "steps": series("steps", *ALL_DAYS[:4])}))
    assert quality.completeness["steps"] == pytest.approx(4 / 7, abs=1e-4)
    assert [(gap.metric, gap.reason) for gap in quality.gaps] == [
        ("steps", "no value on 3 of the 7 days of the window")
    ]
    assert quality.longest_gap_days["steps"] == 3


def test_a_window_of_one_day_reads_well() -> None:
    day = DateSpan(start=WINDOW.end, end=WINDOW.end)
    quality = assess(assessed(window=day, series={}))
    assert {gap.reason for gap in quality.gaps} == {"no value on that day"}


def test_what_is_withheld_is_no_shortcoming() -> None:
    kept = {type_: series(type_, *ALL_DAYS) for type_ in CORE if type_ != "sleep_duration"}
    quality = assess(assessed(series=kept, withheld=frozenset({"sleep"})))
    assert quality.parts["completeness"] == 1
    assert [(gap.metric, gap.reason) for gap in quality.gaps] == [("sleep", "withheld by your privacy preferences")]


@pytest.mark.parametrize(("hours", "part"), [(0, 1), (36, 1), (102, 0.5), (168, 0), (1000, 0)])
def test_freshness_fades_over_a_week(hours: float, part: float) -> None:
    quality = assess(assessed(newest=AS_OF - timedelta(hours=hours)))
    assert quality.parts["freshness"] == pytest.approx(part)
    assert quality.freshness_hours == hours


def test_a_record_that_ends_after_as_of_is_not_younger_than_now() -> None:
    assert assess(assessed(newest=AS_OF + timedelta(hours=3))).freshness_hours == 0


def test_damage_counts_and_what_was_not_wanted_does_not() -> None:
    answer: Records[Any] = Records(kept=tuple(range(5)), dropped={DropReason.NEGATIVE: 5, DropReason.FUTURE: 10})
    quality = assess(assessed(received=(answer,)))
    assert quality.parts["validity"] == 0.75
    assert quality.dropped == {"future": 10, "negative": 5}


def test_a_metric_known_from_the_history_is_missed() -> None:
    quality = assess(assessed(series={**assessed().series, "weight": series("weight", HISTORY.start)}))
    assert quality.gaps[0].metric == "weight"
    assert quality.longest_gap_days["weight"] == 36


@given(
    st.dictionaries(st.sampled_from([*CORE, "weight"]), st.sets(st.dates(HISTORY.start, WINDOW.end))),
    st.sets(st.dates(HISTORY.start, WINDOW.end)),
    st.none() | st.integers(-10_000, 100_000).map(lambda hours: AS_OF - timedelta(hours=hours)),
    st.integers(0, 50),
    st.integers(0, 50),
)
def test_every_part_is_0_to_1_whatever_is_missing(
    days: dict[str, set[date]], worn: set[date], newest: datetime | None, kept: int, dropped: int
) -> None:
    found = {type_: series(type_, *sorted(present)) for type_, present in days.items()}
    answer: Records[Any] = Records(kept=tuple(range(kept)), dropped={DropReason.NEGATIVE: dropped})
    quality = assess(assessed(series=found, worn=worn, newest=newest, received=(answer,)))
    assert 0 <= quality.score <= 1
    assert all(0 <= part <= 1 for part in quality.parts.values())
    assert (quality.score == 0) or any(share > 0 for share in quality.completeness.values())
