"""Verify, queue, answer: nothing else is done while the source waits."""

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from functions.webhook.request import RefusedError, WebhookRequest, accepted
from functions.webhook.signature import is_signed
from holisticos.contracts.deliveries import USER_ID_PATTERN, WebhookDelivery
from holisticos.contracts.errors import HolisticOsError
from holisticos.health.envelopes import records_in
from holisticos.ports import Clock, DeliveryQueue
from holisticos.runtime.logging import LogCategory, bind, describe, log, user_digest
from holisticos.runtime.metrics import record
from holisticos.runtime.telemetry import operation
from holisticos.services.packing import pack

MAX_BODY_BYTES = 192 * 1024
"""Some hundred records. Packed and with all around it, it fits into one message of the queue whatever it holds."""

_EVENT_TYPE = re.compile(r"[A-Za-z0-9._-]{1,100}")
_UNAUTHENTICATED = ("unauthenticated", 401, "A valid signature is needed")
_TOO_LARGE = ("body-too-large", 413, "The body is too large")
_MALFORMED = ("malformed-body", 400, "The body is not valid JSON")
_INVALID = ("invalid-request", 422, "The request does not validate")
_UNAVAILABLE = ("unavailable", 503, "Try again in a moment")


@dataclass(frozen=True, slots=True)
class WebhookReceiver:
    """``keys`` gives those by which deliveries may be signed."""

    keys: Callable[[], Sequence[bytes]]
    queue: DeliveryQueue
    clock: Clock

    def receive(self, event: dict[str, Any]) -> dict[str, Any]:
        """The answer of a proxy integration: 202 once the delivery is in the queue, else a problem."""
        request = WebhookRequest.of(event)
        bind(correlation_id=request.request_id)
        try:
            self._require_signature(request)
            user_id = _require_content(request)
            bind(user=user_digest(user_id))
            with operation(LogCategory.API, "queue_webhook"):
                self._queue(user_id, request)
        except RefusedError as refused:
            return _refused(refused, request)
        except HolisticOsError as error:
            # The source sends the same again later.
            log(LogCategory.API_ERROR, "webhook not taken", level=logging.ERROR, error=describe(error))
            return _refused(RefusedError(*_UNAVAILABLE, "The delivery could not be queued."), request)
        return accepted(request.request_id)

    def _require_signature(self, request: WebhookRequest) -> None:
        """Comes first: who has none learns nothing more."""
        if len(request.body) > MAX_BODY_BYTES:
            raise RefusedError(*_TOO_LARGE, f"At most {MAX_BODY_BYTES} bytes are taken.")
        signature = request.headers.get("x-signature", "")
        if not signature or not is_signed(request.body, signature, self.keys()):
            raise RefusedError(*_UNAUTHENTICATED)

    def _queue(self, user_id: str, request: WebhookRequest) -> None:
        self.queue.send(
            WebhookDelivery(
                user_id=user_id,
                event_type=request.headers["x-event-type"],
                sha256=sha256(request.body).hexdigest(),
                body=pack(request.body),
                received_at=self.clock.now(),
                correlation_id=request.request_id,
            )
        )


def _require_content(request: WebhookRequest) -> str:
    """The user whom the delivery is about."""
    user_id = request.headers.get("x-external-id", "")
    if not re.fullmatch(USER_ID_PATTERN, user_id):
        raise RefusedError(*_INVALID, "X-External-Id: must be the id of a user")
    if not _EVENT_TYPE.fullmatch(request.headers.get("x-event-type", "")):
        raise RefusedError(*_INVALID, "X-Event-Type: must name the kind of event")
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError):
        raise RefusedError(*_MALFORMED) from None
    if not isinstance(content, dict | list):
        raise RefusedError(*_INVALID, "body: must be an object or a list")
    if not _is_about(content, user_id):
        # The header is not signed, the body is.
        raise RefusedError(*_UNAUTHENTICATED, "X-External-Id is not the user that the body names.")
    return user_id


def _refused(refused: RefusedError, request: WebhookRequest) -> dict[str, Any]:
    log(LogCategory.API, "webhook refused", reason=refused.slug, status=refused.status)
    record("WebhooksRefused", 1, reason=refused.slug)
    return refused.answer(request.request_id)


def _is_about(content: Any, user_id: str) -> bool:
    """Whether every user that the body names is this one."""
    named = [content, *records_in(content)]
    return all(item.get("externalId", user_id) == user_id for item in named if isinstance(item, dict))
