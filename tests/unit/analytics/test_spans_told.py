"""Statistics of up to so many days name the days that they rest on, not those they were asked about."""

from datetime import timedelta

import pytest

from holisticos.analytics.sleep import habitual_need
from holisticos.analytics.sleep_timing import social_jetlag
from holisticos.analytics.trends import monotonicity, trend
from holisticos.analytics.weekly import weekend_contrast
from holisticos.contracts.report import DateSpan, Evidence
from tests.unit.analytics.series import LAST, daily, nights, noise, spans

WINDOW, HISTORY = spans()
FIRST = LAST - timedelta(days=19)
STEPS = daily([*noise(19, 1, centre=7000, sd=900), None])
SLEEP = daily([*noise(20, 2, centre=400, sd=30)], metric="sleep_duration", unit="minute")


@pytest.mark.parametrize(
    "evidence",
    [
        trend(STEPS, WINDOW, HISTORY),
        monotonicity(STEPS, WINDOW, HISTORY),
        weekend_contrast(STEPS, WINDOW, HISTORY),
    ],
    ids=lambda item: item.id,
)
def test_from_the_first_day_to_the_last_with_a_value(evidence: Evidence) -> None:
    assert evidence.n == 19
    assert evidence.window == DateSpan(start=FIRST, end=LAST - timedelta(days=1))


@pytest.mark.parametrize(
    "evidence",
    [
        habitual_need(SLEEP, WINDOW, HISTORY),
        social_jetlag(nights(noise(20, 3, centre=-30, sd=20)), WINDOW, HISTORY),
    ],
    ids=lambda item: item.id,
)
def test_from_the_first_night_to_the_last_recorded(evidence: Evidence) -> None:
    assert evidence.n == 20
    assert evidence.window == DateSpan(start=FIRST, end=LAST)
