"""Profiles, memory and feedback in DynamoDB.

One user is one partition, ``USER#{user_id}``: ``PROFILE`` (JSON in ``body``), the four layers of memory (gzipped
JSON in ``body``, the version of its schema in ``schema_version``) and ``FEEDBACK#{at}#{recommendation_id}`` (JSON in
``body``). The layers are written in one transaction; short-term memory ends at ``expires_at``.

The index ``GSI1`` lists who wants a daily analysis: ``gsi1pk`` = ``DAILY#{timezone}``, ``gsi1sk`` = the user's
digest. The digest rather than the id, because it is also the cursor of the pages, and cursors pass through execution
histories.
"""

import gzip
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_feed import FEED
from holisticos.adapters.dynamodb_items import instant, packed, unpacked
from holisticos.adapters.dynamodb_table import DynamoDbTable, Partition
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.feedback import Feedback
from holisticos.health.memory import SHORT_TERM, Memory
from holisticos.health.profile import Profile
from holisticos.runtime.pseudonym import user_digest

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_PAGE = 50
_FEEDBACK = "FEEDBACK#"
_MEMORY = "MEMORY"
_LAYERS = {
    "working": _MEMORY,
    "short_term": f"{_MEMORY}#SHORT_TERM",
    "long_term": f"{_MEMORY}#LONG_TERM",
    "meta": f"{_MEMORY}#META",
}
"""Sort keys. The first is where version 1 kept everything: writing any later version leaves nothing of it."""


class DynamoDbUserStore(DynamoDbTable):
    """``UserStore`` on one table."""

    def __init__(self, table_name: str, client: "DynamoDBClient | None" = None, page_size: int = _PAGE) -> None:
        super().__init__(table_name, client)
        self._page_size = page_size

    def profile(self, user_id: str) -> Profile:
        item = self._get(user_id, "PROFILE")
        if item is None:
            raise NotFoundError("there is no such user")
        return Profile.model_validate_json(item["body"]["S"])

    def put_profile(self, profile: Profile) -> None:
        item: dict[str, AttributeValueTypeDef] = {
            **_key(profile.user_id, "PROFILE"),
            "body": {"S": profile.model_dump_json()},
        }
        if profile.daily_analysis:
            item |= {
                "gsi1pk": {"S": f"DAILY#{profile.timezone}"},
                "gsi1sk": {"S": user_digest(profile.user_id)},
            }
        with aws.translated("store profile"):
            self._client.put_item(TableName=self._table, Item=item)

    def memory(self, user_id: str) -> Memory:
        with aws.translated("read memory"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :memory)",
                ExpressionAttributeValues={":pk": {"S": f"USER#{user_id}"}, ":memory": {"S": _MEMORY}},
                ConsistentRead=True,
            )
        items = {item["sk"]["S"]: item for item in answer["Items"]}
        if (first := items.get(_MEMORY)) and "schema_version" not in first:
            return unpacked(Memory, first)
        layers = {
            name: json.loads(gzip.decompress(bytes(items[key]["body"]["B"])))
            for name, key in _LAYERS.items()
            if key in items
        }
        versions = [int(item["schema_version"]["N"]) for item in items.values()]
        return Memory.model_validate({**layers, "schema_version": max(versions)}) if layers else Memory()

    def put_memory(self, user_id: str, memory: Memory, at: datetime) -> None:
        layers: dict[str, dict[str, AttributeValueTypeDef]] = {
            name: {
                **_key(user_id, key),
                "schema_version": {"N": str(memory.schema_version)},
                "body": {"B": packed(getattr(memory, name), f"the {name.replace('_', '-')} memory")},
            }
            for name, key in _LAYERS.items()
        }
        layers["short_term"]["expires_at"] = {"N": str(int((at + SHORT_TERM).timestamp()))}
        with aws.translated("store memory"):
            self._client.transact_write_items(
                TransactItems=[{"Put": {"TableName": self._table, "Item": item}} for item in layers.values()]
            )

    def due(self, timezone: str, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        partition = Partition(f"DAILY#{timezone}", "gsi1pk", "gsi1sk", index="GSI1", newest_first=False)
        items, following = self._page("list due users", partition, self._page_size, cursor)
        return [item["pk"]["S"].removeprefix("USER#") for item in items], following

    def add_feedback(self, feedback: Feedback) -> None:
        sort_key = f"{_FEEDBACK}{instant(feedback.at)}#{feedback.recommendation_id}"
        item: dict[str, AttributeValueTypeDef] = {
            **_key(feedback.user_id, sort_key),
            "body": {"S": feedback.model_dump_json()},
        }
        with aws.translated("store feedback"):
            self._client.put_item(TableName=self._table, Item=item)

    def feedback(
        self, user_id: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[Feedback], str | None]:
        key = {"pk": {"S": f"USER#{user_id}"}}
        with aws.translated("read feedback"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :feedback)",
                ExpressionAttributeValues={":pk": key["pk"], ":feedback": {"S": _FEEDBACK}},
                ScanIndexForward=False,
                ConsistentRead=True,
                Limit=limit,
                **({"ExclusiveStartKey": {**key, "sk": {"S": f"{_FEEDBACK}{cursor}"}}} if cursor else {}),  # type: ignore[arg-type]
            )
        items = answer["Items"]
        answers = [Feedback.model_validate_json(item["body"]["S"]) for item in items]
        following = items[-1]["sk"]["S"].removeprefix(_FEEDBACK) if items and "LastEvaluatedKey" in answer else None
        return answers, following

    def erase(self, user_id: str) -> int:
        erased = 0
        with aws.translated("erase user"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"USER#{user_id}"}},
                ProjectionExpression="pk, sk",
                ConsistentRead=True,
            )
            for page in pages:
                for item in page["Items"]:
                    if _is_of_the_user(item["sk"]["S"]):
                        self._client.delete_item(TableName=self._table, Key={"pk": item["pk"], "sk": item["sk"]})
                        erased += 1
        return erased

    def _get(self, user_id: str, sort_key: str) -> "dict[str, AttributeValueTypeDef] | None":
        with aws.translated("read user"):
            return self._client.get_item(TableName=self._table, Key=_key(user_id, sort_key), ConsistentRead=True).get(
                "Item"
            )


def _key(user_id: str, sort_key: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": sort_key}}


def _is_of_the_user(sort_key: str) -> bool:
    """The tombstone of an erasure lies in the same partition and stays; the wearable feed goes."""
    return sort_key == "PROFILE" or sort_key.startswith((_MEMORY, _FEEDBACK, FEED))
