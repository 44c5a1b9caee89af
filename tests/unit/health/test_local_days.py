from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.health.local_days import DayRule, LocalDays, as_lived

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Pacific/Auckland",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "America/Los_Angeles",
        "America/St_Johns",
        "Europe/Berlin",
        "Asia/Kathmandu",
        "Asia/Almaty",
        "Australia/Lord_Howe",
    )
]
dates = st.dates(date(2015, 1, 1), date(2026, 12, 31))
offsets = st.integers(-11 * 4, 12 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def span(day: date, zone: ZoneInfo, begins: time = time(), days: int = 1) -> tuple[datetime, datetime]:
    """``days`` local days from ``begins`` on ``day``, as instants in UTC."""
    start, end = (datetime.combine(at, begins, zone).astimezone(UTC) for at in (day, day + days * DAY))
    return start, end - SECOND


def lived(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same instant with the zone's offset as a fixed one, as a source writes it."""
    local = moment.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


@given(day=dates, zone=st.sampled_from(ZONES), written=offsets, rule=st.sampled_from(DayRule))
def test_a_calendar_day_is_that_day_in_whatever_offset_it_is_written(
    day: date, zone: ZoneInfo, written: timezone, rule: DayRule
) -> None:
    start, end = span(day, zone)
    if datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone).time() != time():
        return  # midnight does not exist where the clock jumps over it
    days = LocalDays(zone)
    assert days.of_span(start.astimezone(written), end.astimezone(written), rule) == day


@given(
    wake_date=dates,
    zone=st.sampled_from(ZONES),
    written=offsets,
    rule=st.sampled_from([DayRule.NIGHT, DayRule.EITHER]),
)
def test_a_sleep_day_belongs_to_the_date_of_waking(
    wake_date: date, zone: ZoneInfo, written: timezone, rule: DayRule
) -> None:
    start, end = span(wake_date - DAY, zone, time(18))
    assert LocalDays(zone).of_span(start.astimezone(written), end.astimezone(written), rule) == wake_date


@given(day=dates, home=st.sampled_from(ZONES), away=st.sampled_from(ZONES))
def test_a_day_lived_elsewhere_is_the_day_of_that_place(day: date, home: ZoneInfo, away: ZoneInfo) -> None:
    start, end = span(day, away)
    written = lived(start, away), lived(end, away)
    if written[0].time() != time() or written[0].date() != day:
        return  # no midnight that day
    found = LocalDays(home).of_span(*written, DayRule.CALENDAR)
    # Where it is a calendar day at home as well, both readings are right.
    assert found == day or start.astimezone(home).time() == time()


def test_a_user_without_a_zone_gets_the_days_the_source_names() -> None:
    days = LocalDays(ZoneInfo("UTC"))
    start, end = (datetime.fromisoformat(text) for text in ("2025-07-11T00:00:00+12:00", "2025-07-11T23:59:59+12:00"))
    assert days.of_span(start, end, DayRule.CALENDAR) == date(2025, 7, 11)
    assert days.of_day_mark(start) == date(2025, 7, 11)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Berlin", date(2025, 3, 30), 23), ("Europe/Berlin", date(2025, 10, 26), 25)],
)
def test_days_on_which_the_clock_changes(zone: str, day: date, hours: int) -> None:
    start, end = span(day, ZoneInfo(zone))
    assert round((end - start) / timedelta(hours=1)) == hours
    days = LocalDays(ZoneInfo(zone))
    assert days.of_span(start, end, DayRule.CALENDAR) == day
    night_start, night_end = span(day - DAY, ZoneInfo(zone), time(18))
    assert days.of_span(night_start, night_end, DayRule.NIGHT) == day


def test_a_zone_whose_day_begins_at_one() -> None:
    """Santiago jumps from 24:00 to 01:00: there is no midnight."""
    zone = ZoneInfo("America/Santiago")
    day = date(2025, 9, 7)
    start = datetime(2025, 9, 7, 4, tzinfo=UTC)
    assert start.astimezone(zone).time() == time(1)
    assert LocalDays(zone).of_span(start, start + timedelta(hours=23) - SECOND, DayRule.CALENDAR) == day


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # A session, not a whole sleep day: 18:00 is the border.
        ("2025-07-10T23:30+02:00", "2025-07-11T06:30+02:00", date(2025, 7, 11)),
        ("2025-07-10T20:00+02:00", "2025-07-10T23:30+02:00", date(2025, 7, 11)),
        ("2025-07-11T13:00+02:00", "2025-07-11T14:00+02:00", date(2025, 7, 11)),
        ("2025-07-11T17:00+02:00", "2025-07-11T17:59+02:00", date(2025, 7, 11)),
        # Fell asleep in Berlin, woke up over the Atlantic: the instant counts, not the clock.
        ("2025-07-10T23:30+02:00", "2025-07-11T02:30-04:00", date(2025, 7, 11)),
    ],
)
def test_sleep_sessions(start: str, end: str, expected: date) -> None:
    days = LocalDays(ZoneInfo("Europe/Berlin"))
    assert days.of_span(datetime.fromisoformat(start), datetime.fromisoformat(end), DayRule.NIGHT) == expected


def test_samples_and_odd_spans_belong_to_the_day_of_their_middle() -> None:
    days = LocalDays(ZoneInfo("Europe/Berlin"))
    sample = datetime(2025, 7, 10, 22, 30, tzinfo=UTC)
    assert days.of_span(sample, sample, DayRule.CALENDAR) == date(2025, 7, 11)
    shifted = datetime(2025, 7, 10, 20, 17, tzinfo=UTC)
    assert days.of_span(shifted, shifted + DAY, DayRule.CALENDAR) == date(2025, 7, 11)


@given(last=dates, zone=st.sampled_from(ZONES))
def test_a_week_belongs_to_its_last_date(last: date, zone: ZoneInfo) -> None:
    start, end = span(last - 7 * DAY, zone, time(18), days=7)
    assert LocalDays(zone).of_span(start, end, DayRule.NIGHT) == last


def test_times_keep_the_offset_they_were_lived_in() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    abroad = datetime.fromisoformat("2025-07-11T07:00-04:00")
    assert as_lived(abroad, berlin).hour == 7
    assert as_lived(datetime(2025, 7, 11, 5, tzinfo=UTC), berlin).isoformat() == "2025-07-11T07:00:00+02:00"


def test_a_score_in_the_middle_of_a_day_belongs_to_that_day() -> None:
    days = LocalDays(ZoneInfo("Europe/Berlin"))
    assert days.of_day_mark(datetime(2025, 7, 10, 22, 30, tzinfo=UTC)) == date(2025, 7, 11)
