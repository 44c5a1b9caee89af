"""The order of statuses."""

import pytest

from holisticos.contracts.names import FINAL_STATUSES, AnalysisStatus

WAY = [AnalysisStatus.QUEUED, AnalysisStatus.FETCHING, AnalysisStatus.ANALYZING, AnalysisStatus.AGGREGATING]


@pytest.mark.parametrize("place", range(len(WAY)))
def test_a_status_follows_itself_and_what_comes_before(place: int) -> None:
    assert WAY[place].may_follow == set(WAY[: place + 1])


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_an_analysis_can_end_at_any_time_and_once(status: AnalysisStatus) -> None:
    assert status.may_follow == set(WAY)
