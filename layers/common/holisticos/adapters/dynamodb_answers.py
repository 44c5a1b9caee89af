"""Paid answers of the language model in DynamoDB, in the partition of their analysis: ``ANSWER#{agent}#{digest}``.

They are as durable as the analysis, and erased with it.
"""

from collections.abc import Sequence

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_analysis_writes import key
from holisticos.adapters.dynamodb_items import packed, unpacked
from holisticos.adapters.dynamodb_table import DynamoDbTable
from holisticos.contracts.names import AgentName
from holisticos.contracts.wording import Answer


class DynamoDbAnswerStore(DynamoDbTable):
    """``AnswerStore`` on the table of the analyses."""

    def find(self, analysis_id: str, agent: AgentName, digest: str) -> Answer | None:
        with aws.translated("read answer"):
            item = self._client.get_item(
                TableName=self._table, Key=key(analysis_id, _sort_key(agent, digest)), ConsistentRead=True
            ).get("Item")
        return unpacked(Answer, item) if item else None

    def put(self, analysis_id: str, agent: AgentName, digest: str, answer: Answer) -> None:
        body = packed(answer, f"the answer to {agent}")
        with aws.translated("store answer"):
            self._client.put_item(
                TableName=self._table, Item={**key(analysis_id, _sort_key(agent, digest)), "body": {"B": body}}
            )

    def of_analysis(self, analysis_id: str) -> Sequence[tuple[AgentName, Answer]]:
        found: list[tuple[AgentName, Answer]] = []
        with aws.translated("read answers"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :answer)",
                ExpressionAttributeValues={":pk": key(analysis_id, "")["pk"], ":answer": {"S": "ANSWER#"}},
                ConsistentRead=True,
            )
            for page in pages:
                found += [(AgentName(item["sk"]["S"].split("#")[1]), unpacked(Answer, item)) for item in page["Items"]]
        return found


def _sort_key(agent: AgentName, digest: str) -> str:
    return f"ANSWER#{agent}#{digest}"
