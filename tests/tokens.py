"""A user pool as far as tokens go: keys, and tokens signed with them."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

POOL_ID = "us-east-1_TestPool1"
CLIENT_ID = "mobile"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"


@cache
def private_key(name: str = "first", bits: int = 2048) -> RSAPrivateKey:
    """The key called ``name``: made once a session, because that takes a while."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def b64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def sign(signed: bytes, key: RSAPrivateKey) -> bytes:
    return key.sign(signed, PKCS1v15(), SHA256())


def token(header: dict[str, Any], claims: dict[str, Any], key: RSAPrivateKey | None = None) -> str:
    """A token of any header and claims, with a valid signature of ``key``."""
    signed = f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(claims).encode())}"
    return f"{signed}.{b64url(sign(signed.encode(), key or private_key()))}"


def access_claims(now: datetime, **changes: Any) -> dict[str, Any]:
    """Claims as Cognito makes them for a signed-in user; a change to ``None`` leaves one out."""
    issued = int(now.timestamp())
    claims = {
        "sub": "7f1c2a34-0000-4000-8000-000000000001",
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "origin_jti": "aa",
        "event_id": "bb",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": issued,
        "iat": issued,
        "exp": issued + 3600,
        "jti": "cc",
        "username": "ana",
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def jwk(key: RSAPrivateKey, key_id: str, **changes: Any) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    return {
        "alg": "RS256",
        "e": b64url(numbers.e.to_bytes(3, "big")),
        "kid": key_id,
        "kty": "RSA",
        "n": b64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "use": "sig",
        **changes,
    }


@dataclass
class TestPool:
    """``KeySet`` whose keys can be exchanged; counts how often it is asked, and fails when told to."""

    __test__ = False

    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk(private_key(), "first")])
    failure: Exception | None = None
    fetches: int = 0
    issuer: str = ISSUER

    def fetch(self) -> dict[str, Any]:
        self.fetches += 1
        if self.failure:
            raise self.failure
        return {"keys": self.keys}

    def access_token(self, now: datetime, **claims: Any) -> str:
        return token({"kid": "first", "alg": "RS256"}, access_claims(now, **claims))


@contextmanager
def published(body: bytes, status: int = 200) -> Iterator[str]:
    """An address at which ``body`` is answered to whoever asks for the keys of ``POOL_ID``."""

    class Publisher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == f"/{POOL_ID}/.well-known/jwks.json"
            self.send_response(status if known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
