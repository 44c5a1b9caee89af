"""Faults 5, 7, 8 and 9 of the list of faults, from the wire to what an analysis sees."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from holisticos.contracts.names import Part, Source
from holisticos.health.assembly import Fetched, Origin, assemble
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory
from holisticos.health.parsing import parse_biomarkers
from holisticos.health.profile import Profile
from holisticos.health.records import DropReason, Records
from holisticos.health.windows import period
from tests.wire import BERLIN, Record, biomarker, daily, hourly, night, nightly

NEW_YORK = ZoneInfo("America/New_York")
LAST = date(2025, 7, 11)
ONE_DAY = timedelta(days=1)


def context(items: Iterable[Record], last: date = LAST, zone: ZoneInfo = BERLIN) -> UserHealthContext:
    as_of = datetime.combine(last, time(23, 59, 59), zone)
    fetched = Fetched(
        scores=Records(),
        biomarkers=parse_biomarkers(items, zone=zone, as_of=as_of),
        archetypes=Records(),
        memory=Memory(),
        origins=dict.fromkeys(Part, Origin(Source.HEALTH_API, as_of)),
    )
    return assemble(Profile(user_id="ada", timezone=zone.key), fetched, period(as_of, zone.key), as_of)


def measured(found: UserHealthContext) -> Any:
    """What follows from records; not how many were received."""
    return found.biomarkers, found.hourly, found.nights


VITALS: dict[str, Any] = {"category": "vitals", "unit": "bpm"}
SOUND = [daily("steps", LAST, 8000), daily("heart_rate_resting", LAST, 55, **VITALS)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (daily("steps", LAST, "NaN"), DropReason.NOT_FINITE),
        (daily("steps", LAST, "Infinity"), DropReason.NOT_FINITE),
        (daily("steps", LAST, float("nan")), DropReason.NOT_FINITE),
        ({**daily("steps", LAST, 1), "value": None}, DropReason.MISSING_FIELD),
        (daily("heart_rate_resting", LAST, "-60", **VITALS), DropReason.NEGATIVE),
        (
            daily("steps", LAST, 1, endDateTime=f"{LAST + ONE_DAY}T06:00:00+02:00"),
            DropReason.IMPOSSIBLE_SPAN,
        ),
        (nightly("sleep_duration", LAST, 30 * 60), DropReason.IMPLAUSIBLE),
    ],
    ids=["nan", "infinity", "nan as a number", "null", "negative heart rate", "30-hour day", "30 hours of sleep"],
)
def test_fault_05_what_cannot_be_is_rejected_and_counted(wrong: Record, why: DropReason) -> None:
    found = context([*SOUND, wrong])
    assert measured(found) == measured(context(SOUND))
    assert found.quality.dropped == {why: 1}
    assert (found.sources[Part.BIOMARKERS].kept, found.sources[Part.BIOMARKERS].dropped) == (2, 1)


def _days() -> list[Record]:
    items: list[Record] = []
    for back in range(7):
        day = LAST - back * ONE_DAY
        bed = datetime.combine(day, time(), BERLIN) - timedelta(minutes=30)
        items += [*night(day, bed, bed + timedelta(hours=8)), nightly("sleep_duration", day, 440)]
        items += [daily("steps", day, 8000 + back), daily("heart_rate_resting", day, 55 + back, **VITALS)]
        items.append(hourly("steps", datetime.combine(day, time(9), BERLIN), 500, deviceType="watch"))
    return items


def test_fault_07_copies_overlaps_and_disorder_give_the_features_of_clean_input() -> None:
    clean = _days()
    dirty = [*clean, *clean[:20]]
    for back in range(7):
        day = LAST - back * ONE_DAY
        dirty += [
            daily("steps", day, 12_000, periodicity="intraday"),
            nightly("sleep_duration", day, 242, periodicity="intraday"),
            daily("steps", day, 3000, deviceType="phone", startDateTime=f"{day}T00:00:01+02:00"),
            hourly("steps", datetime.combine(day, time(9), BERLIN), 900, deviceType="phone"),
        ]
        inner = datetime.combine(day, time(2), BERLIN)
        span: dict[str, Any] = {
            "startDateTime": inner.isoformat(),
            "endDateTime": (inner + timedelta(hours=3)).isoformat(),
        }
        dirty += night(day, inner, inner + timedelta(hours=3), **span)
    Random(7).shuffle(dirty)  # noqa: S311 - any order will do
    assert measured(context(dirty)) == measured(context(clean))


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25)], ids=["gap", "overlap"])
def test_fault_08_days_on_which_the_clock_changes_are_days(day: date, hours: int) -> None:
    midnight = datetime.combine(day, time(), BERLIN).astimezone(UTC)
    items = [hourly("steps", (midnight + n * timedelta(hours=1)).astimezone(BERLIN), 100 + n) for n in range(hours)]
    bed, up = datetime.combine(day - ONE_DAY, time(23), BERLIN), datetime.combine(day, time(7), BERLIN)
    asleep = (up.astimezone(UTC) - bed.astimezone(UTC)) - timedelta(minutes=30)
    items += [daily("steps", day, 8000), *night(day, bed, up)]
    items.append(nightly("sleep_duration", day, asleep / timedelta(minutes=1)))
    found = context(items, day)
    assert found.biomarkers["steps"].values == {day: 8000.0}
    assert len(found.hourly["steps"].values) == hours
    assert {at.date() for at in found.hourly["steps"].values} == {day}
    (slept,) = found.nights
    assert slept.wake_date == day
    assert slept.end - slept.start == timedelta(hours=8 + hours - 24)
    assert slept.asleep_minutes == (7.5 + hours - 24) * 60


def test_fault_08_a_change_of_zone_in_the_middle_of_a_sleep() -> None:
    """Asleep over the Atlantic: to bed in Berlin, up in New York, on the date that New York had."""
    bed = datetime(2025, 7, 10, 23, 0, tzinfo=BERLIN)
    up = datetime(2025, 7, 11, 5, 0, tzinfo=NEW_YORK)
    items = [
        *night(LAST, bed, up, startDateTime=bed.isoformat(), endDateTime=up.isoformat()),
        daily("steps", LAST, 4000, NEW_YORK),
        daily("steps", LAST - ONE_DAY, 9000, BERLIN),
    ]
    for home in (BERLIN, NEW_YORK):
        found = context(items, LAST + ONE_DAY, home)
        assert found.biomarkers["steps"].values == {LAST - ONE_DAY: 9000.0, LAST: 4000.0}
        (slept,) = found.nights
        assert slept.wake_date == LAST
        assert (slept.start.hour, slept.end.hour) == (23, 5)


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (datetime(2099, 1, 1, 12, tzinfo=UTC), DropReason.FUTURE),
        (datetime.combine(LAST + ONE_DAY, time(1), BERLIN), DropReason.FUTURE),
        (datetime(1970, 1, 1, tzinfo=UTC), DropReason.TOO_OLD),
    ],
    ids=["2099", "tomorrow", "epoch 0"],
)
def test_fault_09_dates_that_cannot_be_are_rejected_and_counted(at: datetime, why: DropReason) -> None:
    found = context([*SOUND, biomarker("heart_rate_resting", 70, at, **VITALS)])
    assert measured(found) == measured(context(SOUND))
    assert found.quality.dropped == {why: 1}
