"""Which access tokens are believed."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from functions.api.problems import ProblemError
from functions.api.security import Principal, TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from functions.api.tokens import MAX_LENGTH, SKEW_SECONDS
from holisticos.contracts.errors import StoreUnavailableError
from tests.fakes.clock import FixedClock
from tests.tokens import CLIENT_ID, ISSUER, TestPool, access_claims, b64url, jwk, private_key, token

HEADER = {"kid": "first", "alg": "RS256"}
CLOCK = FixedClock()
NOW = int(CLOCK.now().timestamp())
VALID = token(HEADER, access_claims(CLOCK.now()))


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


def unsigned(header: dict[str, Any], body: dict[str, Any]) -> str:
    return f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(body).encode())}"


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


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, 0, ["RS256"]])
@pytest.mark.parametrize("signature", ["", "AA", VALID.rpartition(".")[2]])
def test_alg_none(algorithm: Any, signature: str) -> None:
    assert refused(f"{unsigned({**HEADER, 'alg': algorithm}, claims())}.{signature}")


@pytest.mark.parametrize(
    "secret",
    [
        private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        private_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        jwk(private_key(), "first")["n"].encode(),
        json.dumps(jwk(private_key(), "first")).encode(),
    ],
)
@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_the_public_key_as_a_shared_secret(secret: bytes, algorithm: str) -> None:
    signed = unsigned({**HEADER, "alg": algorithm}, claims())
    assert refused(f"{signed}.{b64url(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}")


def signatures(key: RSAPrivateKey, signed: bytes) -> dict[str, bytes]:
    return {
        "RS384": key.sign(signed, padding.PKCS1v15(), SHA384()),
        "RS512": key.sign(signed, padding.PKCS1v15(), SHA512()),
        "PS256": key.sign(signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256()),
        "ES256": ec.generate_private_key(ec.SECP256R1()).sign(signed, ec.ECDSA(SHA256())),
    }


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "ES256"])
@pytest.mark.parametrize("claimed", [None, "RS256"])
def test_another_algorithm_with_the_right_key(algorithm: str, claimed: str | None) -> None:
    signed = unsigned({**HEADER, "alg": claimed or algorithm}, claims())
    assert refused(f"{signed}.{b64url(signatures(private_key(), signed.encode())[algorithm])}")


@pytest.mark.parametrize("key_id", ["second", "", "../first", "first\x00", None, 7, ["first"], "x" * 2000])
def test_a_wrong_key_id(key_id: Any) -> None:
    assert refused(token({"alg": "RS256", "kid": key_id}, claims()))


def test_no_key_id() -> None:
    assert refused(token({"alg": "RS256"}, claims()))


def test_another_key_under_a_known_id() -> None:
    assert refused(token(HEADER, claims(), private_key("attacker")))


def test_one_key_of_the_pool_under_the_others_id() -> None:
    pool = TestPool(keys=[jwk(private_key(), "first"), jwk(private_key("other"), "other")])
    assert refused(token({**HEADER, "kid": "other"}, claims()), pool)


@pytest.mark.parametrize("field", ["jwk", "jku", "x5u", "x5c"])
def test_a_key_that_the_token_brings_along(field: str) -> None:
    attacker = private_key("attacker")
    brought = {"jwk": jwk(attacker, "first"), "x5c": ["MIIB"]}.get(field, "https://attacker.example/jwks.json")
    assert refused(token({**HEADER, field: brought}, claims(), attacker))
    assert refused(token({**HEADER, "kid": "attacker", field: brought}, claims(), attacker))


def test_an_extension_that_must_be_understood() -> None:
    assert refused(token({**HEADER, "crit": ["exp"]}, claims()))


@pytest.mark.parametrize(
    "issuer", ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another", f"{ISSUER}/", ISSUER.upper(), "", None]
)
def test_another_pool(issuer: str | None) -> None:
    assert refused(token(HEADER, claims(iss=issuer)))
    assert refused(token(HEADER, claims(iss=issuer), private_key("another pool")))


def test_an_id_token_instead_of_an_access_token() -> None:
    id_token = claims(token_use="id", aud=CLIENT_ID, client_id=None, username=None, **{"cognito:username": "ana"})
    assert refused(token(HEADER, id_token))
    assert refused(token(HEADER, id_token | {"client_id": CLIENT_ID, "username": "ana"}))


@pytest.mark.parametrize("use", ["refresh", "Access", "access ", "", None, True])
def test_another_use(use: Any) -> None:
    assert refused(token(HEADER, claims(token_use=use)))


@pytest.mark.parametrize("client", ["web", "Mobile", "", None, [CLIENT_ID]])
def test_a_token_for_another_client(client: Any) -> None:
    assert refused(token(HEADER, claims(client_id=client)))
    assert refused(token(HEADER, claims(client_id=client, aud=CLIENT_ID)))


@pytest.mark.parametrize("seconds", [0, 1, 3600])
def test_expired(seconds: int) -> None:
    error = refusal(f"Bearer {token(HEADER, claims(exp=NOW - seconds))}")
    assert error.said == "The access token has expired."
    assert identify(f"Bearer {token(HEADER, claims(exp=NOW + 1))}").username == "ana"


def test_not_yet_valid() -> None:
    assert refused(token(HEADER, claims(nbf=NOW + 1)))
    assert identify(f"Bearer {token(HEADER, claims(nbf=NOW))}").username == "ana"
    assert refused(token(HEADER, claims(iat=NOW + SKEW_SECONDS + 1)))
    assert identify(f"Bearer {token(HEADER, claims(iat=NOW + SKEW_SECONDS))}").username == "ana"


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["4102444800", 4102444800.5, True, [4102444800], {}, float("nan"), float("inf")])
def test_a_time_that_is_none(name: str, value: Any) -> None:
    assert refused(token(HEADER, claims(**{name: value})))


@pytest.mark.parametrize("name", ["iss", "client_id", "token_use", "exp", "iat", "username"])
def test_a_missing_claim(name: str) -> None:
    assert refused(token(HEADER, claims(**{name: None})))


@pytest.mark.parametrize("username", ["", "ana\n", "ana@example.org", "x" * 65, 7, ["ana"], "аna"])
def test_a_user_that_cannot_be(username: Any) -> None:
    assert refused(token(HEADER, claims(username=username)))


@pytest.mark.parametrize("groups", ["ops", {"ops": True}, [["ops"]], 1])
def test_groups_that_cannot_be(groups: Any) -> None:
    assert refused(token(HEADER, claims(**{"cognito:groups": groups})))


def test_other_claims_under_the_same_signature() -> None:
    header, _, signature = VALID.split(".")
    assert refused(f"{header}.{b64url(json.dumps(claims(username='bob')).encode())}.{signature}")


def test_a_token_may_not_be_endless() -> None:
    assert refused(token(HEADER, claims(padding="x" * MAX_LENGTH)))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"ana"', b"\xff\xfe", b"[" * 3000, b'{"exp": 1' + b"0" * 5000 + b"}"]
)
def test_signed_claims_that_are_no_object(body: bytes) -> None:
    signed = f"{b64url(json.dumps(HEADER).encode())}.{b64url(body)}"
    signature = private_key().sign(signed.encode(), padding.PKCS1v15(), SHA256())
    assert refused(f"{signed}.{b64url(signature)}")


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
