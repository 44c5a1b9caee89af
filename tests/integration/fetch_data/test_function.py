"""The function over its real adapters: tables, bucket and secret on moto, a loopback upstream, PostgreSQL."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Self

import boto3
import pytest
from moto import mock_aws

from database.migrate import migrate
from functions.fetch_data import bootstrap
from functions.fetch_data.handler import lambda_handler
from holisticos.adapters import aws
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.deliveries import MESSAGES, AnyMessage, FetchedRecords
from holisticos.contracts.errors import ConfigurationError, HealthSourceError, HealthSourceUnavailableError
from holisticos.contracts.events import EventType
from holisticos.contracts.names import Part, Source
from holisticos.health.context import UserHealthContext
from holisticos.health.parsing import parse_biomarkers
from holisticos.health.profile import Profile
from holisticos.health.snapshot import decode
from holisticos.services.packing import unpack
from tests.examples import a_head, an_event
from tests.lambda_context import a_context
from tests.loopback import Exchange, Server, serving
from tests.tables import create_table
from tests.wire import BERLIN, daily

LAST = date(2025, 7, 11)
AS_OF = datetime(2025, 7, 11, 23, 59, 59, tzinfo=BERLIN)
RECORDS = [daily("steps", LAST - timedelta(days=n), 8000 + n) for n in range(20)]
TABLES = ("ANALYSES_TABLE", "USERS_TABLE", "AUDIT_TABLE", "EPHEMERAL_TABLE")


class Upstream:
    """The health API on a thread of its own: the function runs loops itself."""

    def __init__(self) -> None:
        self.status = 200
        self.server = Server("")
        self._loop = asyncio.new_event_loop()
        self._context = serving(self._answer)
        self._thread = threading.Thread(target=self._loop.run_forever)

    async def _answer(self, exchange: Exchange) -> None:
        is_biomarkers = "/biomarkers?" in exchange.target
        await exchange.answer(self.status, json.dumps(RECORDS if is_biomarkers else []).encode())

    def __enter__(self) -> Self:
        self._thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self._context.__aenter__(), self._loop).result(10)
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._context.__aexit__(None, None, None), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@dataclass
class Deployed:
    upstream: Upstream
    secret: str
    queue: str

    def queued(self) -> list[AnyMessage]:
        """What waits to be stored."""
        found = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [MESSAGES.validate_json(message["Body"]) for message in found]

    def invoke(self, source: Source) -> dict[str, Any]:
        payload = {"analysis_id": "an-1", "correlation_id": "corr-1", "source": source.value}
        return lambda_handler(payload, a_context())

    def context(self, outcome: dict[str, Any]) -> UserHealthContext:
        return decode(S3SnapshotStore("snapshots").get(SnapshotRef.model_validate(outcome["snapshot"])))


@pytest.fixture
def deployed(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    runner = asyncio.Runner()
    monkeypatch.setattr(bootstrap, "asyncio", SimpleNamespace(Runner=lambda: runner))
    caches = (bootstrap.fetch_data, aws.dynamodb, aws.hurried_dynamodb, aws.s3, aws.secrets_manager, aws.sqs)
    for cached in caches:
        cached.cache_clear()
    migrate(empty_database)
    source = PostgresHealthSource(empty_database)
    records = parse_biomarkers(RECORDS, zone=BERLIN, as_of=AS_OF).kept
    asyncio.run(source.upsert("ada", biomarkers=records))
    source.close()
    with mock_aws(), Upstream() as upstream:
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        for name in TABLES:
            create_table(dynamodb, name.lower(), sort_key=name != "EPHEMERAL_TABLE")
        s3.create_bucket(Bucket="snapshots")
        queue = boto3.client("sqs").create_queue(QueueName="deliveries")["QueueUrl"]
        secret = boto3.client("secretsmanager").create_secret(
            Name="database", SecretString=json.dumps({"url": empty_database})
        )["ARN"]
        environment = {
            "STAGE": "test",
            "POWERTOOLS_SERVICE_NAME": "fetch_data",
            "POWERTOOLS_METRICS_NAMESPACE": "HolisticOS",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "POWERTOOLS_TRACE_DISABLED": "true",
            "SNAPSHOT_BUCKET": "snapshots",
            "HEALTH_PROVIDER": "hos-fapi",
            "HEALTH_API_BASE_URL": upstream.server.url,
            "HEALTH_API_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:none",
            "DELIVERY_QUEUE_URL": queue,
            "DATABASE_SECRET_ARN": secret,
            "REDIS_URL": "",
            "REDIS_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:redis",
            **{name: name.lower() for name in TABLES},
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        DynamoDbUserStore("users_table").put_profile(Profile(user_id="ada", timezone="Europe/Berlin"))
        DynamoDbAnalysisStore("analyses_table").create(a_head(user_id="ada", as_of=AS_OF), an_event())
        yield Deployed(upstream, secret, queue)
        with runner:
            wired = bootstrap.fetch_data()
            runner.run(wired.source(Source.HEALTH_API)._inner._guarded.aclose())  # type: ignore[attr-defined]  # the adapter's own
            wired.source(Source.DATABASE).close()  # type: ignore[attr-defined]  # the adapter's own
    for cached in caches:
        cached.cache_clear()


def test_what_the_health_api_gives_is_queued_for_the_database_before_the_invocation_ends(deployed: Deployed) -> None:
    deployed.invoke(Source.HEALTH_API)

    (message,) = deployed.queued()
    assert isinstance(message, FetchedRecords)
    assert (message.user_id, message.part, message.correlation_id) == ("ada", Part.BIOMARKERS, "corr-1")
    assert sorted(json.loads(unpack(message.body)), key=str) == sorted(RECORDS, key=str)

    deployed.invoke(Source.DATABASE)
    assert deployed.queued() == []


def test_both_sources_give_the_same_person(deployed: Deployed) -> None:
    upstream, database = (deployed.invoke(source) for source in (Source.HEALTH_API, Source.DATABASE))
    first, second = deployed.context(upstream), deployed.context(database)
    assert (upstream["source"], database["source"]) == ("health_api", "database")
    assert first.biomarkers == second.biomarkers
    assert first.biomarkers["steps"].values[LAST] == 8000
    assert (first.window, first.quality) == (second.window, second.quality)
    assert second.sources[Part.BIOMARKERS].source is Source.DATABASE
    _, events = DynamoDbAnalysisStore("analyses_table").progress("an-1")
    assert [event.type for event in events] == [EventType.QUEUED, EventType.FETCHED]


def test_invocations_share_their_connections(deployed: Deployed) -> None:
    for _ in range(3):
        deployed.invoke(Source.HEALTH_API)
        cache = bootstrap.fetch_data().cache
        assert cache is not None
        cache.invalidate("ada")
    assert len(deployed.upstream.server.targets) == 9
    assert deployed.upstream.server.connections == 3


def test_a_failing_upstream_fails_under_its_own_name(deployed: Deployed) -> None:
    deployed.upstream.status = 500
    with pytest.raises(HealthSourceUnavailableError):
        deployed.invoke(Source.HEALTH_API)
    assert deployed.invoke(Source.DATABASE)["has_data"]


def test_a_secret_that_was_never_filled_is_named(deployed: Deployed) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=deployed.secret, SecretString="{}")
    with pytest.raises(HealthSourceError, match="DATABASE_SECRET_ARN") as caught:
        deployed.invoke(Source.DATABASE)
    assert isinstance(caught.value.__cause__, ConfigurationError)
