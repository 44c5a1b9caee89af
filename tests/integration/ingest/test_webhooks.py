"""Fault 28 of the list of faults on the running stack, and what else can happen to a delivery."""

import io
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from rich.console import Console

from holisticos.contracts.feed import FeedEventType
from holisticos.contracts.names import Trigger
from local.stack import Stack
from local.workbench import Workbench
from tests.integration.ingest.conftest import Source, one_try, without_database
from tests.waiting import eventually

pytestmark = pytest.mark.emulator


def test_fault_28_a_bad_signature_is_refused_with_401(source: Source) -> None:
    answer = source.send(source.steps(1), signature="0" * 64)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/unauthenticated"
    source.settle()
    assert source.values() == []


def test_fault_28_a_replay_is_taken_in_once(source: Source) -> None:
    answers = [source.send(source.steps(7)) for _ in range(4)]
    source.settle()

    assert [answer.status_code for answer in answers] == [202] * 4
    assert source.values() == ["7"]
    assert [event.changed for event in source.feed()] == [1]
    assert source.rows("select total from data_points where profile_id = %s") == [(1,)]


def test_fault_28_out_of_order_comes_to_what_is_right(source: Source) -> None:
    made = [datetime.now(UTC) - timedelta(minutes=minutes) for minutes in (30, 20, 10)]
    versions = [source.steps(value, createdAtUtc=at.isoformat()) for value, at in zip((1, 2, 3), made, strict=True)]
    for version in (versions[2], versions[0], versions[1]):
        source.send(version)
        source.settle()

    assert source.values() == ["3"]


def test_fault_28_an_unknown_kind_is_kept_aside(source: Source) -> None:
    assert source.send({"mood": "good"}, "MoodCreatedIntegrationEvent").status_code == 202
    source.settle()

    found = source.rows("select event_type, reason, body from set_aside where profile_id = %s")
    assert [(kind, reason, json.loads(body)) for kind, reason, body in found] == [
        ("MoodCreatedIntegrationEvent", "unknown_event", [{"mood": "good"}])
    ]


def test_duplicates_at_once_change_nothing_twice(source: Source) -> None:
    bodies: list[object] = [
        [source.steps(number, hours_ago=40 + number), source.steps(50, hours_ago=50)] for number in range(4)
    ]

    assert source.send_at_once(bodies * 4) == [202] * 16
    source.settle()

    assert len(source.values()) == 5
    assert source.rows("select total from data_points where profile_id = %s") == [(5,)]
    events = source.feed()
    assert sum(event.changed for event in events) == 5
    assert all(later.seq == earlier.seq + 1 for earlier, later in pairwise(events))


def test_enough_new_data_start_one_analysis(source: Source) -> None:
    bodies: list[object] = [
        [source.steps(number, hours_ago=100 + 10 * number + hour) for hour in range(10)] for number in range(5)
    ]
    source.send_at_once([body for body in bodies for _ in range(2)])
    source.settle()

    (head,) = source.analyses()
    assert head.trigger is Trigger.NEW_DATA
    assert [event.analysis_id for event in source.feed() if event.type is FeedEventType.ANALYSIS_STARTED] == [
        head.analysis_id
    ]
    assert source.rows("select total, analysed from data_points where profile_id = %s") == [(50, 50)]
    audited = source.aws("dynamodb").query(
        TableName=source.endpoints.tables["audit"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"USER#{source.user}"}},
    )["Items"]
    assert {"health_data.written", "analysis.requested"} <= {item["action"]["S"] for item in audited}
    eventually(lambda: source.analyses()[0].status.is_final)


def test_a_poisonous_message_comes_to_the_dead_letter_queue_and_stops_nobody(source: Source) -> None:
    sqs, queue = source.aws("sqs"), source.endpoints.delivery_queue_url
    with one_try(source):
        sqs.send_message(QueueUrl=queue, MessageBody='{"kind": "poison"}')
        source.send(source.steps(5))
        eventually(lambda: source.values() == ["5"])
        body = given_up(source)

    assert body == '{"kind": "poison"}'
    source.settle()


def test_a_delivery_waits_until_the_database_is_back(source: Source, stack: Stack) -> None:
    log = stack.state.logs / "functions" / f"{source.endpoints.functions['ingest']}.log"
    known = log.read_text().count("HealthSourceUnavailableError") if log.exists() else 0
    with without_database(stack):
        assert source.send(source.steps(6)).status_code == 202
        eventually(lambda: log.exists() and log.read_text().count("HealthSourceUnavailableError") > known)

    eventually(lambda: source.values() == ["6"])
    source.settle()
    assert source.queued(source.endpoints.failed_deliveries_url) == 0


def test_what_was_given_up_is_not_lost_and_a_redrive_takes_it_in(source: Source, stack: Stack) -> None:
    with one_try(source), without_database(stack):
        assert source.send(source.steps(6)).status_code == 202
        body = given_up(source)
    source.settle()
    assert source.values() == []

    source.aws("sqs").send_message(QueueUrl=source.endpoints.delivery_queue_url, MessageBody=body)

    eventually(lambda: source.values() == ["6"])
    source.settle()
    assert [event.changed for event in source.feed()] == [1]


def given_up(source: Source) -> str:
    """The one message of the dead-letter queue, taken out of it."""
    sqs, url = source.aws("sqs"), source.endpoints.failed_deliveries_url
    eventually(lambda: source.queued(url) == 1)
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return str(message["Body"])


def test_what_a_user_reads_from_the_source_is_kept_for_when_it_is_away(source: Source, stack: Stack) -> None:
    bench = Workbench(source.endpoints, stack.state, Console(file=io.StringIO()))
    bench.accounts.ensure(source.user)
    records = {"biomarkers": [source.steps(number, hours_ago=30 + number) for number in range(5)]}
    upstream = source.endpoints.health_api_url
    source.http.put(f"{upstream}/_data/{source.user}", json=records).raise_for_status()
    headers = {"Authorization": f"Bearer {bench.accounts.token(source.user)}"}
    url = f"{source.endpoints.api_url}/api/v1/users/{source.user}/health-context"

    assert source.http.get(url, headers=headers).status_code == 200
    eventually(lambda: len(source.values()) == 5)

    # Nobody announced it: it is no news.
    assert source.feed() == []
    assert source.rows("select total from data_points where profile_id = %s") == []
