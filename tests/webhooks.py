"""Webhooks as the source signs and sends them, in the form in which API Gateway hands them on."""

import base64
import hmac
import json
from typing import Any

KEY = b"a key that only the source and we know"


def signature_of(body: bytes, key: bytes = KEY) -> str:
    return hmac.new(key, body, "sha256").hexdigest()


def headers_of(
    body: bytes, *, user: str = "ada", event: str = "BiomarkerCreatedIntegrationEvent", key: bytes = KEY
) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Signature": signature_of(body, key),
        "X-External-Id": user,
        "X-Event-Type": event,
    }


def gateway_event(body: object, *, as_base64: bool = False, **headers: str | None) -> dict[str, Any]:
    """A good request with ``headers`` replaced or, where None, removed; ``X_Signature`` is ``X-Signature``."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = headers_of(raw) | {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    for name, value in headers.items():
        if value is None:
            del given[name.replace("_", "-")]
    return {
        "httpMethod": "POST",
        "path": "/webhooks/health-data",
        "headers": given,
        "body": base64.b64encode(raw).decode() if as_base64 else raw.decode(),
        "isBase64Encoded": as_base64,
        "requestContext": {"requestId": "request-1"},
    }
