"""What every ``AuditLog`` keeps to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_items import plain
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.ports import AuditLog
from tests.contract.conftest import Backend
from tests.examples import NOON
from tests.fakes.audit_log import InMemoryAuditLog
from tests.tables import create_table

Read = Callable[[str], list[AuditRecord]]


@pytest.fixture
def table(backend: Backend) -> str:
    name = backend.new_name()
    if backend.dynamodb:
        create_table(backend.dynamodb, name)
    return name


@pytest.fixture
def audit(backend: Backend, table: str) -> AuditLog:
    return DynamoDbAuditLog(table, backend.dynamodb) if backend.dynamodb else InMemoryAuditLog()


@pytest.fixture
def read(backend: Backend, table: str, audit: AuditLog) -> Read:
    """A user's records in the order in which the store has them."""

    def records(user_id: str) -> list[AuditRecord]:
        if backend.dynamodb is None:
            assert isinstance(audit, InMemoryAuditLog)
            return [record for record in audit.records if record.user_id == user_id]
        items = backend.dynamodb.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"USER#{user_id}"}},
        )["Items"]
        return [AuditRecord.model_validate(plain(item)) for item in items]

    return records


def a_record(**changes: Any) -> AuditRecord:
    return AuditRecord.model_validate(
        {
            "user_id": "user-1",
            "at": NOON,
            "action": AuditAction.PROFILE_READ,
            "actor": "user-1",
            "resource": "profile",
            "correlation_id": "corr-1",
            **changes,
        }
    )


def test_records_are_kept_whole_by_user_in_order_of_time(audit: AuditLog, read: Read) -> None:
    first = a_record()
    second = a_record(at=NOON + timedelta(microseconds=1), action=AuditAction.ACCESS_DENIED, success=False)
    for record in (first, second, a_record(user_id="user-2")):
        audit.append(record)

    assert read("user-1") == [first, second]
    assert read("user-2") == [a_record(user_id="user-2")]


def test_equal_uses_at_the_same_instant_are_two_records(audit: AuditLog, read: Read) -> None:
    for _ in range(2):
        audit.append(a_record())

    assert read("user-1") == [a_record(), a_record()]


def test_counts_are_kept_with_a_record(audit: AuditLog, read: Read) -> None:
    record = a_record(action=AuditAction.DATA_ERASED, counts={"analyses": 3, "health records": 120_000})
    audit.append(record)

    assert read("user-1") == [record]


def test_a_users_records_come_in_pages_newest_first(audit: AuditLog) -> None:
    records = [a_record(at=NOON + timedelta(seconds=number), success=number % 2 == 0) for number in range(5)]
    for record in (*records, a_record(user_id="user-11"), a_record(user_id="user-2")):
        audit.append(record)

    found: list[AuditRecord] = []
    cursor: str | None = None
    while not found or cursor:
        page, cursor = audit.of_user("user-1", 2, cursor)
        assert 0 < len(page) <= 2
        found += page

    assert found == records[::-1]
    assert audit.of_user("user-1") == (records[::-1], None)
    assert audit.of_user("user-none") == ([], None)
