"""A cache in DynamoDB: ``pk`` = ``CACHE#{key}``, ``value``, ``until`` (ms since 1970), ``expires_at``.

DynamoDB deletes what has expired some time later; ``until`` says what counts.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_items import MAX_BODY_BYTES
from holisticos.contracts.errors import StoreUnavailableError, TooLargeError
from holisticos.ports import Clock

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PREFIX: Final = "CACHE#"


class DynamoDbCache:
    """``Cache`` on a table whose items expire."""

    def __init__(self, table_name: str, clock: Clock, client: "DynamoDBClient | None" = None) -> None:
        self._table = table_name
        self._clock = clock
        self._given_client = client

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        now = self._clock.now().timestamp() * 1000
        with aws.translated("read cache"):
            # Consistent: whoever brought new data must not be answered with what was before.
            answer = self._client.batch_get_item(
                RequestItems={
                    self._table: {
                        "Keys": [{"pk": {"S": _PREFIX + key}} for key in dict.fromkeys(keys)],
                        "ConsistentRead": True,
                    }
                }
            )
        if answer.get("UnprocessedKeys"):
            raise StoreUnavailableError("read cache: throttled")
        return {
            item["pk"]["S"].removeprefix(_PREFIX): bytes(item["value"]["B"])
            for item in answer["Responses"][self._table]
            if int(item["until"]["N"]) > now
        }

    def put(self, key: str, value: bytes, lifetime: timedelta) -> None:
        if len(value) > MAX_BODY_BYTES:
            raise TooLargeError(f"write cache: {len(value)} bytes; at most {MAX_BODY_BYTES} can be stored")
        until = self._clock.now() + lifetime
        with aws.translated("write cache"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": _PREFIX + key},
                    "value": {"B": value},
                    "until": {"N": str(int(until.timestamp() * 1000))},
                    "expires_at": {"N": str(int(until.timestamp()) + 1)},
                },
            )

    @property
    def _client(self) -> "DynamoDBClient":
        return self._given_client or aws.hurried_dynamodb()
