"""Naps by day are no nights, whenever it is day for the person."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.health.naps import Sleeps, Span, apart, without_naps
from holisticos.health.series import DailySeries

LAST = date(2025, 7, 11)
NIGHT = ("23:30", 450)
BY_DAY = ("08:00", 420)


def sleep(day: date, begins: str, minutes: float) -> Span:
    """A sleep that ends on ``day``; what begins after 18:00 began the evening before."""
    at = time.fromisoformat(begins)
    evening = day - timedelta(days=1) if at.hour >= 18 else day
    start = datetime.combine(evening, at, UTC)
    return start, start + timedelta(minutes=minutes)


def sleeps(*of_days: Sequence[tuple[str, float]]) -> Sleeps:
    """The last day is ``LAST``."""
    first = LAST - timedelta(days=len(of_days) - 1)
    days = [first + timedelta(days=n) for n in range(len(of_days))]
    return {day: tuple(sleep(day, *one) for one in each) for day, each in zip(days, of_days, strict=True) if each}


@pytest.mark.parametrize(
    ("usual", "last", "is_nap"),
    [
        (NIGHT, ("15:46", 118), True),
        (NIGHT, ("15:00", 239), True),
        (NIGHT, ("15:00", 240), False),
        (NIGHT, ("10:00", 90), True),
        (NIGHT, ("01:00", 90), False),
        (NIGHT, ("20:00", 200), False),
        (BY_DAY, ("10:00", 90), False),
        (BY_DAY, ("15:46", 118), False),
        (BY_DAY, ("23:00", 118), True),
    ],
)
def test_a_short_sleep_on_the_other_side_of_the_clock_is_a_nap(
    usual: tuple[str, float], last: tuple[str, float], *, is_nap: bool
) -> None:
    known = sleeps(*[[usual]] * 10, [last])
    main, naps = apart(known, UTC)
    assert (LAST in naps, LAST in main) == (is_nap, not is_nap)
    assert {**main, **naps} == known


def test_a_nap_beside_a_short_night_leaves_the_night() -> None:
    main, naps = apart(sleeps(*[[NIGHT]] * 10, [("02:00", 170), ("14:00", 200)]), UTC)
    assert main[LAST] == (sleep(LAST, "02:00", 170),)
    assert naps[LAST] == (sleep(LAST, "14:00", 200),)


@pytest.mark.parametrize(
    "others",
    [
        [[NIGHT]] * 4,
        [[NIGHT], [BY_DAY]] * 5,
        [[NIGHT]] * 10 + [[]] * 40,
        [[("23:30", 200)]] * 10,
    ],
    ids=["little is known", "shifts", "long ago", "never long"],
)
def test_without_a_usual_time_nothing_is_a_nap(others: Sequence[Sequence[tuple[str, float]]]) -> None:
    assert apart(sleeps(*others, [("15:46", 118)]), UTC)[1] == {}


def test_who_changed_to_nights_sleeps_by_day() -> None:
    assert apart(sleeps(*[[NIGHT]] * 40, *[[BY_DAY]] * 30, [("10:00", 200)]), UTC)[1] == {}


NAMES = ("sleep_duration", "sleep_in_bed_duration", "sleep_regularity", "steps", "respiratory_rate_sleep")


def told(asleep: float) -> Mapping[str, DailySeries]:
    values = {LAST - timedelta(days=1): 430.0, LAST: asleep}
    return {name: DailySeries(metric=name, unit="x", values=values) for name in NAMES}


@pytest.mark.parametrize(("asleep", "kept"), [(114, False), (430, True)], ids=["of the nap", "of another sleep"])
def test_what_was_told_of_a_nap_is_no_value_of_the_night(asleep: float, *, kept: bool) -> None:
    main, naps = apart(sleeps(*[[NIGHT]] * 10, [("15:46", 118)]), UTC)
    left = without_naps(told(asleep), main, naps)
    with_last = {name for name, one in left.items() if LAST in one.values}
    assert with_last == (set(NAMES) if kept else {"sleep_regularity", "steps", "respiratory_rate_sleep"})
    assert all(LAST - timedelta(days=1) in one.values for one in left.values())


clock = st.times().map(lambda at: f"{at.hour:02}:{at.minute:02}")
a_sleep = st.tuples(clock, st.floats(1, 960))


@given(st.lists(st.lists(a_sleep, max_size=3), max_size=40))
def test_every_sleep_is_one_or_the_other_and_long_ones_are_never_naps(of_days: list[list[tuple[str, float]]]) -> None:
    known = sleeps(*of_days)
    main, naps = apart(known, UTC)
    for day, spans in known.items():
        assert sorted((*main.get(day, ()), *naps.get(day, ()))) == sorted(spans)
    assert all(end - start < timedelta(hours=4) for spans in naps.values() for start, end in spans)


@given(st.integers(0, 1439), st.lists(st.tuples(st.integers(0, 1439), st.integers(10, 239)), min_size=1, max_size=3))
def test_it_does_not_matter_by_which_clock_a_person_lives(shift: int, last: list[tuple[int, int]]) -> None:
    """Naps follow from the person's own sleeps alone: who lives so many minutes later has the same ones."""

    def naps_of(later: int) -> set[tuple[float, float]]:
        moved = timedelta(minutes=later)
        of_days = sleeps(*[[NIGHT]] * 10, [])
        known = {day: tuple((start + moved, end + moved) for start, end in spans) for day, spans in of_days.items()}
        midnight = datetime.combine(LAST, time(), UTC)
        spans = [(midnight + timedelta(minutes=at), midnight + timedelta(minutes=at + long)) for at, long in last]
        known[LAST] = tuple((start + moved, end + moved) for start, end in spans)
        naps = apart(known, UTC)[1].get(LAST, ())
        return {((start - moved).timestamp(), (end - moved).timestamp()) for start, end in naps}

    assert naps_of(shift) == naps_of(0)
