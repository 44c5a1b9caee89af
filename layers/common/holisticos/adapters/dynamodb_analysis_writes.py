"""What is written of an analysis, as DynamoDB wants to be told: keys, items, updates and their conditions."""

from typing import TYPE_CHECKING, Any

from holisticos.adapters.dynamodb_items import attribute, attributes, instant
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.events import NewEvent
from holisticos.contracts.names import AnalysisStatus

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

NAMES = {"#status": "status", "#events": "events"}


def key(analysis_id: str, sort_key: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"ANALYSIS#{analysis_id}"}, "sk": {"S": sort_key}}


def latest_key(user_id: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": "LATEST"}}


def new_head(head: AnalysisHead, event: NewEvent) -> dict[str, Any]:
    """A put of the head with its first event, where the id is free."""
    return {
        "Item": {
            **key(head.analysis_id, "HEAD"),
            **attributes(head),
            "gsi1pk": {"S": f"USER#{head.user_id}"},
            "gsi1sk": {"S": f"{instant(head.requested_at)}#{head.analysis_id}"},
            "events": {"L": [{"M": attributes(event)}]},
        },
        "ConditionExpression": "attribute_not_exists(pk)",
    }


def new_latest(head: AnalysisHead, *, alone: bool, instead_of: str | None) -> dict[str, Any]:
    """A put of what names the user's latest analysis, where no other may still be running if it is to be ``alone``."""
    item = {
        **latest_key(head.user_id),
        "analysis_id": attribute(head.analysis_id),
        "deadline_at": attribute(head.deadline_at),
    }
    if not alone:
        return {"Item": item}
    return {
        "Item": item,
        "ConditionExpression": "attribute_not_exists(pk) OR deadline_at < :now OR analysis_id = :ended",
        "ExpressionAttributeValues": {":now": attribute(head.requested_at), ":ended": {"S": instead_of or "-"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def changes_of(
    event: NewEvent, status: AnalysisStatus | None, reason: str | None
) -> "dict[str, AttributeValueTypeDef]":
    """The attributes of the head that change with ``event``."""
    changes: dict[str, AttributeValueTypeDef] = {}
    if status is not None:
        changes["status"] = attribute(status)
        if status.is_final:
            changes["completed_at"] = attribute(event.at)
    if reason is not None:
        changes["reason"] = attribute(reason)
    return changes


def head_update(
    analysis_id: str,
    event: NewEvent,
    changes: "dict[str, AttributeValueTypeDef]",
    allowed: frozenset[AnalysisStatus],
) -> dict[str, Any]:
    """An update of the head that holds while its status is one of ``allowed`` and the event is not there yet.

    The second condition makes it harmless that the SDK repeats a write whose answer was lost.
    """
    entry: AttributeValueTypeDef = {"M": attributes(event)}
    values: dict[str, AttributeValueTypeDef] = {":entry": entry, ":entries": {"L": [entry]}}
    assignments = ["#events = list_append(#events, :entries)"]
    names = dict(NAMES)
    for name, value in changes.items():
        names[f"#{name}"] = name
        values[f":{name}"] = value
        assignments.append(f"#{name} = :{name}")
    places = [f":from{number}" for number in range(len(allowed))]
    values |= {place: {"S": status} for place, status in zip(places, sorted(allowed), strict=True)}
    return {
        "Key": key(analysis_id, "HEAD"),
        "UpdateExpression": "SET " + ", ".join(assignments),
        "ConditionExpression": f"#status IN ({', '.join(places)}) AND NOT contains(#events, :entry)",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
