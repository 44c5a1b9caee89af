"""Values survive their way through an item, and what does not fit is refused by name."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holisticos.adapters.dynamodb_items import MAX_BODY_BYTES, attribute, attributes, instant, packed, plain, unpacked
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.errors import TooLargeError
from tests.examples import NOON, a_head, a_result, noise

INSTANTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy sets the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the strategy sets the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=13)), timezone(timedelta(hours=-9, minutes=-30))]),
)


@given(INSTANTS, INSTANTS)
def test_the_order_of_the_texts_is_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) == (one < other)
    assert datetime.fromisoformat(instant(one)) == one


@given(INSTANTS, st.text(max_size=50))
def test_a_head_survives(as_of: datetime, reason: str) -> None:
    head = a_head(as_of=as_of, reason=reason)

    assert AnalysisHead.model_validate(plain(attributes(head))) == head


@pytest.mark.parametrize("success", [True, False])
def test_flags_survive(success: bool) -> None:
    record = AuditRecord(
        user_id="user-1",
        at=NOON,
        action=AuditAction.PROFILE_READ,
        actor="user-1",
        resource="profile",
        correlation_id="corr-1",
        success=success,
    )

    assert AuditRecord.model_validate(plain(attributes(record))) == record


def test_lists_maps_and_nulls_are_read() -> None:
    item = {"events": {"L": [{"M": {"seq": {"N": "1"}, "agent": {"NULL": True}}}]}}

    assert plain(item) == {"events": [{"seq": "1", "agent": None}]}  # type: ignore[arg-type]  # a literal is a dict


def test_enums_are_stored_as_their_words() -> None:
    assert attribute(AuditAction.PROFILE_READ) == {"S": "profile.read"}


def test_the_same_model_packs_to_the_same_bytes() -> None:
    assert packed(a_result(), "the result") == packed(a_result(), "the result")
    assert unpacked(AnalysisResult, {"body": {"B": packed(a_result(), "the result")}}) == a_result()


def test_what_is_too_large_is_named() -> None:
    with pytest.raises(TooLargeError, match=r"the result takes \d+ bytes"):
        packed(a_result(brief=noise(MAX_BODY_BYTES)), "the result")
