import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.health.catalogue import CATALOGUE, Kind
from holisticos.health.parsing import EARLIEST, parse_archetypes, parse_biomarkers, parse_scores, parse_time
from holisticos.health.records import ArchetypeRecord, Biomarker, DropReason, Records, Score
from tests.wire import AUCKLAND, BERLIN, archetype, biomarker, daily, nightly, score

DAY = date(2025, 7, 11)
AS_OF = datetime(2025, 7, 12, 12, tzinfo=UTC)


def biomarkers(*items: object) -> Records[Biomarker]:
    return parse_biomarkers(items, zone=BERLIN, as_of=AS_OF)


def only(item: object) -> Biomarker:
    (record,) = biomarkers(item).kept
    return record


def reason(item: object) -> DropReason:
    answer = biomarkers(item)
    assert answer.kept == ()
    ((why, count),) = answer.dropped.items()
    assert count == 1
    return why


def test_reads_a_biomarker_as_the_source_writes_it() -> None:
    raw = {
        "id": "c78bc687-2326-5471-8608-fcc1ca14bb4e",
        "category": "activity",
        "type": "steps",
        "periodicity": "daily",
        "aggregation": "total",
        "value": "3263",
        "unit": "count",
        "valueType": "integer",
        "startDateTime": "2025-07-11T00:00:00+12:00",
        "endDateTime": "2025-07-11T23:59:59+12:00",
    }
    record = only(raw)
    assert (record.type, record.value, record.unit, record.periodicity) == ("steps", 3263.0, "count", "daily")
    assert record.start == datetime(2025, 7, 10, 12, tzinfo=UTC)
    assert record.raw == raw


@pytest.mark.parametrize(
    ("text", "value"), [("0.", 0.0), ("3263", 3263.0), (" 12.5 ", 12.5), (7, 7.0), ("1e3", 1000.0)]
)
def test_reads_numbers_from_strings(text: object, value: float) -> None:
    assert only(daily("steps", DAY, text)).value == value


def test_reads_a_time_without_seconds() -> None:
    record = only(nightly("sleep_start_time", DAY, "2025-07-10T23:10+02:00", valueType="datetime"))
    assert record.value == datetime(2025, 7, 10, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"value": "NaN"}, DropReason.NOT_FINITE),
        ({"value": "Infinity"}, DropReason.NOT_FINITE),
        ({"value": math.nan}, DropReason.NOT_FINITE),
        ({"value": 10**400}, DropReason.NOT_FINITE),
        ({"value": None}, DropReason.MISSING_FIELD),
        ({"value": " "}, DropReason.MISSING_FIELD),
        ({"value": "many"}, DropReason.UNREADABLE_VALUE),
        ({"value": "1_000"}, DropReason.UNREADABLE_VALUE),
        ({"value": True}, DropReason.UNREADABLE_VALUE),
        ({"value": ["1"]}, DropReason.UNREADABLE_VALUE),
        ({"value": "-3"}, DropReason.NEGATIVE),
        ({"value": "1000000"}, DropReason.IMPLAUSIBLE),
        ({"unit": "furlong"}, DropReason.UNKNOWN_UNIT),
        ({"type": None}, DropReason.MISSING_FIELD),
        ({"type": 5}, DropReason.UNREADABLE_VALUE),
        ({"startDateTime": None}, DropReason.MISSING_FIELD),
        ({"startDateTime": "yesterday"}, DropReason.UNREADABLE_TIME),
        ({"startDateTime": 1_752_192_000}, DropReason.UNREADABLE_TIME),
        ({"startDateTime": "1970-01-01T00:00:00Z"}, DropReason.TOO_OLD),
        ({"startDateTime": "0001-01-01T00:00:00Z"}, DropReason.UNREADABLE_TIME),
        ({"startDateTime": "2025-07-12T12:00:00Z", "endDateTime": "2025-07-12T13:00:00Z"}, DropReason.FUTURE),
        ({"startDateTime": "2099-01-01T00:00:00Z", "endDateTime": "2099-01-02T00:00:00Z"}, DropReason.FUTURE),
        ({"endDateTime": "2025-07-10T00:00:00+02:00"}, DropReason.ENDS_BEFORE_START),
        ({"endDateTime": "2025-07-12T06:00:00+02:00"}, DropReason.IMPOSSIBLE_SPAN),
    ],
)
def test_drops_and_names_what_cannot_be_used(change: dict[str, Any], why: DropReason) -> None:
    changed = {**daily("steps", DAY, "100"), **change}
    assert reason({name: value for name, value in changed.items() if value is not None}) is why


@pytest.mark.parametrize("item", [None, "steps", 5, [], math.nan])
def test_drops_what_is_no_object(item: object) -> None:
    assert reason(item) is DropReason.NOT_AN_OBJECT


@pytest.mark.parametrize(
    ("type_", "value", "unit"),
    [
        ("heart_rate_resting", "-60", "bpm"),
        ("heart_rate_resting", "5", "bpm"),
        ("sleep_duration", "1800", "minute"),
        ("oxygen_saturation_sleep", "0.2", "percentage"),
        ("weight", "1", "kg"),
    ],
)
def test_drops_what_no_body_can_be(type_: str, value: str, unit: str) -> None:
    assert reason(daily(type_, DAY, value, unit=unit)) in {DropReason.NEGATIVE, DropReason.IMPLAUSIBLE}


@pytest.mark.parametrize(
    "metric", [one for one in CATALOGUE.values() if one.kind is Kind.NUMBER], ids=lambda one: one.type
)
def test_every_limit_has_a_source_and_lets_its_ends_through(metric: Any) -> None:
    assert metric.source
    assert 0 <= metric.low < metric.high
    if metric.unit not in {"percent", "ratio", "index"}:
        for end in (metric.low, metric.high):
            assert only(daily(metric.type, DAY, end, unit=metric.unit)).value == end
        assert reason(daily(metric.type, DAY, metric.high * 1.01, unit=metric.unit)) is DropReason.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("type_", "value", "unit", "canonical", "canonical_unit"),
    [
        ("sleep_regularity", "0.82", "index", 0.82, "index"),
        ("sleep_regularity", "0.82", "percentage", 0.82, "index"),
        ("sleep_efficiency", "0.75", "percentage", 0.75, "ratio"),
        ("sleep_efficiency", "75", "percentage", 0.75, "ratio"),
        ("oxygen_saturation_sleep", "0.953", "percentage", 95.3, "percent"),
        ("oxygen_saturation_sleep", "95.3", "percentage", 95.3, "percent"),
        ("weight", "154.324", "lb", 70.0, "kg"),
        ("sleep_duration", "7.5", "hour", 450.0, "minute"),
        ("active_energy_burned", "4184", "kJ", 1000.0, "kcal"),
        ("skin_temperature_sleep", "95", "fahrenheit", 35.0, "celsius"),
        ("blood_glucose", "5.5", "mmol/L", 99.088, "mg/dl"),
        ("respiratory_rate_sleep", "14.8", "count/minute", 14.8, "breaths_per_minute"),
        ("heart_rate_variability_rmssd", "42", "millisecond", 42.0, "ms"),
        ("steps", "10", "", 10.0, "count"),
    ],
)
def test_brings_values_to_one_unit(type_: str, value: str, unit: str, canonical: float, canonical_unit: str) -> None:
    record = only(nightly(type_, DAY, value, unit=unit))
    assert record.value == pytest.approx(canonical, rel=1e-4)
    assert record.unit == canonical_unit


def test_medium_and_mid_intensity_are_one_type() -> None:
    kept = biomarkers(
        daily("activity_mid_intensity_duration", DAY, "10", unit="minute"),
        daily("activity_medium_intensity_duration", DAY, "10", unit="minute"),
    ).kept
    assert {record.type for record in kept} == {"activity_medium_intensity_duration"}


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"value": "3", "valueType": "integer", "unit": "cup"}, 3.0),
        ({"value": "luteal", "valueType": "string"}, "luteal"),
        ({"value": "luteal", "valueType": None}, "luteal"),
        ({"value": "2025-07-01T08:00+02:00", "valueType": "datetime"}, datetime(2025, 7, 1, 6, tzinfo=UTC)),
        ({"value": "2025-07-01T08:00+02:00", "valueType": None}, datetime(2025, 7, 1, 6, tzinfo=UTC)),
        ({"value": "-0.4", "valueType": "double"}, -0.4),
    ],
)
def test_keeps_types_it_does_not_know(fields: dict[str, Any], value: object) -> None:
    assert only(daily("menstrual_something", DAY, **{"category": "reproductive", **fields})).value == value


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        ("nan", None, DropReason.NOT_FINITE),
        ("x", "double", DropReason.UNREADABLE_VALUE),
        ("x" * 300, "string", DropReason.UNREADABLE_VALUE),
        ("x", "datetime", DropReason.UNREADABLE_TIME),
    ],
)
def test_drops_what_an_unknown_type_itself_calls_wrong(value: str, kind: str | None, why: DropReason) -> None:
    assert reason(daily("novel", DAY, value, valueType=kind)) is why


def test_reads_characteristics() -> None:
    kept = biomarkers(
        daily("biological_sex", DAY, "female", category="characteristic", unit=None),
        daily("date_of_birth", DAY, "1980-05-01", category="characteristic", unit="datetime"),
    ).kept
    assert kept[0].value == "female"
    assert isinstance(kept[1].value, datetime)
    assert kept[1].value.year == 1980


def test_drops_a_bedtime_far_from_its_night() -> None:
    assert reason(nightly("sleep_start_time", DAY, "2025-06-01T23:10+02:00")) is DropReason.IMPLAUSIBLE


def test_reads_times_without_offset_in_the_users_zone() -> None:
    record = only(daily("steps", DAY, "1", startDateTime="2025-07-11T00:00:00", endDateTime="2025-07-11T23:59"))
    assert record.start == datetime(2025, 7, 11, tzinfo=BERLIN).astimezone(UTC)
    (naive,) = parse_scores(
        [score("sleep", DAY, 0.5, scoreDateTime="2025-07-11T00:00:00")], zone=AUCKLAND, as_of=AS_OF
    ).kept
    assert naive.at == datetime(2025, 7, 10, 12, tzinfo=UTC)


def test_times_have_fixed_offsets_so_that_a_repeated_hour_is_two_instants() -> None:
    first, second = (parse_time(text, BERLIN) for text in ("2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"))
    assert first is not None
    assert second is not None
    assert second - first == timedelta(hours=1)
    local = parse_time("2025-07-11T00:00", BERLIN)
    assert local is not None
    assert local.tzinfo == timezone(timedelta(hours=2))


def test_a_point_in_time_needs_no_end() -> None:
    record = only(biomarker("weight", "70", datetime(2025, 7, 11, 7, tzinfo=BERLIN), unit="kg", endDateTime=None))
    assert record.start == record.end


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (79, DropReason.IMPLAUSIBLE),
        (1.01, DropReason.IMPLAUSIBLE),
        (-0.1, DropReason.NEGATIVE),
        (None, DropReason.MISSING_FIELD),
        ("high", DropReason.UNREADABLE_VALUE),
    ],
)
def test_scores_are_0_to_1(value: object, why: DropReason) -> None:
    answer = parse_scores([score("sleep", DAY, value)], zone=BERLIN, as_of=AS_OF)
    assert answer.dropped == {why: 1}


def test_reads_scores_of_both_years() -> None:
    older = score("wellbeing", DAY, 0.79, scoreDateTime="2025-07-11T00:00:00", createdAt="2025-07-12T00:10:07.440Z")
    newer = score("wellbeing", DAY, "0.79", createdAt=None, createdAtUtc="2025-07-12T00:10:07.4400000+00:00")
    kept = parse_scores([older, newer], zone=BERLIN, as_of=AS_OF).kept
    assert [one.value for one in kept] == [0.79, 0.79]
    assert kept[0].at == kept[1].at


def test_the_state_is_told_and_not_judged() -> None:
    """A source says "high" of a score of 0.47: the number counts, the word is only kept."""
    (one,) = parse_scores([score("activity", DAY, 0.47, state="high")], zone=BERLIN, as_of=AS_OF).kept
    assert (one.value, one.state) == (0.47, "high")
    (other,) = parse_scores([score("activity", DAY, 0.5, state="mid")], zone=BERLIN, as_of=AS_OF).kept
    assert other.state == "medium"


def test_reads_an_archetype() -> None:
    (one,) = parse_archetypes([archetype("bed_schedule", "early_sleeper", DAY)], zone=BERLIN, as_of=AS_OF).kept
    assert (one.name, one.value, one.ordinality, one.periodicity) == ("bed_schedule", "early_sleeper", 1, "weekly")
    without = archetype("bed_schedule", "early_sleeper", DAY) | {"value": None}
    assert parse_archetypes([without], zone=BERLIN, as_of=AS_OF).dropped == {DropReason.MISSING_FIELD: 1}


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.datetimes().map(datetime.isoformat),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=5,
)
FIELDS = (
    "id",
    "category",
    "type",
    "name",
    "periodicity",
    "aggregation",
    "value",
    "score",
    "state",
    "unit",
    "valueType",
    "startDateTime",
    "endDateTime",
    "scoreDateTime",
    "ordinality",
    "dataSources",
)
TEMPLATES = (
    daily("steps", DAY, "100"),
    nightly("sleep_start_time", DAY, "2025-07-10T23:10+02:00"),
    daily("novel", DAY, "1"),
    score("sleep", DAY, 0.5),
    archetype("bed_schedule", "early_sleeper", DAY),
)
Parser = Callable[..., Records[Score] | Records[Biomarker] | Records[ArchetypeRecord]]


@pytest.mark.parametrize("parse", [parse_scores, parse_biomarkers, parse_archetypes])
@given(data=st.data())
def test_nothing_is_lost_and_nothing_raises_whatever_comes_in(parse: Parser, data: st.DataObject) -> None:
    mutated = st.builds(
        lambda template, changes: {**template, **changes},
        st.sampled_from(TEMPLATES),
        st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=3),
    )
    items = data.draw(st.lists(mutated | JUNK, max_size=8))
    answer = parse(items, zone=BERLIN, as_of=AS_OF)
    assert len(answer.kept) + sum(answer.dropped.values()) == len(items)
    assert answer.received == len(items)
    for record in answer.kept:
        if isinstance(record, Biomarker) and isinstance(record.value, float):
            assert math.isfinite(record.value)


HALF = "\ud83d"
"""Of a character; JSON can write it, and UTF-8 cannot hold it."""


def test_half_a_character_is_no_text() -> None:
    assert reason(daily(f"novel{HALF}", DAY, "1")) is DropReason.UNREADABLE_VALUE
    assert reason(daily("novel", DAY, HALF, valueType="string")) is DropReason.UNREADABLE_VALUE
    assert reason(daily("novel", DAY, "1", unit=HALF)) is DropReason.UNKNOWN_UNIT
    record = only(daily("steps", DAY, "100", id=HALF, category=HALF, aggregation=HALF))
    assert (record.value, record.id, record.category, record.aggregation) == (100, "", "activity", "")
    (rated,) = parse_scores([score("sleep", DAY, 0.5, state=HALF)], zone=BERLIN, as_of=AS_OF).kept
    assert (rated.value, rated.state) == (0.5, None)


def test_the_raw_record_survives_as_json() -> None:
    raw = daily("steps", DAY, "100")
    assert json.loads(json.dumps(only(raw).raw)) == raw


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    limit=st.sampled_from([AS_OF, EARLIEST]),
    after=st.timedeltas(timedelta(days=-5), timedelta(days=5)),
    of_limit=OFFSETS,
    of_record=OFFSETS,
)
def test_the_limits_of_time_are_exact_in_every_offset(
    limit: datetime, after: timedelta, of_limit: timezone, of_record: timezone
) -> None:
    raw = score("sleep", DAY, 0.5, scoreDateTime=(limit + after).astimezone(of_record).isoformat())

    answer = parse_scores([raw], zone=BERLIN, as_of=AS_OF.astimezone(of_limit))

    assert len(answer.kept) == (EARLIEST <= limit + after < AS_OF)
