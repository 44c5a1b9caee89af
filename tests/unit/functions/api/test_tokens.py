"""Which access tokens are believed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.problems import ProblemError
from functions.api.security import Principal, TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from functions.api.tokens import SKEW_SECONDS
from holisticos.contracts.errors import StoreUnavailableError
from tests.fakes.clock import FixedClock
from tests.forged_tokens import FORGERIES, Forgery, Genuine
from tests.tokens import CLIENT_ID, TestPool, access_claims, jwk, private_key, token

HEADER = {"kid": "first", "alg": "RS256"}
CLOCK = FixedClock()
NOW = int(CLOCK.now().timestamp())
VALID = token(HEADER, access_claims(CLOCK.now()))
GENUINE = Genuine(private_key(), "first", access_claims(CLOCK.now()), private_key("other"), "other")
POOL = TestPool(keys=[jwk(private_key(), "first"), jwk(private_key("other"), "other")])


def claims(**changes: Any) -> dict[str, Any]:
    return access_claims(CLOCK.now(), **changes)


def identify(*authorization: str | bytes, pool: TestPool | None = None) -> Principal:
    provider = TokenIdentityProvider(SigningKeys(pool or TestPool(), CLOCK), CLIENT_ID, CLOCK)
    values = [given if isinstance(given, bytes) else given.encode() for given in authorization]
    return asyncio.run(provider.identify({"type": "http", "headers": [(b"authorization", value) for value in values]}))


def refusal(*authorization: str | bytes, pool: TestPool | None = None) -> ProblemError:
    with pytest.raises(ProblemError) as refused:
        identify(*authorization, pool=pool)
    assert refused.value.kind.type == "/problems/unauthenticated"
    return refused.value


def refused(text: str, pool: TestPool | None = None) -> bool:
    error = refusal(f"Bearer {text}", pool=pool)
    return error.status_code == 401 and (error.headers or {})["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_users_access_token_names_the_user() -> None:
    assert identify(f"Bearer {VALID}") == Principal("ana")


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer  "])
def test_the_scheme_is_read_as_the_standard_says(scheme: str) -> None:
    assert identify(f"{scheme} {VALID}").username == "ana"


def test_groups_come_from_the_token() -> None:
    operator = identify(f"Bearer {token(HEADER, claims(**{'cognito:groups': ['ops', 'other']}))}")
    assert operator.is_operator
    assert operator.groups == {"ops", "other"}
    assert not identify(f"Bearer {VALID}").is_operator


@pytest.mark.parametrize(
    "authorization",
    [
        (),
        ("",),
        ("Bearer",),
        ("Bearer ",),
        (VALID,),
        (f"Basic {VALID}",),
        (f"Bearer {VALID}, Bearer {VALID}",),
        (f"Bearer {VALID} {VALID}",),
        (f"Bearer {VALID}", f"Bearer {VALID}"),
        (b"Bearer \xff\xfe",),
    ],
)
def test_without_one_bearer_token_nobody_is_signed_in(authorization: tuple[str | bytes, ...]) -> None:
    assert refusal(*authorization).status_code == 401


# Forged.


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_refused(forge: Forgery) -> None:
    assert refused(forge(GENUINE), POOL)


def test_what_the_forged_ones_are_made_from_is_believed() -> None:
    assert identify(f"Bearer {GENUINE.token}", pool=POOL) == Principal("ana")


def test_a_token_holds_to_the_second() -> None:
    for seconds in (0, 1, 3600):
        error = refusal(f"Bearer {token(HEADER, claims(exp=NOW - seconds))}")
        assert error.said == "The access token has expired."
    assert identify(f"Bearer {token(HEADER, claims(exp=NOW + 1))}").username == "ana"
    assert refused(token(HEADER, claims(nbf=NOW + 1)))
    assert identify(f"Bearer {token(HEADER, claims(nbf=NOW))}").username == "ana"
    assert refused(token(HEADER, claims(iat=NOW + SKEW_SECONDS + 1)))
    assert identify(f"Bearer {token(HEADER, claims(iat=NOW + SKEW_SECONDS))}").username == "ana"


@given(st.text(st.characters(codec="latin-1"), max_size=200))
def test_any_text_is_refused_and_does_no_harm(text: str) -> None:
    assert refusal(f"Bearer {text}".encode("latin-1")).status_code == 401


@given(st.integers(0, len(VALID) - 1), st.sampled_from("Aa0_-.=~"))
def test_a_token_has_one_spelling(place: int, letter: str) -> None:
    other = VALID[:place] + letter + VALID[place + 1 :]
    if other != VALID:
        assert refused(other)


# What is said, and to whom.


def test_why_a_token_was_refused_is_for_the_log_alone(capsys: pytest.CaptureFixture[str]) -> None:
    forged = token(HEADER, claims(), private_key("attacker"))
    assert refusal(f"Bearer {forged}").said == "The access token is not valid."
    logged = capsys.readouterr().out
    assert '"reason":"signature"' in logged
    assert "ana" not in logged
    assert forged not in logged


def test_without_any_keys_nobody_is_refused_for_good() -> None:
    with pytest.raises(StoreUnavailableError):
        identify(f"Bearer {VALID}", pool=TestPool(failure=StoreUnavailableError("down")))


def test_the_next_request_asks_the_time_anew() -> None:
    clock = FixedClock()
    provider = TokenIdentityProvider(SigningKeys(TestPool(), clock), CLIENT_ID, clock)
    scope = {"type": "http", "headers": [(b"authorization", f"Bearer {VALID}".encode())]}
    assert asyncio.run(provider.identify(scope)).username == "ana"
    clock.advance(timedelta(hours=1))
    with pytest.raises(ProblemError):
        asyncio.run(provider.identify(scope))
