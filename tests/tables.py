"""The tables and the bucket as the stores need them: keys, and indexes that project no more than is read."""

from typing import TYPE_CHECKING

from holisticos.contracts.analysis import AnalysisHead

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import CreateTableInputTypeDef, KeySchemaElementTypeDef, ProjectionTypeDef

HEAD_FIELDS: "ProjectionTypeDef" = {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(AnalysisHead.model_fields)}
KEYS_ONLY: "ProjectionTypeDef" = {"ProjectionType": "KEYS_ONLY"}


def create_table(
    client: "DynamoDBClient", name: str, index: "ProjectionTypeDef | None" = None, *, sort_key: bool = True
) -> None:
    """A table with ``pk`` and mostly ``sk``, and ``GSI1`` where ``index`` says what it projects."""
    names = ["pk", *(["sk"] if sort_key else []), *(["gsi1pk", "gsi1sk"] if index else [])]
    table: CreateTableInputTypeDef = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in names],
        "KeySchema": _keys("pk", "sk")[: 1 + sort_key],
    }
    if index:
        table["GlobalSecondaryIndexes"] = [
            {"IndexName": "GSI1", "KeySchema": _keys("gsi1pk", "gsi1sk"), "Projection": index}
        ]
    client.create_table(**table)


def _keys(partition: str, sort: str) -> "list[KeySchemaElementTypeDef]":
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
