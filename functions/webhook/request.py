"""A request as API Gateway hands it on, and the answers it takes; pure."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """``headers`` are named in lower case."""

    headers: Mapping[str, str]
    body: bytes
    request_id: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Self:
        """From an event of a proxy integration. A body that says it is base64 and is not counts as empty."""
        text = event.get("body") or ""
        try:
            body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        except (binascii.Error, ValueError):
            body = b""
        context = event.get("requestContext") or {}
        headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
        return cls(headers, body, str(context.get("requestId", "")))


class RefusedError(Exception):
    """The request is answered with a problem (RFC 9457), in the form of all errors of the API."""

    def __init__(self, slug: str, status: int, title: str, detail: str | None = None) -> None:
        super().__init__(title)
        self.slug = slug
        self.status = status
        self.title = title
        self.detail = detail

    def answer(self, correlation_id: str) -> dict[str, Any]:
        problem = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "correlation_id": correlation_id,
        }
        said = {name: value for name, value in problem.items() if value is not None}
        headers = {"Retry-After": "5"} if self.status == 503 else {}
        return _answer(self.status, said, correlation_id, "application/problem+json", headers)


def accepted(correlation_id: str) -> dict[str, Any]:
    return _answer(
        202, {"status": "accepted", "correlation_id": correlation_id}, correlation_id, "application/json", {}
    )


def _answer(
    status: int, body: Mapping[str, Any], correlation_id: str, media_type: str, headers: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "Content-Type": media_type,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Correlation-Id": correlation_id,
            **headers,
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
