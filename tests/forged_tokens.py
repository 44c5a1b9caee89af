"""Access tokens that nobody may believe: one list, for the check itself and for the running stack.

The forger knows all that is public, and for the worst of them has the pool sign what it never signs.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.api.tokens import MAX_LENGTH
from tests.tokens import b64url, jwk, private_key, sign, token


@dataclass(frozen=True)
class Genuine:
    """A valid access token's makings: ``key``, its id, and ``claims``; and the other key of the same pool."""

    key: RSAPrivateKey
    key_id: str
    claims: dict[str, Any]
    other_key: RSAPrivateKey
    other_key_id: str

    @property
    def header(self) -> dict[str, Any]:
        return {"kid": self.key_id, "alg": "RS256"}

    @property
    def token(self) -> str:
        return self.signed()

    @property
    def parts(self) -> list[str]:
        return self.token.split(".")

    @property
    def issued(self) -> int:
        issued: int = self.claims["iat"]
        return issued

    def with_claims(self, **changes: Any) -> dict[str, Any]:
        """A change to ``None`` leaves a claim out."""
        return {name: value for name, value in (self.claims | changes).items() if value is not None}

    def signed(self, header: dict[str, Any] | None = None, *, by: RSAPrivateKey | None = None, **changes: Any) -> str:
        """A token with changed claims, validly signed by the pool's key, or by another one."""
        return token(self.header if header is None else header, self.with_claims(**changes), by or self.key)

    def unsigned(self, **header: Any) -> str:
        return f"{_part(self.header | header)}.{_part(self.claims)}"


Forgery = Callable[[Genuine], str]


def _part(value: object) -> str:
    return b64url(json.dumps(value).encode())


def _unsigned(algorithm: Any, signature: str | None) -> Forgery:
    return lambda genuine: f"{genuine.unsigned(alg=algorithm)}.{genuine.parts[2] if signature is None else signature}"


_SECRETS: Final[dict[str, Callable[[Genuine], bytes]]] = {
    "its PEM": lambda genuine: genuine.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "its PKCS1 PEM": lambda genuine: genuine.key.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1),
    "its DER": lambda genuine: genuine.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "its modulus": lambda genuine: str(jwk(genuine.key, genuine.key_id)["n"]).encode(),
    "its JWK": lambda genuine: json.dumps(jwk(genuine.key, genuine.key_id)).encode(),
}


def _shared_secret(secret: Callable[[Genuine], bytes], algorithm: str) -> Forgery:
    def forge(genuine: Genuine) -> str:
        signed = genuine.unsigned(alg=algorithm)
        return f"{signed}.{b64url(hmac.new(secret(genuine), signed.encode(), hashlib.sha256).digest())}"

    return forge


_OTHER_ALGORITHMS: Final[dict[str, Callable[[RSAPrivateKey, bytes], bytes]]] = {
    "RS384": lambda key, signed: key.sign(signed, padding.PKCS1v15(), SHA384()),
    "RS512": lambda key, signed: key.sign(signed, padding.PKCS1v15(), SHA512()),
    "PS256": lambda key, signed: key.sign(signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256()),
    "ES256": lambda _, signed: ec.generate_private_key(ec.SECP256R1()).sign(signed, ec.ECDSA(SHA256())),
}


def _other_algorithm(name: str, claimed: str) -> Forgery:
    def forge(genuine: Genuine) -> str:
        signed = genuine.unsigned(alg=claimed)
        return f"{signed}.{b64url(_OTHER_ALGORITHMS[name](genuine.key, signed.encode()))}"

    return forge


def _key_id(value: Any) -> Forgery:
    return lambda genuine: genuine.signed({"alg": "RS256", "kid": value})


def _brought_key(field: str, key_id: str | None) -> Forgery:
    attacker = private_key("attacker")
    brought = {"jwk": jwk(attacker, "first"), "x5c": ["MIIB"]}.get(field, "https://attacker.example/jwks.json")
    return lambda genuine: genuine.signed(
        {**genuine.header, **({"kid": key_id} if key_id else {}), field: brought}, by=attacker
    )


def _claim(name: str, value: Any, **others: Any) -> Forgery:
    return lambda genuine: genuine.signed(**{name: value}, **others)


def _issuer(change: Callable[[str], str], signer: str | None = None) -> Forgery:
    return lambda genuine: genuine.signed(
        iss=change(genuine.claims["iss"]), by=private_key(signer) if signer else genuine.key
    )


def _time(name: str, seconds: int) -> Forgery:
    return lambda genuine: _claim(name, genuine.issued + seconds)(genuine)


def _id_token(*kept: str) -> Forgery:
    """As the pool makes it, signed by the key for such tokens; with what else an access token claims where ``kept``."""
    return lambda genuine: genuine.signed(
        {"kid": genuine.other_key_id, "alg": "RS256"},
        by=genuine.other_key,
        **{
            "token_use": "id",
            "aud": genuine.claims["client_id"],
            "client_id": None,
            "scope": None,
            "username": None,
            "cognito:username": genuine.claims["username"],
            **{name: genuine.claims[name] for name in kept},
        },
    )


def _other_client(genuine: Genuine) -> str:
    return genuine.signed(client_id="web", aud=genuine.claims["client_id"])


def _body(content: bytes) -> Forgery:
    def forge(genuine: Genuine) -> str:
        signed = f"{_part(genuine.header)}.{b64url(content)}"
        return f"{signed}.{b64url(sign(signed.encode(), genuine.key))}"

    return forge


def _other_claims(genuine: Genuine) -> str:
    header, _, signature = genuine.parts
    return f"{header}.{_part(genuine.with_claims(username='bob'))}.{signature}"


def _head(content: bytes) -> Forgery:
    return lambda genuine: ".".join([b64url(content), *genuine.parts[1:]])


_NO_TIMES: Final[tuple[Any, ...]] = ("4102444800", 4102444800.5, True, [4102444800], {}, float("nan"), float("inf"))

_ANOTHER_POOL: Final = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another"

FORGERIES: Final[dict[str, Forgery]] = {
    **{
        f"alg {algorithm!r}, {'the signature of another' if signature is None else f'signature {signature!r}'}": (
            _unsigned(algorithm, signature)
        )
        for algorithm in ("none", "None", "NONE", "nOnE", "", None, 0, ["RS256"])
        for signature in ("", "AA", None)
    },
    **{
        f"{algorithm} over HMAC with the public key as {name}": _shared_secret(secret, algorithm)
        for name, secret in _SECRETS.items()
        for algorithm in ("HS256", "RS256")
    },
    **{
        f"signed by {algorithm}, which it calls {claimed}": _other_algorithm(algorithm, claimed)
        for algorithm in _OTHER_ALGORITHMS
        for claimed in (algorithm, "RS256")
    },
    **{
        f"kid {str(value)[:20]!r} of {type(value).__name__}": _key_id(value)
        for value in ("second", "", "../first", "first\x00", None, 7, ["first"], "x" * 2000)
    },
    "no kid": lambda genuine: genuine.signed({"alg": "RS256"}),
    "another key under a known kid": lambda genuine: genuine.signed(by=private_key("attacker")),
    "one key of the pool under the other's kid": lambda genuine: genuine.signed(
        {**genuine.header, "kid": genuine.other_key_id}
    ),
    **{
        f"{field} brought along under {key_id or 'a known kid'}": _brought_key(field, key_id)
        for field in ("jwk", "jku", "x5u", "x5c")
        for key_id in (None, "attacker")
    },
    "an extension that must be understood": lambda genuine: genuine.signed({**genuine.header, "crit": ["exp"]}),
    "another pool": _issuer(lambda _: _ANOTHER_POOL),
    "another pool by its own key": _issuer(lambda _: _ANOTHER_POOL, "another pool"),
    "an issuer with a slash too many": _issuer(lambda issuer: f"{issuer}/"),
    "an issuer in capitals": _issuer(str.upper),
    "an empty issuer": _issuer(lambda _: ""),
    "an ID token": _id_token(),
    "an ID token with the claims of both": _id_token("client_id", "username", "scope"),
    **{f"token_use {use!r}": _claim("token_use", use) for use in ("id", "refresh", "Access", "access ", "", True)},
    **{f"client_id {client!r}": _claim("client_id", client) for client in ("web", "Mobile", "", ["mobile"])},
    "another client, for our audience": _other_client,
    **{f"expired for {seconds} s": _time("exp", -seconds) for seconds in (0, 1, 3600)},
    "not valid for another hour": _time("nbf", 3600),
    "issued in an hour": _time("iat", 3600),
    **{f"{name} {value!r}": _claim(name, value) for name in ("exp", "iat", "nbf") for value in _NO_TIMES},
    **{f"no {name}": _claim(name, None) for name in ("iss", "client_id", "token_use", "exp", "iat", "username")},
    **{
        f"username {str(username)[:20]!r} of {type(username).__name__}": _claim("username", username)
        for username in ("", "ana\n", "ana@example.org", "x" * 65, 7, ["ana"], "аna")
    },
    **{f"groups {groups!r}": _claim("cognito:groups", groups) for groups in ("ops", {"ops": True}, [["ops"]], 1)},
    "other claims under the same signature": _other_claims,
    "an endless token": _claim("padding", "x" * MAX_LENGTH),
    **{
        f"claims that are {content[:12]!r}": _body(content)
        for content in (
            b"",
            b"{",
            b"[]",
            b"null",
            b'"ana"',
            b"\xff\xfe",
            b"[" * 3000,
            b'{"exp": 1' + b"0" * 5000 + b"}",
        )
    },
    **{
        f"a header that is {content[:12]!r}": _head(content)
        for content in (b"", b"{", b"{}", b"[]", b"null", b"\xff\xfe", b"garbage")
    },
    "two parts": lambda genuine: ".".join(genuine.parts[:2]),
    "four parts": lambda genuine: f"{genuine.token}.AA",
    "a signature cut short": lambda genuine: genuine.token[:-4],
    "no token at all": lambda _: "nonsense",
}
"""By what is wrong with them."""
