"""Reconciling one person's records on this machine."""

import asyncio
from datetime import UTC, datetime, timedelta

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.json_health_source import JsonHealthSource
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_intake import PostgresIntake
from holisticos.adapters.sahha import SahhaHealthSource
from holisticos.adapters.secrets import SahhaCredentials
from holisticos.contracts.errors import HealthSourceError
from holisticos.contracts.names import HealthProvider
from holisticos.contracts.workflow import ReconcileOutcome
from holisticos.health.profile import Profile
from holisticos.services.reconciliation import reconcile
from local.endpoints import Endpoints
from local.errors import LocalError
from local.health_api.tokens import CLIENT_ID, CLIENT_SECRET


def reconcile_person(endpoints: Endpoints, profile: Profile, as_of: datetime, days: int) -> ReconcileOutcome:
    """Make the database what the health API says of the ``days`` days before ``as_of``. Raises ``LocalError``."""
    database = PostgresHealthSource(endpoints.database_url)
    intake = PostgresIntake(endpoints.database_url)

    async def work() -> ReconcileOutcome:
        async with _upstream(endpoints) as upstream:
            return await reconcile(
                profile,
                # The last second of an imported person's last day belongs to it.
                as_of + timedelta(seconds=1),
                days=days,
                upstream=upstream,
                database=database,
                store=intake.store,
                now=datetime.now(UTC),
            )

    try:
        return asyncio.run(work())
    except HealthSourceError as error:
        raise LocalError(f"the records cannot be reconciled: {error}") from error
    finally:
        database.close()
        intake.close()


def _upstream(endpoints: Endpoints) -> JsonHealthSource:
    """As the functions ask it."""
    if endpoints.health_provider is HealthProvider.SAHHA:
        return SahhaHealthSource(endpoints.health_api_url, lambda: SahhaCredentials(CLIENT_ID, CLIENT_SECRET))
    return HttpHealthSource(endpoints.health_api_url)
