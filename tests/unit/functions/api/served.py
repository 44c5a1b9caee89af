"""The application over fakes, asked over ASGI."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from functions.api.app import create_app
from functions.api.dependencies import Dependencies, Probe
from functions.api.resources import RESOURCES
from functions.api.security import IdentityProvider
from functions.api.sse import StreamPolicy
from holisticos.contracts.analysis import AnalysisHead
from holisticos.contracts.audit import AuditAction, AuditRecord
from holisticos.contracts.events import EventType, NewEvent
from holisticos.contracts.names import AnalysisStatus
from holisticos.services.user_data import UserDataService
from tests.examples import a_head, an_event
from tests.fakes.analysis_store import InMemoryAnalysisStore
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.fakes.export_store import InMemoryExportStore
from tests.fakes.health_source import InMemoryHealthSource
from tests.fakes.idempotency_store import InMemoryIdempotencyStore
from tests.fakes.identity import NamedIdentityProvider
from tests.fakes.rate_limiter import InMemoryRateLimiter
from tests.fakes.ticket_store import InMemoryTicketStore
from tests.fakes.user_store import InMemoryUserStore
from tests.fakes.wearable_feed import InMemoryWearableFeed
from tests.fakes.workflow_starter import RecordingWorkflowStarter

AT_ONCE = StreamPolicy(wait=0, poll=0, ends_with_news=True)
"""A stream that never waits."""

ANALYSIS = f"an-{'0' * 31}1"
"""An id as the API makes them."""


@dataclass
class Served:
    analyses: InMemoryAnalysisStore = field(default_factory=InMemoryAnalysisStore)
    users: InMemoryUserStore = field(default_factory=InMemoryUserStore)
    audit: InMemoryAuditLog = field(default_factory=InMemoryAuditLog)
    exports: InMemoryExportStore = field(default_factory=InMemoryExportStore)
    erasures: InMemoryErasureStore = field(default_factory=InMemoryErasureStore)
    workflow: RecordingWorkflowStarter = field(default_factory=RecordingWorkflowStarter)
    erasure_workflow: RecordingWorkflowStarter = field(default_factory=RecordingWorkflowStarter)
    feed: InMemoryWearableFeed = field(default_factory=InMemoryWearableFeed)
    health: InMemoryHealthSource = field(default_factory=InMemoryHealthSource)
    clock: FixedClock = field(default_factory=FixedClock)
    rates: InMemoryRateLimiter = field(default_factory=InMemoryRateLimiter)
    tickets: InMemoryTicketStore = field(default_factory=InMemoryTicketStore)
    requests: InMemoryIdempotencyStore = field(default_factory=InMemoryIdempotencyStore)
    identity: IdentityProvider = field(default_factory=NamedIdentityProvider)
    probes: dict[str, Probe] = field(default_factory=dict)
    stream: StreamPolicy = AT_ONCE
    cors_origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.deps = Dependencies(
            analyses=self.analyses,
            users=self.users,
            audit=self.audit,
            exports=self.exports,
            erasures=self.erasures,
            workflow=self.workflow,
            erasure_workflow=self.erasure_workflow,
            feed=self.feed,
            health_data=lambda: UserDataService([self.health], self.clock),
            clock=self.clock,
            rates=self.rates,
            tickets=self.tickets,
            requests=self.requests,
            identity=self.identity,
            probes=self.probes,
            stream=self.stream,
            cors_origins=self.cors_origins,
        )
        self.app = self.app_of(RESOURCES)

    def app_of(self, resources: Iterable[str]) -> FastAPI:
        return create_app(self.deps, resources)

    def request(self, method: str, path: str, *, user: str | None = "ana", **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://api.test") as client:
                identity = {} if user is None else {"X-Test-User": user}
                return await client.request(method, path, headers={**identity, **options.pop("headers", {})}, **options)

        return asyncio.run(ask())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def analyze(self, user_id: str = "ana", **options: Any) -> httpx.Response:
        return self.request("POST", f"/api/v1/users/{user_id}/analyze", **options)

    def given_analysis(self, *events: NewEvent, user_id: str = "ana", **changes: Any) -> AnalysisHead:
        """A stored analysis with the event ``queued`` and then ``events``."""
        now = self.clock.now()
        head = a_head(
            **{
                "analysis_id": ANALYSIS,
                "user_id": user_id,
                "requested_at": now,
                "as_of": now,
                "deadline_at": now + timedelta(minutes=5),
                **changes,
            }
        )
        self.analyses.create(head, an_event(at=now))
        for event in events:
            self.analyses.append(head.analysis_id, event)
        return head

    def ended(self, analysis_id: str) -> None:
        """Let the analysis have failed."""
        failed = an_event(EventType.FAILED, at=self.clock.now(), progress=100)
        self.analyses.append(analysis_id, failed, AnalysisStatus.FAILED)

    def records(self, action: AuditAction | None = None) -> list[AuditRecord]:
        return [record for record in self.audit.records if action in (None, record.action)]
