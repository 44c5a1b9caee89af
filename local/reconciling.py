"""Reconciling one person's records on this machine."""

import asyncio
from datetime import UTC, datetime, timedelta

from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.postgres import PostgresHealthSource
from holisticos.adapters.postgres_intake import PostgresIntake
from holisticos.contracts.errors import HealthSourceError
from holisticos.contracts.workflow import ReconcileOutcome
from holisticos.health.profile import Profile
from holisticos.services.reconciliation import reconcile
from local.endpoints import Endpoints
from local.errors import LocalError


def reconcile_person(endpoints: Endpoints, profile: Profile, as_of: datetime, days: int) -> ReconcileOutcome:
    """Make the database what the health API says of the ``days`` days before ``as_of``. Raises ``LocalError``."""
    database = PostgresHealthSource(endpoints.database_url)
    intake = PostgresIntake(endpoints.database_url)

    async def work() -> ReconcileOutcome:
        async with HttpHealthSource(endpoints.health_api_url) as upstream:
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
