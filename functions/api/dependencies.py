"""What the application is made of; ``bootstrap`` chooses it on Lambda, tests give fakes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from functions.api.security import IdentityProvider
from functions.api.sse import LONG_POLL, StreamPolicy
from holisticos.ports import (
    AnalysisStore,
    AuditLog,
    Clock,
    ErasureStore,
    ExportStore,
    IdempotencyStore,
    RateLimiter,
    TicketStore,
    UserStore,
    WearableFeed,
    WorkflowStarter,
)

if TYPE_CHECKING:
    from holisticos.services.user_data import UserDataService

Probe = Callable[[], None]
"""Uses a dependency in the cheapest way; raises where it does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    analyses: AnalysisStore
    users: UserStore
    audit: AuditLog
    exports: ExportStore
    erasures: ErasureStore
    workflow: WorkflowStarter
    erasure_workflow: WorkflowStarter
    feed: WearableFeed
    health_data: "Callable[[], UserDataService]"
    """Makes it when it is first called, since few requests need it and it needs much."""
    clock: Clock
    rates: RateLimiter
    tickets: TicketStore
    requests: IdempotencyStore
    identity: IdentityProvider
    probes: Mapping[str, Probe]
    stream: StreamPolicy = LONG_POLL
    cors_origins: Sequence[str] = ()
    """Web pages that may read the answers."""


async def dependencies(request: Request) -> Dependencies:
    given: Dependencies = request.app.state.dependencies
    return given


Deps = Annotated[Dependencies, Depends(dependencies)]
