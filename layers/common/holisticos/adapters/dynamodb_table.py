"""What every store on a DynamoDB table has in common: its name, its client, and pages of one partition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holisticos.adapters import aws

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef


@dataclass(frozen=True, slots=True)
class Partition:
    """The items of one partition key, of the table or of an index with that name."""

    value: str
    key: str = "pk"
    sort_key: str = "sk"
    index: str | None = None
    newest_first: bool = True


class DynamoDbTable:
    """A table by name. Without a client the process's own is used, which is made when it is first needed."""

    def __init__(self, table_name: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table_name
        self._given_client = client

    @property
    def _client(self) -> "DynamoDBClient":
        return self._given_client or aws.dynamodb()

    def _page(
        self, what: str, partition: Partition, limit: int, cursor: str | None
    ) -> "tuple[Sequence[dict[str, AttributeValueTypeDef]], str | None]":
        """At most ``limit`` items that follow ``cursor``, and the cursor of the next page where there is one.

        The cursor is the sort key of the last item seen. ``what`` names the operation in errors.
        """
        values: dict[str, AttributeValueTypeDef] = {":partition": {"S": partition.value}}
        condition = f"{partition.key} = :partition"
        if cursor:
            values[":cursor"] = {"S": cursor}
            condition += f" AND {partition.sort_key} {'<' if partition.newest_first else '>'} :cursor"
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not partition.newest_first,
            "Limit": limit,
        }
        if partition.index:
            query["IndexName"] = partition.index
        else:
            query["ConsistentRead"] = True  # which an index does not know
        with aws.translated(what):
            answer = self._client.query(**query)
        items = answer["Items"]
        return items, items[-1][partition.sort_key]["S"] if items and "LastEvaluatedKey" in answer else None
