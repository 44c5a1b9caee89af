"""Answered requests in DynamoDB.

``pk`` = ``REQUEST#{digest}``, ``content``, ``leased_until``, ``answer``, ``expires_at``; instants are seconds since
1970, those of ``leased_until`` with fractions.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_conditions import refusal
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.idempotency import LEASE, Claim, ClaimState, RequestKey, StoredRequest

if TYPE_CHECKING:
    from datetime import timedelta

    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoDbIdempotencyStore(DynamoDbTable):
    """``IdempotencyStore`` on a table whose items expire."""

    def claim(self, key: RequestKey, at: datetime, keep_for: "timedelta") -> Claim:
        with aws.translated("claim request"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_key(key),
                        "content": {"S": key.content},
                        "leased_until": _number((at + LEASE).timestamp()),
                        "expires_at": _number(int((at + keep_for).timestamp())),
                    },
                    ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now"
                    " OR (content = :content AND attribute_not_exists(answer) AND leased_until <= :now)",
                    ExpressionAttributeValues={":now": _number(at.timestamp()), ":content": {"S": key.content}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except Exception as error:
                item = refusal(error)
                if item is None:
                    raise
                return _stored(item).claimed_again(key.content, at)
        return Claim(ClaimState.CLAIMED)

    def answer(self, key: RequestKey, text: str) -> None:
        self._update(key, "SET answer = :value", {"S": text})

    def release(self, key: RequestKey) -> None:
        self._update(key, "SET leased_until = :value", _number(0))

    def _update(self, key: RequestKey, update: str, value: "AttributeValueTypeDef") -> None:
        with aws.translated("answer request"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(key),
                    UpdateExpression=update,
                    ConditionExpression="content = :content",
                    ExpressionAttributeValues={":value": value, ":content": {"S": key.content}},
                )
            except Exception as error:
                if refusal(error) is None:
                    raise


def _stored(item: "dict[str, AttributeValueTypeDef]") -> StoredRequest:
    return StoredRequest(
        content=item["content"]["S"],
        leased_until=_instant(item["leased_until"]),
        expires_at=_instant(item["expires_at"]),
        answer=item["answer"]["S"] if "answer" in item else None,
    )


def _key(key: RequestKey) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"REQUEST#{key.digest}"}}


def _number(seconds: float) -> "AttributeValueTypeDef":
    return {"N": str(seconds)}


def _instant(value: "AttributeValueTypeDef") -> datetime:
    return datetime.fromtimestamp(float(value["N"]), UTC)
