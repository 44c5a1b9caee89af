"""Analyses in DynamoDB.

One analysis is one partition, ``ANALYSIS#{id}``:

``HEAD``            the head's fields as strings and numbers, and ``events``, the log itself as a list: appending
                    to it is one atomic write, an event's place is its number, and one read gives status and events
``REPORT#{agent}``  a report, gzipped JSON in ``body``
``RESULT``          the result, gzipped JSON in ``body``

``USER#{user_id}`` / ``LATEST`` names the user's latest analysis and its deadline, so that one can be created only
where no other runs. The index ``GSI1`` lists a user's heads: ``gsi1pk`` = ``USER#{user_id}``, ``gsi1sk`` =
``{requested_at}#{id}``.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from holisticos.adapters import aws
from holisticos.adapters.dynamodb_analysis_writes import changes_of, head_update, key, latest_key, new_head, new_latest
from holisticos.adapters.dynamodb_conditions import refusal, refusals, uncontended
from holisticos.adapters.dynamodb_items import attribute, attributes, packed, plain, unpacked
from holisticos.adapters.dynamodb_table import DynamoDbTable, Partition
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.errors import AnalysisRunningError, ConflictError, NotFoundError
from holisticos.contracts.events import Event, NewEvent
from holisticos.contracts.names import FINAL_STATUSES, AgentName, AnalysisStatus
from holisticos.contracts.report import AgentReport

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_HEAD_FIELDS = {f"#f{number}": name for number, name in enumerate(AnalysisHead.model_fields)}


class DynamoDbAnalysisStore(DynamoDbTable):
    """``AnalysisStore`` on one table."""

    def create(
        self, head: AnalysisHead, event: NewEvent, *, alone: bool = False, instead_of: str | None = None
    ) -> None:
        new = {"Put": {"TableName": self._table, **new_head(head, event)}}
        latest = {"Put": {"TableName": self._table, **new_latest(head, alone=alone, instead_of=instead_of)}}

        def write() -> None:
            self._client.transact_write_items(TransactItems=[new, latest])  # type: ignore[list-item]

        with aws.translated("create analysis"):
            try:
                uncontended(write)
            except Exception as error:
                refused = refusals(error)
                if refused.get(0) is not None:
                    raise ConflictError(f"analysis {head.analysis_id} exists") from None
                if other := refused.get(1):
                    raise AnalysisRunningError(other["analysis_id"]["S"]) from None
                raise

    def head(self, analysis_id: str) -> AnalysisHead:
        with aws.translated("read analysis"):
            item = self._client.get_item(
                TableName=self._table,
                Key=key(analysis_id, "HEAD"),
                ConsistentRead=True,
                ProjectionExpression=",".join(_HEAD_FIELDS),
                ExpressionAttributeNames=_HEAD_FIELDS,
            ).get("Item")
        return _head(item, analysis_id)

    def progress(self, analysis_id: str, after: int = 0) -> tuple[AnalysisHead, Sequence[Event]]:
        item = self._get(analysis_id, "HEAD")
        head = _head(item, analysis_id)
        log = plain(item)["events"] if item else []
        return head, [
            Event.model_validate({**entry, "seq": number}) for number, entry in enumerate(log, 1) if number > after
        ]

    def append(
        self, analysis_id: str, event: NewEvent, status: AnalysisStatus | None = None, reason: str | None = None
    ) -> None:
        changes = changes_of(event, status, reason)
        stored = self._update_head(analysis_id, event, changes, status.may_follow if status else _OPEN)
        if stored is None:
            return
        # Refused: the item as it is says why.
        if attributes(event) in [entry["M"] for entry in stored["events"]["L"]]:
            return
        if AnalysisStatus(stored["status"]["S"]).is_final:
            raise ConflictError(f"analysis {analysis_id} has ended")
        if self._update_head(analysis_id, event, {}, _OPEN) is not None:
            raise ConflictError(f"analysis {analysis_id} has ended")

    def put_report(self, analysis_id: str, report: AgentReport) -> None:
        item: dict[str, AttributeValueTypeDef] = {
            **key(analysis_id, f"REPORT#{report.agent}"),
            "agent": {"S": report.agent},
            "status": {"S": report.status},
            "body": {"B": packed(report, f"the report of {report.agent}")},
        }
        with aws.translated("store report"):
            self._client.put_item(TableName=self._table, Item=item)

    def reports(self, analysis_id: str) -> dict[AgentName, AgentReport]:
        found: dict[AgentName, AgentReport] = {}
        with aws.translated("read reports"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :report)",
                ExpressionAttributeValues={":pk": {"S": f"ANALYSIS#{analysis_id}"}, ":report": {"S": "REPORT#"}},
                ConsistentRead=True,
            )
            for page in pages:
                for item in page["Items"]:
                    report = unpacked(AgentReport, item)
                    found[report.agent] = report
        return {agent: found[agent] for agent in AgentName if agent in found}

    def finish(self, result: AnalysisResult, event: NewEvent) -> None:
        body = packed(result, "the result")
        changes = changes_of(event, result.status, None) | {"completed_at": attribute(result.completed_at)}
        update = head_update(result.analysis_id, event, changes, _OPEN)
        put = {"Item": {**key(result.analysis_id, "RESULT"), "body": {"B": body}}}

        def write() -> None:
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": self._table, **put}},  # type: ignore[typeddict-item]
                    {"Update": {"TableName": self._table, **update}},  # type: ignore[typeddict-item]
                ]
            )

        with aws.translated("finish analysis"):
            try:
                uncontended(write)
            except Exception as error:
                refused = refusal(error)
                if refused is None:
                    raise
                raise _why(refused, result.analysis_id) from None

    def result(self, analysis_id: str) -> AnalysisResult:
        item = self._get(analysis_id, "RESULT")
        if item is None:
            raise NotFoundError(f"analysis {analysis_id} has no result")
        return unpacked(AnalysisResult, item)

    def of_user(
        self, user_id: str, limit: int = 20, cursor: str | None = None
    ) -> tuple[Sequence[AnalysisHead], str | None]:
        partition = Partition(f"USER#{user_id}", "gsi1pk", "gsi1sk", index="GSI1")
        items, following = self._page("list analyses", partition, limit, cursor)
        return [AnalysisHead.model_validate(plain(item)) for item in items], following

    def erase(self, analysis_id: str) -> int:
        with aws.translated("erase analysis"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"ANALYSIS#{analysis_id}"}},
                ProjectionExpression="pk, sk",
                ConsistentRead=True,
            )
            keys = [{"pk": item["pk"], "sk": item["sk"]} for page in pages for item in page["Items"]]
            # The head last: by it the rest is found, should this end halfway.
            for item_key in sorted(keys, key=lambda item_key: item_key["sk"]["S"] == "HEAD"):
                self._client.delete_item(TableName=self._table, Key=item_key)
        return len(keys)

    def forget(self, user_id: str) -> None:
        with aws.translated("forget user"):
            self._client.delete_item(TableName=self._table, Key=latest_key(user_id))

    def _get(self, analysis_id: str, sort_key: str) -> "dict[str, AttributeValueTypeDef] | None":
        with aws.translated("read analysis"):
            return self._client.get_item(
                TableName=self._table, Key=key(analysis_id, sort_key), ConsistentRead=True
            ).get("Item")

    def _update_head(
        self,
        analysis_id: str,
        event: NewEvent,
        changes: "dict[str, AttributeValueTypeDef]",
        allowed: frozenset[AnalysisStatus],
    ) -> "dict[str, AttributeValueTypeDef] | None":
        """``None`` when done, the item as it stands when refused. Raises ``NotFoundError``."""
        update = head_update(analysis_id, event, changes, allowed)
        with aws.translated("append event"):
            try:
                uncontended(lambda: self._client.update_item(TableName=self._table, **update))
            except Exception as error:
                refused = refusal(error)
                if refused is None:
                    raise
                if not refused:
                    raise NotFoundError(f"there is no analysis {analysis_id}") from None
                return refused
        return None


_OPEN = frozenset(AnalysisStatus) - FINAL_STATUSES


def _head(item: "dict[str, AttributeValueTypeDef] | None", analysis_id: str) -> AnalysisHead:
    if not item:
        raise NotFoundError(f"there is no analysis {analysis_id}")
    return AnalysisHead.model_validate(plain(item))


def _why(refused: "dict[str, AttributeValueTypeDef]", analysis_id: str) -> ConflictError | NotFoundError:
    if not refused:
        return NotFoundError(f"there is no analysis {analysis_id}")
    return ConflictError(f"analysis {analysis_id} has ended")
