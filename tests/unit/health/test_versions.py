"""Which records are one, and which version of them is newer."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from holisticos.health.parsing import parse_biomarkers
from holisticos.health.records import Biomarker
from holisticos.health.versions import content_of, key_of, made_at, storable
from tests.wire import BERLIN, daily

DAY = date(2025, 7, 11)
NOW = datetime(2025, 7, 12, 9, tzinfo=UTC)


def steps(value: Any = 1, **fields: Any) -> Biomarker:
    (record,) = parse_biomarkers(
        [daily("steps", DAY, value, **fields)], zone=BERLIN, as_of=NOW + timedelta(days=1)
    ).kept
    return record


def test_a_record_is_the_same_in_any_zone_and_with_any_value() -> None:
    in_utc = steps(2, startDateTime="2025-07-10T22:00:00Z", endDateTime="2025-07-11T21:59:59+00:00")

    assert key_of(in_utc) == key_of(steps(1))
    assert key_of(steps(startDateTime="2025-07-11T01:00:00+02:00")) != key_of(steps())


def test_who_delivered_it_and_when_is_no_content() -> None:
    delivered = steps(id="other", externalId="ada", profileId="p", accountId="a", createdAtUtc="2025-07-12T08:00:00Z")

    assert content_of(delivered) == content_of(steps())
    assert len(content_of(delivered)) == 64


@pytest.mark.parametrize(
    "fields", [{"value": 2}, {"value": "1.0"}, {"periodicity": "intraday"}, {"unit": "steps"}, {"note": "x"}]
)
def test_whatever_else_it_says_is_content(fields: dict[str, Any]) -> None:
    assert content_of(steps(**fields)) != content_of(steps())


def test_what_json_cannot_hold_has_content_too() -> None:
    assert content_of(steps(factors=[float("nan")], note="nul\x00 \ud800")) == content_of(
        steps(factors=[None], note="nul \ud800")
    )


def test_what_no_store_can_hold_is_made_storable() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = {"in": [deep]}
    stored = storable({"half \ud83d": float("inf"), "deep": deep, "sound": ["Ünïcödé 🚶", 1, None]})
    assert stored["half ?"] is None
    assert stored["sound"] == ["Ünïcödé 🚶", 1, None]
    assert len(json.dumps(stored, ensure_ascii=False, allow_nan=False).encode()) < 500


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"createdAtUtc": "2025-07-12T08:00:00Z"}, NOW - timedelta(hours=1)),
        ({"createdAt": "2025-07-12T10:00:00+02:00"}, NOW - timedelta(hours=1)),
        ({}, NOW),
        ({"createdAtUtc": "soon"}, NOW),
        # A clock that is ahead would keep every later version out.
        ({"createdAtUtc": "2099-01-01T00:00:00Z"}, NOW),
    ],
)
def test_a_version_is_as_old_as_it_says_within_reason(fields: dict[str, Any], expected: datetime) -> None:
    assert made_at(steps(**fields), NOW) == expected


def test_without_a_delivery_and_a_time_of_its_own_nothing_is_known() -> None:
    assert made_at(steps(), None) is None
