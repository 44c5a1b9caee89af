"""Messages of the queue."""

import json
from hashlib import sha256
from typing import Any

from holisticos.contracts.deliveries import WebhookDelivery, WebhookEvent
from holisticos.services.packing import pack
from tests.examples import NOON


def a_delivery(body: object, event: str = WebhookEvent.BIOMARKER_CREATED, **changes: Any) -> WebhookDelivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return WebhookDelivery.model_validate(
        {
            "user_id": "ada",
            "event_type": event,
            "sha256": sha256(raw).hexdigest(),
            "body": pack(raw),
            "received_at": NOON,
            "correlation_id": "corr-1",
            **changes,
        }
    )
