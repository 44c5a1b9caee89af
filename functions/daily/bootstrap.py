"""The wiring of ``daily``, made on the first invocation and kept."""

from functools import cache

from functions.daily.register import DailyRegistration
from functions.daily.settings import DailySettings
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.system_clock import SystemClock


@cache
def registration() -> DailyRegistration:
    settings = DailySettings.from_environment()
    return DailyRegistration(
        analyses=DynamoDbAnalysisStore(settings.analyses_table),
        users=DynamoDbUserStore(settings.users_table),
        audit=DynamoDbAuditLog(settings.audit_table),
        clock=SystemClock(),
        daily_at=settings.daily_at,
        reconciled_percent=settings.reconciled_percent,
    )
