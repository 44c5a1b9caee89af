"""Counts of requests in DynamoDB: ``pk`` = ``RATE#{bucket}#{user_digest}#{window}``, ``n``, ``expires_at``.

One conditional update counts and decides: as many are let through as the limit says, whoever asks at once. An
update whose answer was lost is repeated by the SDK and counts twice; it errs on the side of the limit.
"""

from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.rate import KEPT_AFTERWARDS, Allowance, RateLimit
from holisticos.runtime.pseudonym import user_digest

if TYPE_CHECKING:
    from datetime import datetime


class DynamoDbRateLimiter(DynamoDbTable):
    """``RateLimiter`` on a table whose items expire."""

    def take(self, user_id: str, limit: RateLimit, at: "datetime") -> Allowance:
        window, resets_in = limit.window_of(at), limit.resets_in(at)
        expires_at = (window + 1) * limit.seconds + int(KEPT_AFTERWARDS.total_seconds())
        with aws.translated("count request"):
            try:
                counted = self._client.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": f"RATE#{limit.bucket}#{user_digest(user_id)}#{window}"}},
                    UpdateExpression="ADD n :one SET expires_at = :expires_at",
                    ConditionExpression="attribute_not_exists(n) OR n < :limit",
                    ExpressionAttributeValues={
                        ":one": {"N": "1"},
                        ":limit": {"N": str(limit.requests)},
                        ":expires_at": {"N": str(expires_at)},
                    },
                    ReturnValues="UPDATED_NEW",
                )
            except Exception as error:
                if aws.error_code(error) != "ConditionalCheckFailedException":
                    raise
                return Allowance(allowed=False, remaining=0, resets_in=resets_in)
        return Allowance(
            allowed=True, remaining=limit.requests - int(counted["Attributes"]["n"]["N"]), resets_in=resets_in
        )
