"""Who knows the key."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.webhook.signature import is_signed
from tests.webhooks import KEY, signature_of

BODY = b'{"type": "steps"}'
DIGEST = bytes.fromhex(signature_of(BODY))

WAYS = [
    signature_of(BODY),
    signature_of(BODY).upper(),
    f"sha256={signature_of(BODY)}",
    f" {signature_of(BODY)} ",
    base64.b64encode(DIGEST).decode(),
    base64.b64encode(DIGEST).decode().rstrip("="),
    base64.urlsafe_b64encode(DIGEST).decode(),
]


@pytest.mark.parametrize("signature", WAYS)
def test_hexadecimal_and_base64_are_taken(signature: str) -> None:
    assert is_signed(BODY, signature, [KEY])


def test_a_key_that_was_changed_still_holds() -> None:
    assert is_signed(BODY, signature_of(BODY, b"the one before"), [KEY, b"the one before"])


@pytest.mark.parametrize("signature", WAYS)
def test_another_body_or_key_is_not_signed(signature: str) -> None:
    assert not is_signed(BODY + b" ", signature, [KEY])
    assert not is_signed(BODY, signature, [b"another key"])
    assert not is_signed(BODY, signature, [])


@pytest.mark.parametrize("signature", ["", "0" * 64, "=" * 44, "ä" * 64, "0" * 10_000, "null", signature_of(BODY)[:-2]])
def test_what_is_no_signature_is_none(signature: str) -> None:
    assert not is_signed(BODY, signature, [KEY])


@given(st.binary(), st.text())
def test_nothing_made_up_is_a_signature(body: bytes, signature: str) -> None:
    assert not is_signed(body, signature, [KEY])
