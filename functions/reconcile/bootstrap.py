"""The wiring of ``reconcile``, made on the first invocation and kept."""

import asyncio
from functools import cache

from functions.reconcile.reconciler import Reconciler
from functions.reconcile.settings import ReconcileSettings
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_erasures import DynamoDbErasureStore
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.health_providers import health_source_of
from holisticos.adapters.http_json import HttpLimits
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_intake import PostgresIntake
from holisticos.adapters.secrets import DatabaseSecret
from holisticos.adapters.system_clock import SystemClock


@cache
def reconciler() -> Reconciler:
    settings = ReconcileSettings.from_environment()
    secret = DatabaseSecret(settings.database_secret_arn)
    return Reconciler(
        analyses=DynamoDbAnalysisStore(settings.analyses_table),
        users=DynamoDbUserStore(settings.users_table),
        erasures=DynamoDbErasureStore(settings.users_table),
        audit=DynamoDbAuditLog(settings.audit_table),
        upstream=health_source_of(
            settings.health_provider,
            settings.health_api_base_url,
            settings.health_api_secret_arn,
            # Nobody waits for it: it may be patient.
            limits=HttpLimits(attempt=5.0, deadline=15.0),
        ),
        database=PostgresHealthSource(secret.url, on_refused_credentials=secret.forget),
        store=PostgresIntake(secret.url, on_refused_credentials=secret.forget).store,
        clock=SystemClock(),
        run=asyncio.Runner().run,
    )
