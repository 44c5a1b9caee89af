"""The audit trail in DynamoDB: ``pk`` = ``USER#{user_id}``, ``sk`` = ``{at}#{random}``, written once each.

Roles that append hold ``PutItem`` alone; the condition keeps even that from replacing a record.
"""

from collections.abc import Sequence
from uuid import uuid4

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_items import attributes, instant, plain
from holisticos.adapters.dynamodb_table import DynamoDbTable, Partition
from holisticos.contracts.audit import AuditRecord


class DynamoDbAuditLog(DynamoDbTable):
    """``AuditLog`` on one table."""

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
        items, following = self._page("read audit records", Partition(f"USER#{user_id}"), limit, cursor)
        return [AuditRecord.model_validate(plain(item)) for item in items], following
