"""A batch of the queue: each message by itself, and those that failed named, to be delivered again.

Our own rather than Powertools' batch utility, whose import takes 150 ms for what is a loop here.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from holisticos.contracts.deliveries import MESSAGES, AnyMessage
from holisticos.contracts.errors import HealthSourceUnavailableError, HolisticOsError, InvalidPayloadError
from holisticos.runtime.logging import LogCategory, clear_bound, describe, log
from holisticos.runtime.telemetry import operation

LONGEST_PAUSE: Final = timedelta(minutes=15)

Postpone = Callable[[str, timedelta], None]
"""Lets a message, named by its receipt, be delivered again after a while."""


def handle_batch(event: dict[str, Any], handle: Callable[[AnyMessage], None], postpone: Postpone) -> dict[str, Any]:
    """The partial answer of a batch: ``batchItemFailures`` names the messages that were not handled.

    When the database is out of reach the rest of the batch is not tried: each would wait in vain as long.
    """
    failed: list[dict[str, str]] = []
    is_down = False
    for item in event["Records"]:
        clear_bound()
        if not is_down:
            try:
                with operation(LogCategory.SYSTEM, "ingest"):
                    handle(_message(item["body"]))
                continue
            except Exception as error:  # noqa: BLE001 - it is logged; the other messages are no part of it
                is_down = isinstance(error, HealthSourceUnavailableError)
        failed.append({"itemIdentifier": item["messageId"]})
        _postpone(item, postpone)
    return {"batchItemFailures": failed}


def pause(attempt: int) -> timedelta:
    """Before the next delivery after the ``attempt``-th one failed: 2 s, 8 s, 32 s and so on, at most 15 minutes."""
    return min(LONGEST_PAUSE, timedelta(seconds=2 * 4 ** min(attempt - 1, 8)))


def _message(body: str) -> AnyMessage:
    try:
        return MESSAGES.validate_json(body)
    except ValidationError as error:
        problems = ", ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'message'}: {problem['type']}"
            for problem in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise InvalidPayloadError(f"the message does not validate: {problems}") from None


def _postpone(item: dict[str, Any], postpone: Postpone) -> None:
    attempt = int(item.get("attributes", {}).get("ApproximateReceiveCount", 1))
    try:
        postpone(item["receiptHandle"], pause(attempt))
    except HolisticOsError as error:
        # Then it comes back when the queue's own patience ends.
        log(LogCategory.SYSTEM_ERROR, "delivery not postponed", error=describe(error))
