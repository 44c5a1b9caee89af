"""Whatever the data, each question has an answer or a reason; nothing raises, nothing is NaN."""

from collections.abc import Iterable
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holisticos.analytics.families import adjusted, established
from holisticos.contracts.report import DateSpan, Evidence
from holisticos.health.series import DailySeries, HourlySeries, Night
from tests.unit.analytics import every_evidence
from tests.unit.analytics.series import LAST, daily, hourly, night, nights, spans

VALUES = st.one_of(
    st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda value: value if abs(value) > 1e-100 else 0.0),
    st.sampled_from([0.0, 1.0, 1e-100, 1e100, -1e100]),
    st.integers(0, 3).map(float),
)
DAYS = st.lists(st.one_of(st.none(), VALUES), max_size=80)
WINDOWS = st.builds(spans, window=st.integers(1, 40), history=st.integers(1, 90))


def check(found: Iterable[Evidence]) -> None:
    evidence = list(found)
    ids = [item.id for item in evidence]
    assert len(ids) == len(set(ids))
    for item in evidence:
        assert item == Evidence.model_validate_json(item.model_dump_json())
        assert item.id.startswith(f"{item.metric}.{item.statistic}.")
        assert item.method
        if item.unavailable_because is not None:
            assert item.p_value is None
            assert item.strength is None
    told = established(adjusted(evidence))
    assert {item.id for item in told} <= set(ids)


@settings(max_examples=150)
@given(DAYS, WINDOWS)
def test_any_daily_series(values: list[float | None], window: tuple[DateSpan, DateSpan]) -> None:
    check(every_evidence.of_series(daily(values, "anything", "unit"), *window))


@settings(max_examples=60)
@given(st.lists(DAYS, max_size=3), WINDOWS)
def test_any_series_together(several: list[list[float | None]], window: tuple[DateSpan, DateSpan]) -> None:
    check(every_evidence.of_several([daily(values, f"m{n}") for n, values in enumerate(several)], *window))


@settings(max_examples=100)
@given(st.lists(st.one_of(st.none(), st.tuples(st.floats(-1000, 1000), st.floats(1, 1300))), max_size=60), WINDOWS)
def test_any_nights(times: list[tuple[float, float] | None], window: tuple[DateSpan, DateSpan]) -> None:
    first = LAST - timedelta(days=len(times) - 1)
    some = [night(first + timedelta(days=n), *each) for n, each in enumerate(times) if each is not None]
    check(every_evidence.of_nights(some, *window))


@settings(max_examples=60)
@given(st.lists(st.lists(st.one_of(st.none(), st.floats(0, 1e5)), min_size=24, max_size=24), max_size=10), WINDOWS)
def test_any_hours(days: list[list[float | None]], window: tuple[DateSpan, DateSpan]) -> None:
    check(every_evidence.of_hours(hourly(days), nights([-30.0] * 8), *window))


SHAPES: dict[str, list[float | None]] = {
    "empty": [],
    "one day": [5.0],
    "two days": [5.0, 6.0],
    "constant": [5.0] * 60,
    "all zero": [0.0] * 60,
    "ties only": [1.0, 2.0] * 30,
    "all absent but one": [*([None] * 59), 5.0],
    "long ago only": [*([7.0, 8.0] * 20), *([None] * 20)],
    "only the window": [*([None] * 53), 1.0, 2, 3, 4, 5, 6, 7],
}


@pytest.mark.parametrize("width", [1, 7, 28])
@pytest.mark.parametrize("name", SHAPES)
def test_degenerate_series(name: str, width: int) -> None:
    window, history = spans(window=width)
    check(every_evidence.of_series(daily(SHAPES[name]), window, history))
    check(every_evidence.of_several([daily(SHAPES[name], "a"), daily(SHAPES["ties only"], "b")], window, history))


@pytest.mark.parametrize("width", [1, 7])
def test_no_nights_and_no_hours(width: int) -> None:
    window, history = spans(window=width)
    check(every_evidence.of_nights([], window, history))
    check(every_evidence.of_hours(HourlySeries(metric="steps", unit="count", values={}), [], window, history))


def test_the_order_of_the_days_in_memory_is_that_of_time_and_nothing_is_changed() -> None:
    series = daily([1.0, None, 3.0] * 20)
    before = series.model_dump_json()
    window, history = spans()
    first = list(every_evidence.of_series(series, window, history))
    assert series.model_dump_json() == before
    assert list(every_evidence.of_series(DailySeries.model_validate_json(before), window, history)) == first


def test_hours_lived_in_other_zones_are_local_hours() -> None:
    window, history = spans()
    at_home = hourly([[float(hour) for hour in range(24)] for _ in range(10)])
    abroad = HourlySeries(
        metric="steps",
        unit="count",
        values={
            moment.replace(tzinfo=UTC if moment.date() < window.start else timezone(timedelta(hours=-9))): value
            for moment, value in at_home.values.items()
        },
    )
    here = list(every_evidence.of_hours(at_home, (), window, history))
    assert list(every_evidence.of_hours(abroad, (), window, history)) == here


def test_a_night_of_no_length_is_survived() -> None:
    window, history = spans()
    moment = night(LAST, 0, 1).start
    check(every_evidence.of_nights([Night(wake_date=LAST, start=moment, end=moment)] * 3, window, history))
