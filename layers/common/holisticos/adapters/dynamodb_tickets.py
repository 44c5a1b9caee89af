"""Stream tickets in DynamoDB: ``pk`` = ``TICKET#{digest}``, ``expires_at``."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.ticket import StreamTicket

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoDbTicketStore(DynamoDbTable):
    """``TicketStore`` on a table whose items expire."""

    def put(self, ticket: StreamTicket) -> None:
        with aws.translated("store stream ticket"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_key(ticket.digest),
                    "expires_at": {"N": str(int(ticket.expires_at.timestamp()))},
                },
            )

    def find(self, digest: str) -> StreamTicket:
        with aws.translated("read stream ticket"):
            item = self._client.get_item(TableName=self._table, Key=_key(digest), ConsistentRead=True).get("Item")
        if item is None:
            raise NotFoundError("there is no such ticket")
        return StreamTicket(digest=digest, expires_at=datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC))


def _key(digest: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"TICKET#{digest}"}}
