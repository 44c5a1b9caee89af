"""The audit trail in DynamoDB: ``pk`` = ``USER#{user_id}``, ``sk`` = ``{at}#{random}``, written once each.

Roles that append hold ``PutItem`` alone; the condition keeps even that from replacing a record.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_items import attributes, instant, plain
from holisticos.contracts.audit import AuditRecord

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoDbAuditLog:
    """``AuditLog`` on one table."""

    def __init__(self, table_name: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table_name
        self._given_client = client

    @property
    def _client(self) -> "DynamoDBClient":
        return self._given_client or aws.dynamodb()

    def append(self, record: AuditRecord) -> None:
        with aws.translated("append audit record"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": f"USER#{record.user_id}"},
                    "sk": {"S": f"{instant(record.at)}#{uuid4().hex}"},
                    **attributes(record),
                },
                ConditionExpression="attribute_not_exists(pk)",
            )

    def of_user(
        self, user_id: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[AuditRecord], str | None]:
        values: dict[str, AttributeValueTypeDef] = {":pk": {"S": f"USER#{user_id}"}}
        condition = "pk = :pk"
        if cursor:
            values[":cursor"] = {"S": cursor}
            condition += " AND sk < :cursor"
        with aws.translated("read audit records"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ScanIndexForward=False,
                ConsistentRead=True,
                Limit=limit,
            )
        items = answer["Items"]
        records = [AuditRecord.model_validate(plain(item)) for item in items]
        return records, items[-1]["sk"]["S"] if items and "LastEvaluatedKey" in answer else None
