"""What the analyses table answers when writes collide or do not fit; the rest is in the contract suite."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from types_boto3_dynamodb import DynamoDBClient

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_items import MAX_BODY_BYTES, packed
from holisticos.contracts.errors import ConflictError, StoreError, StoreUnavailableError, TooLargeError
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName, AnalysisStatus
from tests.examples import a_head, a_report, a_result, an_event, noise

CONTENTION = {"Code": "TransactionConflict"}
NONE = {"Code": "None"}
QUERY = ("TableName", "KeyConditionExpression", "ExpressionAttributeValues", "ConsistentRead")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are made, without making them."""
    made: list[float] = []
    monkeypatch.setattr("holisticos.adapters.dynamodb_conditions.time.sleep", made.append)
    return made


@pytest.fixture
def client() -> DynamoDBClient:
    return boto3.client("dynamodb")


@pytest.fixture
def stub(client: DynamoDBClient) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub


@pytest.fixture
def store(client: DynamoDBClient) -> DynamoDbAnalysisStore:
    return DynamoDbAnalysisStore("analyses", client)


def cancelled(stub: Stubber, *reasons: dict[str, Any]) -> None:
    stub.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": list(reasons)},
    )


def test_a_write_that_meets_a_transaction_is_tried_again(
    stub: Stubber, store: DynamoDbAnalysisStore, pauses: list[float]
) -> None:
    stub.add_client_error("update_item", "TransactionConflictException")
    stub.add_client_error("update_item", "TransactionConflictException")
    stub.add_response("update_item", {})

    store.append("an-1", an_event())

    stub.assert_no_pending_responses()
    assert 0 < pauses[0] < pauses[1]


def test_a_transaction_that_meets_a_write_is_tried_again(
    stub: Stubber, store: DynamoDbAnalysisStore, pauses: list[float]
) -> None:
    cancelled(stub, NONE, CONTENTION)
    stub.add_response("transact_write_items", {})

    store.finish(a_result(), an_event(EventType.COMPLETED))

    stub.assert_no_pending_responses()
    assert len(pauses) == 1


def test_trying_again_has_an_end(stub: Stubber, store: DynamoDbAnalysisStore, pauses: list[float]) -> None:
    for _ in range(4):
        stub.add_client_error("update_item", "TransactionConflictException")

    with pytest.raises(StoreUnavailableError):
        store.append("an-1", an_event())

    stub.assert_no_pending_responses()


def test_a_condition_that_fails_is_not_tried_again(
    stub: Stubber, store: DynamoDbAnalysisStore, pauses: list[float]
) -> None:
    ended = {"pk": {"S": "ANALYSIS#an-1"}, "status": {"S": "failed"}, "events": {"L": []}}
    cancelled(stub, CONTENTION, {"Code": "ConditionalCheckFailed", "Item": ended})

    with pytest.raises(ConflictError):
        store.finish(a_result(), an_event(EventType.COMPLETED))

    assert pauses == []


WRITES: dict[str, tuple[str, Callable[[DynamoDbAnalysisStore], object]]] = {
    "create": ("transact_write_items", lambda store: store.create(a_head(), an_event())),
    "append": ("update_item", lambda store: store.append("an-1", an_event())),
    "finish": ("transact_write_items", lambda store: store.finish(a_result(), an_event(EventType.COMPLETED))),
}


@pytest.mark.parametrize(("call", "write"), WRITES.values(), ids=WRITES.keys())
@pytest.mark.parametrize(
    ("code", "error"), [("ThrottlingException", StoreUnavailableError), ("AccessDeniedException", StoreError)]
)
def test_any_other_refusal_is_an_error_of_the_store(
    stub: Stubber,
    store: DynamoDbAnalysisStore,
    call: str,
    write: Callable[[DynamoDbAnalysisStore], object],
    code: str,
    error: type[Exception],
) -> None:
    stub.add_client_error(call, code)

    with pytest.raises(error, match=code):
        write(store)


def test_an_analysis_that_ends_between_two_tries_takes_no_event(stub: Stubber, store: DynamoDbAnalysisStore) -> None:
    def refuse(status: str) -> None:
        item = {"status": {"S": status}, "events": {"L": []}}
        stub.add_client_error("update_item", "ConditionalCheckFailedException", modeled_fields={"Item": item})

    refuse("aggregating")
    refuse("completed")

    with pytest.raises(ConflictError):
        store.append("an-1", an_event(), AnalysisStatus.FETCHING)


def test_what_does_not_fit_is_not_written(stub: Stubber, store: DynamoDbAnalysisStore) -> None:
    text = noise(MAX_BODY_BYTES)

    with pytest.raises(TooLargeError, match="the result"):
        store.finish(a_result(brief=text), an_event(EventType.COMPLETED))
    with pytest.raises(TooLargeError, match="the report of routine"):
        store.put_report("an-1", a_report(reason=text))


def test_many_reports_are_read_over_all_pages(stub: Stubber, store: DynamoDbAnalysisStore) -> None:
    last = {"pk": {"S": "p"}, "sk": {"S": "s"}}
    first, second = (
        {"body": {"B": packed(a_report(agent), "it")}} for agent in (AgentName.ROUTINE, AgentName.BEHAVIOR)
    )
    stub.add_response("query", {"Items": [first], "LastEvaluatedKey": last})
    stub.add_response("query", {"Items": [second]}, {**dict.fromkeys(QUERY, ANY), "ExclusiveStartKey": last})

    assert list(store.reports("an-1")) == [AgentName.BEHAVIOR, AgentName.ROUTINE]
