"""The source, signing what it sends to the running stack, and what becomes of it there."""

import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_feed import DynamoDbWearableFeed
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.feed import FeedEvent
from local.endpoints import Endpoints
from local.postgres import Postgres
from local.processes import Processes
from local.stack import Stack
from tests.databases import connect
from tests.integration.conftest import AwsClient
from tests.waiting import eventually
from tests.wire import Record, hourly


@dataclass
class Source:
    """One user of the source's, known to nobody else."""

    endpoints: Endpoints
    aws: AwsClient
    http: httpx.Client
    user: str

    def steps(self, value: int, hours_ago: int = 30, **fields: Any) -> Record:
        """The steps of one hour, as the source writes them."""
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours_ago)
        return hourly("steps", start, str(value), id=f"{self.user}-{hours_ago}", externalId=self.user, **fields)

    def key(self) -> bytes:
        secret = self.aws("secretsmanager").get_secret_value(SecretId=self.endpoints.webhook_secret_arn)
        return str(json.loads(secret["SecretString"])["current"]).encode()

    def send(
        self,
        body: object,
        event: str = "BiomarkerCreatedIntegrationEvent",
        *,
        signature: str | None = None,
        user: str | None = None,
    ) -> httpx.Response:
        raw = json.dumps(body).encode()
        return self.http.post(
            f"{self.endpoints.api_url}/webhooks/health-data",
            content=raw,
            headers={
                "Content-Type": "application/json",
                "X-Signature": signature or hmac.new(self.key(), raw, "sha256").hexdigest(),
                "X-External-Id": user or self.user,
                "X-Event-Type": event,
            },
        )

    def send_at_once(self, bodies: list[object]) -> list[int]:
        with ThreadPoolExecutor(8) as threads:
            return [answer.status_code for answer in threads.map(self.send, bodies)]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What ``statement`` finds of the user, who is its only parameter."""
        connection = connect(self.endpoints.database_url)
        try:
            cursor = connection.cursor()
            cursor.execute(statement, (self.user,))
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            connection.close()

    def change(self, statement: str) -> None:
        """Run a statement on what the database has of the user, who is its only parameter."""
        connection = connect(self.endpoints.database_url)
        try:
            connection.cursor().execute(statement, (self.user,))
            connection.commit()
        finally:
            connection.close()

    def values(self) -> list[str]:
        found = self.rows("select data ->> 'value' from biomarkers where profile_id = %s order by start_date_time")
        return [value for (value,) in found]

    def feed(self) -> list[FeedEvent]:
        return list(DynamoDbWearableFeed(self.endpoints.tables["users"], self.aws("dynamodb")).events(self.user))

    def analyses(self) -> list[AnalysisHead]:
        return list(
            DynamoDbAnalysisStore(self.endpoints.tables["analyses"], self.aws("dynamodb")).of_user(self.user)[0]
        )

    def queued(self, url: str) -> int:
        """Messages of a queue, those that are being handled too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def settle(self) -> None:
        """Wait until everything that was sent has been taken in."""
        eventually(lambda: self.queued(self.endpoints.delivery_queue_url) == 0)


@contextmanager
def one_try(source: Source) -> Iterator[None]:
    """The queue gives a message up after one try, and not after most of an hour."""
    sqs, queue = source.aws("sqs"), source.endpoints.delivery_queue_url
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    sqs.set_queue_attributes(
        QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps({**json.loads(before), "maxReceiveCount": 1})}
    )
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": before})


@contextmanager
def without_database(stack: Stack) -> Iterator[None]:
    """PostgreSQL itself is stopped."""
    postgres = Postgres(stack.state, Processes(stack.state))
    port = urlsplit(stack.endpoints().database_url).port
    assert port
    postgres.stop()
    try:
        yield
    finally:
        postgres.start(port)


@pytest.fixture
def source(endpoints: Endpoints, aws: AwsClient) -> Iterator[Source]:
    with httpx.Client(timeout=60, trust_env=False) as http:
        yield Source(endpoints, aws, http, f"u-{uuid4().hex[:12]}")
