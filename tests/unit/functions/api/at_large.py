"""Requests of every kind that the description of the API allows, and of many that it does not (schemathesis)."""

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from functions.api.app import describe
from functions.api.security import TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from holisticos.contracts.erasure import Erasure
from holisticos.contracts.events import EventType
from tests.examples import a_result, an_event
from tests.fakes.clock import FixedClock
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.fakes.rate_limiter import InMemoryRateLimiter
from tests.tokens import CLIENT_ID, TestPool
from tests.unit.functions.api.served import ANALYSIS, Served

OPERATIONS = frozenset(f"{method.upper()} {path}" for path, item in describe()["paths"].items() for method in item)

_BEYOND_SCHEMAS = "/problems/invalid-request", "/problems/idempotency-key-reused"
"""JSON Schema cannot say that a day is not before another, nor what a key was used for."""


@dataclass
class Outcome:
    requests: Counter[str] = field(default_factory=Counter)
    """By operation."""
    statuses: Counter[int] = field(default_factory=Counter)
    findings: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """A request as a command line, by check, operation and what was found."""


class AtOnce(InMemoryErasureStore):
    """Erasures that are over as soon as they are asked for, so that the next request has something to do."""

    def create(self, erasure: Erasure, instead_of: str | None = None) -> None:
        super().create(erasure, instead_of)
        self.complete(erasure.erasure_id, erasure.requested_at)


def send(*, examples: int, signed_in: bool, thorough: bool = True, seed: int = 1) -> Outcome:
    """Ask everything of the application over fakes, by all checks of schemathesis.

    Where nobody is signed in the answers are refusals, and held against the description as well. Where it is
    ``thorough``, so are the borders of every parameter, and sequences of requests.
    """
    clock, pool = FixedClock(), TestPool()
    identity = TokenIdentityProvider(SigningKeys(pool, clock), CLIENT_ID, clock)
    api = Served(clock=clock, identity=identity, rates=InMemoryRateLimiter(generous=True), erasures=AtOnce())
    api.given_analysis()
    api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))
    headers = {"Authorization": f"Bearer {pool.access_token(clock.now())}"} if signed_in else {}
    settings: dict[str, Any] = {
        "seed": seed,
        "headers": headers,
        "phases": {"coverage": {"enabled": thorough}, "stateful": {"enabled": thorough}},
        "generation": {"max-examples": examples, "database": "none"},
        "parameters": {"path.user_id": "ana", "path.analysis_id": ANALYSIS} if signed_in else {},
    }
    schema = schemathesis.openapi.from_dict(describe(), config=SchemathesisConfig.from_dict(settings))
    schema.app = api.app
    schema.hook(filter_failure)
    outcome = Outcome()
    with contextlib.redirect_stdout(io.StringIO()):  # a record of the log for each request
        for event in from_schema(schema).execute():
            _count(event, outcome)
    return outcome


def filter_failure(_context: HookContext, failure: Failure, _case: Case[Any], response: Response) -> bool:
    """Whether it is a finding."""
    if failure.title == "SSE event violates schema":
        return False  # OpenAPI 3.1 describes the text of a stream; its events have tests of their own
    if failure.title == "Schema-valid request rejected":
        return response.json()["type"] not in _BEYOND_SCHEMAS
    # To name a member of a set twice does no harm, and says nothing that is wrong.
    return not ("Schema-violating request accepted" in failure.title and "Non-unique items" in failure.message)


def _count(event: events.EngineEvent, outcome: Outcome) -> None:
    match event:
        case events.FatalError():
            raise event.exception
        case events.NonFatalError():
            raise event.value
        case events.ScenarioFinished() | events.FuzzScenarioFinished():
            recorder = event.recorder
            outcome.requests.update(node.value.operation.label for node in recorder.cases.values())
            answers = [done.response for done in recorder.interactions.values() if done.response]
            outcome.statuses.update(int(answer.status_code) for answer in answers)
            outcome.findings.update(_findings(recorder))


def _findings(recorder: ScenarioRecorder) -> Iterator[tuple[tuple[str, str, str], str]]:
    for check in chain.from_iterable(recorder.checks.values()):
        if info := check.failure_info:
            found = f"{info.failure.title}: {info.failure.message}"
            yield (check.name, str(info.failure.operation), found), info.code_sample
