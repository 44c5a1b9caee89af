from datetime import timedelta

from holisticos.analytics import coverage
from tests.unit.analytics.series import LAST, spans

WEEK, _ = spans()


def test_valid_days_are_counted_with_their_share() -> None:
    evidence = coverage.valid_days({LAST, LAST - timedelta(days=1), LAST - timedelta(days=99)}, WEEK)
    assert (evidence.id, evidence.value, evidence.n) == ("wear.valid_days.window", 2, 7)
    assert evidence.strength == 2 / 7
