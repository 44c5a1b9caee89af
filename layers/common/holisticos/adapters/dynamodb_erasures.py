"""Erasures in DynamoDB, in the table of users.

``ERASURE#{erasure_id}`` / ``HEAD`` is the erasure itself, and how a workflow that must not name the user finds
them. ``USER#{user_id}`` / ``ERASURE`` names the user's last one and says whether it is ``open``; it is not
erased with the rest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_conditions import refusal, uncontended
from holisticos.adapters.dynamodb_items import attribute, attributes, plain
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.erasure import Erasure, ErasureStatus
from holisticos.contracts.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoDbErasureStore(DynamoDbTable):
    """``ErasureStore`` on the table of users."""

    def create(self, erasure: Erasure, instead_of: str | None = None) -> None:
        free = "attribute_not_exists(pk) OR #open = :closed"
        values: dict[str, AttributeValueTypeDef] = {":closed": {"BOOL": False}}
        if instead_of:
            free += " OR erasure_id = :old"
            values[":old"] = {"S": instead_of}
        pointer: dict[str, AttributeValueTypeDef] = {
            **_of_user(erasure.user_id),
            "erasure_id": {"S": erasure.erasure_id},
            "open": {"BOOL": True},
        }
        # The map is there from the start, so that counts can be added to it.
        head: dict[str, AttributeValueTypeDef] = {
            **_head(erasure.erasure_id),
            **attributes(erasure),
            "erased": attribute(erasure.erased),
        }

        def write() -> None:
            self._client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": pointer,
                            "ConditionExpression": free,
                            "ExpressionAttributeNames": {"#open": "open"},
                            "ExpressionAttributeValues": values,
                        }
                    },
                    {"Put": {"TableName": self._table, "Item": head}},
                ]
            )

        with aws.translated("create erasure"):
            try:
                uncontended(write)
            except Exception as error:
                if refusal(error) is None:
                    raise
                raise ConflictError("the user is being erased already") from None

    def erasure(self, erasure_id: str) -> Erasure:
        item = self._get(_head(erasure_id))
        if item is None:
            raise NotFoundError(f"there is no erasure {erasure_id}")
        return Erasure.model_validate(plain(item))

    def latest(self, user_id: str) -> Erasure:
        pointer = self._get(_of_user(user_id))
        if pointer is None:
            raise NotFoundError("the user was never erased")
        return self.erasure(pointer["erasure_id"]["S"])

    def is_being_erased(self, user_id: str) -> bool:
        pointer = self._get(_of_user(user_id))
        return pointer is not None and pointer["open"]["BOOL"]

    def add_counts(self, erasure_id: str, erased: Mapping[str, int]) -> None:
        added = {name: count for name, count in erased.items() if count}
        if not added:
            return
        places = {f"#n{number}": name for number, name in enumerate(added)}
        with aws.translated("count what was erased"):
            self._client.update_item(
                TableName=self._table,
                Key=_head(erasure_id),
                UpdateExpression="ADD " + ", ".join(f"erased.{place} :{place[1:]}" for place in places),
                ExpressionAttributeNames=places,
                ExpressionAttributeValues={f":{place[1:]}": {"N": str(added[name])} for place, name in places.items()},
            )

    def complete(self, erasure_id: str, at: datetime) -> None:
        erasure = self.erasure(erasure_id)
        if erasure.status is ErasureStatus.COMPLETED:
            return
        status, completed_at = attribute(ErasureStatus.COMPLETED), attribute(at)
        with aws.translated("complete erasure"):
            uncontended(
                lambda: self._client.transact_write_items(
                    TransactItems=[
                        {
                            "Update": {
                                "TableName": self._table,
                                "Key": _head(erasure_id),
                                "UpdateExpression": "SET #status = :status, completed_at = :at",
                                "ExpressionAttributeNames": {"#status": "status"},
                                "ExpressionAttributeValues": {":status": status, ":at": completed_at},
                            }
                        },
                        {
                            "Update": {
                                "TableName": self._table,
                                "Key": _of_user(erasure.user_id),
                                "UpdateExpression": "SET #open = :closed",
                                "ConditionExpression": "erasure_id = :id",
                                "ExpressionAttributeNames": {"#open": "open"},
                                "ExpressionAttributeValues": {":closed": {"BOOL": False}, ":id": {"S": erasure_id}},
                            }
                        },
                    ]
                )
            )

    def _get(self, key: "dict[str, AttributeValueTypeDef]") -> "dict[str, AttributeValueTypeDef] | None":
        with aws.translated("read erasure"):
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")


def _head(erasure_id: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"ERASURE#{erasure_id}"}, "sk": {"S": "HEAD"}}


def _of_user(user_id: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": "ERASURE"}}
