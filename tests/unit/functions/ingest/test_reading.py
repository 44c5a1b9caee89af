"""What becomes of the body of a delivery."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ingest.reading import read
from holisticos.contracts.deliveries import AsideReason, WebhookEvent
from holisticos.contracts.errors import InvalidPayloadError
from holisticos.contracts.names import Part
from holisticos.health.profile import PrivacyPreferences, Profile
from holisticos.health.records import Biomarker, DropReason
from tests.unit.functions.ingest.deliveries import a_delivery
from tests.wire import archetype, daily, nightly, score

DAY = date(2026, 3, 13)
ADA = Profile(user_id="ada", timezone="Europe/Berlin")
PRIVATE = ADA.model_copy(update={"privacy": PrivacyPreferences(withheld_categories=frozenset({"sleep"}))})

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("event", "record", "part"),
    [
        (WebhookEvent.SCORE_CREATED, score("sleep", DAY, 0.7), Part.SCORES),
        (WebhookEvent.BIOMARKER_CREATED, daily("steps", DAY, "3263"), Part.BIOMARKERS),
        (WebhookEvent.ARCHETYPE_CREATED, archetype("bed_schedule", "early", DAY), Part.ARCHETYPES),
    ],
)
@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: [one], lambda one: {"data": [one]}, lambda one: {"data": one}]
)
def test_each_kind_of_event_brings_records_of_its_part(
    event: WebhookEvent, record: dict[str, Any], part: Part, wrap: Any
) -> None:
    delivered = read(a_delivery(wrap(record), event), ADA)

    assert (delivered.part, delivered.received, delivered.asides) == (part, 1, ())
    assert [one.raw for one in delivered.records] == [record]


def test_a_time_without_offset_is_read_in_the_users_zone() -> None:
    naive = daily("steps", DAY, 1, startDateTime="2026-03-13T00:00:00", endDateTime="2026-03-13T23:59:59")

    (record,) = read(a_delivery(naive), ADA).records

    assert isinstance(record, Biomarker)
    assert record.start.utcoffset() == timedelta(hours=1)


def test_what_cannot_be_used_is_set_aside_with_its_reason_and_the_rest_is_kept() -> None:
    broken, future = daily("steps", DAY, "NaN"), daily("steps", DAY + timedelta(days=3), 1)

    delivered = read(a_delivery([daily("steps", DAY, 1), broken, future]), ADA)

    assert len(delivered.records) == 1
    assert delivered.dropped == {DropReason.NOT_FINITE: 1, DropReason.FUTURE: 1}
    assert [(one.reason, json.loads(one.body)) for one in delivered.asides] == [
        (AsideReason.UNUSABLE_RECORD, broken),
        (AsideReason.UNUSABLE_RECORD, future),
    ]


@pytest.mark.parametrize("event", ["SomethingNewIntegrationEvent", "scorecreatedintegrationevent"])
def test_an_unknown_kind_is_set_aside_whole(event: str) -> None:
    delivered = read(a_delivery({"a": [1, 2]}, event), ADA)

    (aside,) = delivered.asides
    assert (aside.event_type, aside.reason, json.loads(aside.body)) == (
        event,
        AsideReason.UNKNOWN_EVENT,
        [{"a": [1, 2]}],
    )
    assert not delivered.records


def test_nothing_that_is_withheld_is_kept_not_even_aside() -> None:
    withheld = [nightly("sleep_duration", DAY, 400), nightly("sleep_duration", DAY, "NaN")]

    delivered = read(a_delivery([*withheld, daily("steps", DAY, 1)]), PRIVATE)
    unknown = read(a_delivery(withheld, "SomethingNew"), PRIVATE)

    assert [one.raw["type"] for one in delivered.records] == ["steps"]
    assert (delivered.asides, unknown.asides, unknown.records) == ((), (), ())


def test_raw_logs_are_counted_by_type_and_not_looked_into() -> None:
    logs = [
        {"logType": "activity", "dataLogs": [{"value": 1}, {"value": 2}]},
        {"logType": "sleep", "dataLogs": [{"value": 3}]},
        {"logType": {"odd": 1}},
    ]

    assert read(a_delivery(logs, WebhookEvent.DATA_LOG_RECEIVED), ADA).logs == {"activity": 2, "sleep": 1, "unknown": 1}
    assert read(a_delivery(logs, WebhookEvent.DATA_LOG_RECEIVED), PRIVATE).logs == {"activity": 2, "unknown": 1}


def test_a_body_that_is_no_json_is_set_aside() -> None:
    (aside,) = read(a_delivery(b"\xff\x00 no json"), ADA).asides

    assert (aside.reason, aside.body) == (AsideReason.UNREADABLE_BODY, "\ufffd no json")


@pytest.mark.parametrize("body", ["", "no base64!", "AAAA"])
def test_a_body_that_we_did_not_pack_is_no_delivery(body: str) -> None:
    with pytest.raises(InvalidPayloadError):
        read(a_delivery({}).model_copy(update={"body": body}), ADA)


@given(body=JSON, event=st.sampled_from([*WebhookEvent, "Other"]))
def test_nothing_is_lost_whatever_comes(body: object, event: str) -> None:
    delivered = read(a_delivery(json.dumps(body).encode(), event), ADA)

    if delivered.part is not None:
        assert len(delivered.records) + len(delivered.asides) == delivered.received
    else:
        assert delivered.asides or delivered.logs is not None or body in ([], {"data": []})
