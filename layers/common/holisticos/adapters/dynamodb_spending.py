"""What the language model costs, in DynamoDB: ``pk`` = ``SPENT#{day}#{user_digest}`` and ``SPENT#{day}#ALL``.

``committed`` is what was spent and what is put aside, in nano-dollars; one conditional update puts more aside and
decides, so that no limit is passed, whoever spends at once. ``nano_usd``, ``calls`` and the tokens are of calls that
came to their end. The user's item first: one user who has spent theirs keeps nobody else waiting.
"""

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.spending import KEPT_OF_ALL, KEPT_OF_USER, Hold, SpendingLimits, Spent, day_of
from holisticos.contracts.usage import Usage
from holisticos.runtime.pseudonym import user_digest

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_ALL: Final = "ALL"
_TOKENS: Final = tuple(Usage.model_fields)


class DynamoDbSpendingLog(DynamoDbTable):
    """``SpendingLog`` on a table whose items expire."""

    def hold(self, user_id: str, nano_usd: int, limits: SpendingLimits, at: datetime) -> Hold | None:
        hold = Hold(user_id, day_of(at), nano_usd)
        user, everybody = self._keys(hold)
        if not self._commit(user, hold, limits.user, int((_begin(hold.day) + KEPT_OF_USER).timestamp())):
            return None
        if self._commit(everybody, hold, limits.everybody, int((_begin(hold.day) + KEPT_OF_ALL).timestamp())):
            return hold
        self._add(user, {"committed": -nano_usd})
        return None

    def settle(self, hold: Hold, usage: Usage, nano_usd: int) -> None:
        tokens = usage.model_dump()
        for item in self._keys(hold):
            self._add(item, {"committed": nano_usd - hold.nano_usd, "nano_usd": nano_usd, "calls": 1, **tokens})

    def release(self, hold: Hold) -> None:
        for item in self._keys(hold):
            self._add(item, {"committed": -hold.nano_usd})

    def of_user(self, user_id: str, day: date) -> Spent:
        return self._read(_key(day, user_digest(user_id)))

    def of_all(self, day: date) -> Spent:
        return self._read(_key(day, _ALL))

    @staticmethod
    def _keys(hold: Hold) -> "tuple[dict[str, AttributeValueTypeDef], dict[str, AttributeValueTypeDef]]":
        return _key(hold.day, user_digest(hold.user_id)), _key(hold.day, _ALL)

    def _commit(self, key: "dict[str, AttributeValueTypeDef]", hold: Hold, limit: int, expires_at: int) -> bool:
        if hold.nano_usd > limit:
            return False
        with aws.translated("put money aside"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression="ADD committed :more SET expires_at = :expires_at",
                    ConditionExpression="attribute_not_exists(committed) OR committed <= :room",
                    ExpressionAttributeValues={
                        ":more": {"N": str(hold.nano_usd)},
                        ":room": {"N": str(limit - hold.nano_usd)},
                        ":expires_at": {"N": str(expires_at)},
                    },
                )
            except Exception as error:
                if aws.error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def _add(self, key: "dict[str, AttributeValueTypeDef]", amounts: dict[str, int]) -> None:
        with aws.translated("account for a model call"):
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="ADD " + ", ".join(f"{name} :{name}" for name in amounts),
                ExpressionAttributeValues={f":{name}": {"N": str(amount)} for name, amount in amounts.items()},
            )

    def _read(self, key: "dict[str, AttributeValueTypeDef]") -> Spent:
        with aws.translated("read spending"):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})

        def number(name: str) -> int:
            return int(item[name]["N"]) if name in item else 0

        return Spent(
            nano_usd=number("nano_usd"),
            committed=number("committed"),
            calls=number("calls"),
            usage=Usage(**{name: number(name) for name in _TOKENS}),
        )


def _key(day: date, whose: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"SPENT#{day}#{whose}"}}


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
