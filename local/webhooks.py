"""The source as it announces data: the simulated upstream's own records, signed and sent to the running stack."""

import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import httpx

from holisticos.contracts.deliveries import WebhookEvent
from local.endpoints import Endpoints
from local.errors import LocalError

EVENTS: Final = {
    "scores": WebhookEvent.SCORE_CREATED,
    "biomarkers": WebhookEvent.BIOMARKER_CREATED,
    "archetypes": WebhookEvent.ARCHETYPE_CREATED,
}
RECORDS_A_WEBHOOK: Final = 50
_SECONDS: Final = 60.0


class WebhookError(LocalError):
    """A webhook could not be sent, or was refused."""


@dataclass(frozen=True)
class Announced:
    """What was sent."""

    records: int
    webhooks: int


@dataclass(frozen=True)
class WebhookSender:
    """Signs by ``key``, as the source does."""

    endpoints: Endpoints
    key: bytes

    def announce(self, user_id: str, first: date, last: date) -> Announced:
        """Send what the upstream has of a user from ``first`` to ``last``, both included. Raises ``WebhookError``."""
        records = webhooks = 0
        with httpx.Client(timeout=_SECONDS, trust_env=False) as http:
            for part, event in EVENTS.items():
                for batch in _batches(self._records(http, part, user_id, first, last)):
                    self._send(http, user_id, event, batch)
                    records += len(batch)
                    webhooks += 1
        return Announced(records, webhooks)

    def _records(self, http: httpx.Client, part: str, user_id: str, first: date, last: date) -> list[Any]:
        asked = {"user_id": user_id, "start_date": first.isoformat(), "end_date": last.isoformat()}
        answer = http.get(f"{self.endpoints.health_api_url}/api/v1/sahha/{part}", params=asked)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        if answer.is_error:
            raise WebhookError(f"the health API answered {answer.status_code}")
        found: list[Any] = answer.json()
        return found

    def _send(self, http: httpx.Client, user_id: str, event: WebhookEvent, batch: Sequence[Any]) -> None:
        body = json.dumps(batch).encode()
        answer = http.post(
            f"{self.endpoints.api_url}/webhooks/health-data",
            content=body,
            headers={
                "Content-Type": "application/json",
                "X-Signature": hmac.new(self.key, body, "sha256").hexdigest(),
                "X-External-Id": user_id,
                "X-Event-Type": event,
            },
        )
        if answer.status_code != httpx.codes.ACCEPTED:
            raise WebhookError(f"a webhook was answered with {answer.status_code}: {answer.text[:200]}")


def _batches(records: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (records[begin : begin + RECORDS_A_WEBHOOK] for begin in range(0, len(records), RECORDS_A_WEBHOOK))
