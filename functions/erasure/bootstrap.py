"""The wiring of ``erasure``, made on the first invocation and kept."""

import asyncio
from functools import cache

from functions.erasure.eraser import Eraser
from functions.erasure.settings import ErasureSettings
from holisticos.adapters.caches import cache_of
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_erasures import DynamoDbErasureStore
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.s3_exports import S3ExportStore
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.secrets import DatabaseSecret
from holisticos.adapters.system_clock import SystemClock
from holisticos.services.health_cache import HealthCache


@cache
def eraser() -> Eraser:
    settings = ErasureSettings.from_environment()
    clock = SystemClock()
    cache = cache_of(settings.redis_url, settings.redis_secret_arn, settings.ephemeral_table, clock)
    secret = DatabaseSecret(settings.database_secret_arn)
    records = PostgresHealthSource(secret.url, on_refused_credentials=secret.forget)
    runner = asyncio.Runner()
    return Eraser(
        erasures=DynamoDbErasureStore(settings.users_table),
        analyses=DynamoDbAnalysisStore(settings.analyses_table),
        users=DynamoDbUserStore(settings.users_table),
        snapshots=S3SnapshotStore(settings.snapshot_bucket),
        exports=S3ExportStore(settings.snapshot_bucket),
        erase_records=lambda user_id: runner.run(records.erase(user_id)),
        invalidate=HealthCache(cache, clock).invalidate,
        audit=DynamoDbAuditLog(settings.audit_table),
        clock=clock,
    )
