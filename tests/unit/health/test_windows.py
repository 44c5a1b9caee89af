from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.contracts.names import AnalysisType
from holisticos.contracts.report import DateSpan
from holisticos.health.windows import HISTORY_DAYS, last_complete_day, period

AUCKLAND = "Pacific/Auckland"


@pytest.mark.parametrize(
    ("as_of", "zone", "expected"),
    [
        ("2025-07-12T09:00:00+12:00", AUCKLAND, date(2025, 7, 11)),
        ("2025-07-12T00:00:00+12:00", AUCKLAND, date(2025, 7, 11)),
        ("2025-07-11T23:59:59+12:00", AUCKLAND, date(2025, 7, 11)),
        ("2025-07-11T23:58:59+12:00", AUCKLAND, date(2025, 7, 10)),
        # The same instant is still the day before in UTC.
        ("2025-07-12T09:00:00+12:00", "UTC", date(2025, 7, 10)),
    ],
)
def test_the_last_complete_day_is_local(as_of: str, zone: str, expected: date) -> None:
    assert last_complete_day(datetime.fromisoformat(as_of), ZoneInfo(zone)) == expected


def test_the_day_on_which_the_clock_goes_back_is_complete_at_its_real_end() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert last_complete_day(datetime(2025, 10, 26, 23, 59, 59, tzinfo=berlin), berlin) == date(2025, 10, 26)
    assert last_complete_day(datetime(2025, 10, 26, 21, 59, 59, tzinfo=UTC), berlin) == date(2025, 10, 25)


@pytest.mark.parametrize(
    ("requested", "days_since", "expected"),
    [
        (AnalysisType.AUTO, None, AnalysisType.INITIAL),
        (AnalysisType.AUTO, 0, AnalysisType.FOLLOW_UP),
        (AnalysisType.AUTO, 1, AnalysisType.FOLLOW_UP),
        (AnalysisType.AUTO, 13, AnalysisType.FOLLOW_UP),
        (AnalysisType.AUTO, 14, AnalysisType.INITIAL),
        (AnalysisType.AUTO, -1, AnalysisType.INITIAL),
        (AnalysisType.INITIAL, 1, AnalysisType.INITIAL),
        (AnalysisType.FOLLOW_UP, None, AnalysisType.FOLLOW_UP),
    ],
)
def test_seven_days_first_one_on_follow_up_seven_after_two_silent_weeks(
    requested: AnalysisType, days_since: int | None, expected: AnalysisType
) -> None:
    last = None
    if days_since is not None:
        end = date(2025, 7, 11) - timedelta(days=days_since)
        last = DateSpan(start=end, end=end)
    found = period(datetime(2025, 7, 12, 12, tzinfo=UTC), "UTC", requested, last)
    assert found.analysis_type is expected
    assert found.window.days == (7 if expected is AnalysisType.INITIAL else 1)
    assert found.window.end == date(2025, 7, 11)


def test_the_length_can_be_asked_for() -> None:
    assert period(datetime(2025, 7, 12, 12, tzinfo=UTC), "UTC", days=30).window.days == 30


@given(
    st.integers(1_420_000_000, 1_900_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(list(AnalysisType)),
)
def test_history_lies_right_before_the_window_and_all_of_it_is_asked_for(at: datetime, kind: AnalysisType) -> None:
    zone = ZoneInfo(AUCKLAND)
    found = period(at, AUCKLAND, kind)
    assert found.history.days == HISTORY_DAYS
    assert found.history.end + timedelta(days=1) == found.window.start
    assert found.covered.days == HISTORY_DAYS + found.window.days
    # The sleep day of the first night begins at 18:00 of the evening before.
    evening = datetime.combine(found.history.start - timedelta(days=1), datetime.min.time(), zone) + timedelta(hours=18)
    assert found.fetch_from <= evening
    assert found.fetch_until == at
