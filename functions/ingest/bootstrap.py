"""The wiring of ``ingest``, made on the first invocation and kept."""

from dataclasses import dataclass
from functools import cache

from functions.ingest.ingestion import Ingestion
from functions.ingest.settings import IngestSettings
from functions.ingest.trigger import NewDataTrigger
from holisticos.adapters.caches import cache_of
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_erasures import DynamoDbErasureStore
from holisticos.adapters.dynamodb_feed import DynamoDbWearableFeed
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.postgres_intake import PostgresIntake
from holisticos.adapters.secrets import DatabaseSecret
from holisticos.adapters.sqs_deliveries import SqsDeliveryQueue
from holisticos.adapters.step_functions import StepFunctionsStarter
from holisticos.adapters.system_clock import SystemClock
from holisticos.services.health_cache import HealthCache


@dataclass(frozen=True, slots=True)
class Ingest:
    """What the handler needs: the use case, and the queue its messages come from."""

    ingestion: Ingestion
    queue: SqsDeliveryQueue


@cache
def ingest() -> Ingest:
    settings = IngestSettings.from_environment()
    secret = DatabaseSecret(settings.database_secret_arn)
    intake = PostgresIntake(secret.url, on_refused_credentials=secret.forget)
    feed = DynamoDbWearableFeed(settings.users_table)
    audit = DynamoDbAuditLog(settings.audit_table)
    queue = SqsDeliveryQueue(settings.delivery_queue_url)
    clock = SystemClock()
    cache = cache_of(settings.redis_url, settings.redis_secret_arn, settings.ephemeral_table, clock)
    ingestion = Ingestion(
        intake=intake,
        users=DynamoDbUserStore(settings.users_table),
        erasures=DynamoDbErasureStore(settings.users_table),
        feed=feed,
        audit=audit,
        trigger=NewDataTrigger(
            threshold=settings.analysis_after_points,
            intake=intake,
            feed=feed,
            queue=queue,
            analyses=DynamoDbAnalysisStore(settings.analyses_table),
            audit=audit,
            workflow=StepFunctionsStarter(settings.analysis_state_machine_arn),
            clock=clock,
        ),
        invalidate=HealthCache(cache, clock).invalidate,
        clock=clock,
    )
    return Ingest(ingestion, queue)
