"""The wearable feed in DynamoDB, in the table of users.

``USER#{user_id}`` / ``WEARABLE`` has the number of the newest event in ``last``; ``WEARABLE#{place}`` are as many
places as events are kept, and event number n lies in place n modulo their number: what is too old is written over,
and nobody has to delete. Head and place are written in one transaction, so that no number is seen before its event,
and none is left out. A listener asks for the head alone, which is small, until there is news.
"""

import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_conditions import refusals, uncontended
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.errors import StoreUnavailableError
from holisticos.contracts.feed import FEED_LENGTH, FeedEvent, NewFeedEvent

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

FEED: Final = "WEARABLE"
"""The sort key of the head, with which all others begin."""

_TRIES: Final = 40
_PAUSE: Final = 0.02
"""Seconds, jittered: another writer was first, which takes a few milliseconds."""


class DynamoDbWearableFeed(DynamoDbTable):
    """``WearableFeed`` on the table of users."""

    def append(self, user_id: str, event: NewFeedEvent, once: str) -> None:
        for _ in range(_TRIES):
            last = self.last(user_id)
            if any(place["once"]["S"] == once for place in self._places(user_id)):
                return
            if self._appended(user_id, event, once, last):
                return
            time.sleep(_PAUSE * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
        raise StoreUnavailableError("append to feed: too many writers at once")

    def last(self, user_id: str) -> int:
        with aws.translated("read feed"):
            head = self._client.get_item(
                TableName=self._table,
                Key=_key(user_id, FEED),
                ConsistentRead=True,
                ProjectionExpression="#last",
                ExpressionAttributeNames={"#last": "last"},
            ).get("Item")
        return int(head["last"]["N"]) if head else 0

    def events(self, user_id: str) -> Sequence[FeedEvent]:
        # What the head names was there before the places are read; what is newer may be there in part.
        last = self.last(user_id)
        stored = (FeedEvent.model_validate_json(place["body"]["S"]) for place in self._places(user_id))
        return sorted((event for event in stored if event.seq <= last), key=lambda event: event.seq)

    def _places(self, user_id: str) -> "list[dict[str, AttributeValueTypeDef]]":
        with aws.translated("read feed"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :place)",
                ExpressionAttributeValues={":pk": {"S": f"USER#{user_id}"}, ":place": {"S": f"{FEED}#"}},
                ConsistentRead=True,
            )
            return [item for page in pages for item in page["Items"]]

    def _appended(self, user_id: str, event: NewFeedEvent, once: str, last: int) -> bool:
        """Whether it could be written as the one after ``last``."""
        numbered = FeedEvent(**event.model_dump(), seq=last + 1)
        head: dict[str, Any] = {
            "TableName": self._table,
            "Key": _key(user_id, FEED),
            "UpdateExpression": "SET #last = :next",
            "ConditionExpression": "#last = :last" if last else "attribute_not_exists(pk)",
            "ExpressionAttributeNames": {"#last": "last"},
            "ExpressionAttributeValues": {
                ":next": {"N": str(last + 1)},
                **({":last": {"N": str(last)}} if last else {}),
            },
        }
        place: dict[str, AttributeValueTypeDef] = {
            **_key(user_id, f"{FEED}#{numbered.seq % FEED_LENGTH:03d}"),
            "once": {"S": once},
            "body": {"S": numbered.model_dump_json()},
        }

        def write() -> None:
            self._client.transact_write_items(
                TransactItems=[{"Update": head}, {"Put": {"TableName": self._table, "Item": place}}]  # type: ignore[typeddict-item]
            )

        with aws.translated("append to feed"):
            try:
                uncontended(write)
            except Exception as error:
                if 0 in refusals(error):
                    return False
                raise
        return True


def _key(user_id: str, sort_key: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": sort_key}}
