"""The wiring of ``aggregate``."""

from functools import cache

from functions.aggregate.aggregator import Aggregator
from functions.aggregate.settings import AggregateSettings
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_answers import DynamoDbAnswerStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.adapters.system_clock import SystemClock


@cache
def aggregator() -> Aggregator:
    """Built on the first invocation of a process and kept."""
    settings = AggregateSettings.from_environment()
    return Aggregator(
        analyses=DynamoDbAnalysisStore(settings.analyses_table),
        users=DynamoDbUserStore(settings.users_table),
        snapshots=S3SnapshotStore(settings.snapshot_bucket),
        answers=DynamoDbAnswerStore(settings.analyses_table),
        audit=DynamoDbAuditLog(settings.audit_table),
        clock=SystemClock(),
    )
