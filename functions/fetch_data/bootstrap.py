"""Wiring of ``fetch_data``: built on the first invocation and kept with its connections."""

import asyncio
from functools import cache

from functions.fetch_data.fetching import FetchData
from functions.fetch_data.settings import FetchDataSettings
from holisticos.adapters.caches import cache_of
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_circuits import DynamoDbCircuitBreaker
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.errors import ConfigurationError
from holisticos.contracts.names import Source
from holisticos.ports import HealthSource
from holisticos.services.background import Background
from holisticos.services.guarded_source import GuardedHealthSource
from holisticos.services.health_cache import CachePolicy, HealthCache


@cache
def fetch_data() -> FetchData:
    settings = FetchDataSettings.from_environment()
    clock = SystemClock()
    runner = asyncio.Runner()
    sources: dict[Source, HealthSource] = {}

    def source(name: Source) -> HealthSource:
        if name not in sources:
            sources[name] = _source(name, settings)
        return sources[name]

    cache = cache_of(settings.redis_url, settings.redis_secret_arn, settings.ephemeral_table, clock)
    return FetchData(
        analyses=DynamoDbAnalysisStore(settings.analyses_table),
        users=DynamoDbUserStore(settings.users_table),
        audit=DynamoDbAuditLog(settings.audit_table),
        snapshots=S3SnapshotStore(settings.snapshot_bucket),
        clock=clock,
        source=source,
        # An answer is not renewed beside it: the process may be frozen as soon as it has answered.
        cache=HealthCache(cache, clock, CachePolicy(stale=False)),
        # One loop for all invocations: the pooled connections belong to it. Not by ``Runner.run``: as that puts
        # the signal handler back, Python spells out the whole answer for a message that nobody sees.
        run=lambda reading: runner.get_loop().run_until_complete(reading),
    )


@cache
def background() -> Background:
    return Background()


def _source(name: Source, settings: FetchDataSettings) -> HealthSource:
    """Each adapter is imported when its source is first asked: an invocation needs one of the two."""
    if name is Source.HEALTH_API:
        from holisticos.adapters.health_providers import health_source_of
        from holisticos.adapters.http_json import HttpLimits
        from holisticos.adapters.sqs_deliveries import SqsDeliveryQueue
        from holisticos.services.write_through import WrittenThroughSource

        # Behind it stands the database, and a user waits: two tries and a bit.
        upstream = health_source_of(
            settings.health_provider,
            settings.health_api_base_url,
            settings.health_api_secret_arn,
            limits=HttpLimits(attempt=2.0, deadline=4.5),
        )
        clock = SystemClock()
        guarded = GuardedHealthSource(upstream, DynamoDbCircuitBreaker(settings.ephemeral_table), clock)
        return WrittenThroughSource(guarded, SqsDeliveryQueue(settings.delivery_queue_url), background(), clock)
    if name is Source.DATABASE:
        from holisticos.adapters.postgres import PostgresHealthSource
        from holisticos.adapters.secrets import DatabaseSecret

        secret = DatabaseSecret(settings.database_secret_arn)
        return PostgresHealthSource(secret.url, on_refused_credentials=secret.forget)
    raise ConfigurationError(f"there is no health source {name.value!r}")
