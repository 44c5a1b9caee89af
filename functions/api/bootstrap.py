"""The wiring of the function: made on the first invocation, kept for the life of the process."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.api.app import create_app
from functions.api.dependencies import Dependencies, Probe
from functions.api.gateway import Gateway, through_gateway
from functions.api.resources import OnDemand
from functions.api.security import TokenIdentityProvider
from functions.api.settings import ApiSettings
from functions.api.signing_keys import SigningKeys
from functions.api.sse import LIVE, LONG_POLL
from functions.api.stream_settings import StreamSettings
from holisticos.adapters.cognito_keys import CognitoKeySet
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.adapters.dynamodb_erasures import DynamoDbErasureStore
from holisticos.adapters.dynamodb_feed import DynamoDbWearableFeed
from holisticos.adapters.dynamodb_idempotency import DynamoDbIdempotencyStore
from holisticos.adapters.dynamodb_rates import DynamoDbRateLimiter
from holisticos.adapters.dynamodb_tickets import DynamoDbTicketStore
from holisticos.adapters.dynamodb_users import DynamoDbUserStore
from holisticos.adapters.s3_exports import S3ExportStore
from holisticos.adapters.step_functions import StepFunctionsStarter, erasure_input
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.errors import ConfigurationError, NotFoundError
from holisticos.services.background import Background

if TYPE_CHECKING:
    from fastapi import FastAPI

    from holisticos.services.user_data import UserDataService

_STREAMS = ("progress", "wearable_feed")

_NOBODY = "~readiness"
"""No id of a user or analysis can look like this."""


@cache
def application() -> Gateway:
    """Raises ``ConfigurationError``."""
    settings = ApiSettings.from_environment()
    deps = _dependencies(settings, cache(lambda: _health_data(settings)))
    gateway = through_gateway(OnDemand(lambda resources: create_app(deps, resources)))

    def answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return gateway(event, context)
        finally:
            _background().finish()

    return answer


@cache
def _background() -> Background:
    return Background()


def live_application() -> "FastAPI":
    """The resources that stream, under a server that sends as it goes. Raises ``ConfigurationError``."""
    deps = _dependencies(StreamSettings.from_environment(), _no_health_data)
    return create_app(replace(deps, stream=LIVE), _STREAMS)


def _dependencies(settings: StreamSettings, health_data: "Callable[[], UserDataService]") -> Dependencies:
    clock = SystemClock()
    analyses = DynamoDbAnalysisStore(settings.analyses_table)
    users = DynamoDbUserStore(settings.users_table)
    return Dependencies(
        analyses=analyses,
        users=users,
        audit=DynamoDbAuditLog(settings.audit_table),
        exports=S3ExportStore(settings.snapshot_bucket),
        erasures=DynamoDbErasureStore(settings.users_table),
        workflow=StepFunctionsStarter(settings.analysis_state_machine_arn),
        erasure_workflow=StepFunctionsStarter(settings.erasure_state_machine_arn, payload=erasure_input),
        feed=DynamoDbWearableFeed(settings.users_table),
        health_data=health_data,
        clock=clock,
        rates=DynamoDbRateLimiter(settings.ephemeral_table),
        tickets=DynamoDbTicketStore(settings.ephemeral_table),
        requests=DynamoDbIdempotencyStore(settings.ephemeral_table),
        identity=TokenIdentityProvider(
            SigningKeys(CognitoKeySet(settings.user_pool_id), clock), settings.user_pool_client_id, clock
        ),
        probes={"analyses": _answers(analyses.head), "users": _answers(users.profile)},
        stream=LONG_POLL,
        cors_origins=settings.cors_origins,
    )


def _no_health_data() -> "UserDataService":
    raise ConfigurationError("streams read no health data")


def _health_data(settings: ApiSettings) -> "UserDataService":
    """The source first; the database beside it as soon as the source is slow, since a user waits."""
    from holisticos.adapters.caches import cache_of
    from holisticos.adapters.dynamodb_circuits import DynamoDbCircuitBreaker
    from holisticos.adapters.health_providers import health_source_of
    from holisticos.adapters.http_json import HttpLimits
    from holisticos.adapters.postgres import PostgresHealthSource
    from holisticos.adapters.postgres_connections import PostgresLimits
    from holisticos.adapters.secrets import DatabaseSecret
    from holisticos.adapters.sqs_deliveries import SqsDeliveryQueue
    from holisticos.services.guarded_source import GuardedHealthSource
    from holisticos.services.health_cache import HealthCache
    from holisticos.services.hedging import Patience
    from holisticos.services.user_data import UserDataService
    from holisticos.services.write_through import WrittenThroughSource

    clock, patience = SystemClock(), Patience()
    limits = HttpLimits(attempt=patience.deadline, deadline=patience.deadline)
    # A query that nobody waits for any more gives its connection back soon.
    hurried = PostgresLimits(connect=1.0, statement=patience.deadline, wait=1.0)
    upstream = health_source_of(
        settings.health_provider,
        settings.health_api_base_url,
        settings.health_api_secret_arn,
        limits=limits,
    )
    guarded = GuardedHealthSource(upstream, DynamoDbCircuitBreaker(settings.ephemeral_table), clock)
    secret = DatabaseSecret(settings.database_secret_arn)
    cache = cache_of(settings.redis_url, settings.redis_secret_arn, settings.ephemeral_table, clock)
    return UserDataService(
        [
            WrittenThroughSource(guarded, SqsDeliveryQueue(settings.delivery_queue_url), _background(), clock),
            PostgresHealthSource(secret.url, hurried, on_refused_credentials=secret.forget),
        ],
        clock,
        patience=patience,
        cache=HealthCache(cache, clock),
    )


def _answers(read: Callable[[str], object]) -> Probe:
    """Asks for what cannot exist: that it is not found is the answer."""

    def probe() -> None:
        try:
            read(_NOBODY)
        except NotFoundError:
            return

    return probe
