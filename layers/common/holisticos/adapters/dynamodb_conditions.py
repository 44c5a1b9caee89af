"""Writes that hold only under a condition, and what to make of it when one does not."""

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from holisticos.adapters import aws

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

T = TypeVar("T")

_PAUSES = (0.02, 0.06, 0.18)
"""Seconds, jittered."""


def refusal(error: Exception) -> "dict[str, AttributeValueTypeDef] | None":
    """The item that did not meet a condition, empty where there is none; ``None`` for any other error.

    The write must have asked for it by ``ReturnValuesOnConditionCheckFailure``.
    """
    code = aws.error_code(error)
    if code == "ConditionalCheckFailedException":
        return _response(error).get("Item") or {}
    if code == "TransactionCanceledException":
        for reason in _reasons(error):
            if reason.get("Code") == "ConditionalCheckFailed":
                return reason.get("Item") or {}
    return None


def refusals(error: Exception) -> "dict[int, dict[str, AttributeValueTypeDef]]":
    """Of a transaction: the items that did not meet their conditions, by the place of their writes in it.

    An item is empty where there is none, or where the write did not ask for it.
    """
    return {
        place: reason.get("Item") or {}
        for place, reason in enumerate(_reasons(error))
        if reason.get("Code") == "ConditionalCheckFailed"
    }


def uncontended(write: Callable[[], T]) -> T:
    """Run ``write``, and again while a transaction on the same item is in its way.

    Such a write is refused at once, and the SDK does not try it again.
    """
    for pause in _PAUSES:
        try:
            return write()
        except Exception as error:
            if not _is_contention(error):
                raise
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
    return write()


def _is_contention(error: Exception) -> bool:
    codes = {aws.error_code(error)} | {reason.get("Code") for reason in _reasons(error)}
    return "ConditionalCheckFailed" not in codes and bool(
        codes & {"TransactionConflictException", "TransactionConflict"}
    )


def _reasons(error: Exception) -> list[dict[str, Any]]:
    reasons: list[dict[str, Any]] = _response(error).get("CancellationReasons", [])
    return reasons


def _response(error: Exception) -> dict[str, Any]:
    response: dict[str, Any] = getattr(error, "response", {})
    return response
