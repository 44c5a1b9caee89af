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
from functions.api.routes.export import MAX_DAYS as EXPORTED_DAYS
from functions.api.security import TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from functions.api.spans import MAX_DAYS
from holisticos.contracts.erasure import Erasure
from holisticos.contracts.events import EventType
from tests.examples import a_result, an_event
from tests.fakes.clock import FixedClock
from tests.fakes.erasure_store import InMemoryErasureStore
from tests.fakes.rate_limiter import InMemoryRateLimiter
from tests.tokens import CLIENT_ID, TestPool
from tests.unit.functions.api.served import ANALYSIS, Served

OPERATIONS = frozenset(f"{method.upper()} {path}" for path, item in describe()["paths"].items() for method in item)

_BEYOND_SCHEMAS = {
    # What is later than now, or than another field, or too long after it; and an instant, which its offset moves.
    "as_of": {"must not be in the future", "Input should be greater than or equal to 2000-01-01T00:00:00Z"},
    "start_date": {
        "must not be after today",
        "must not be after end_date",
        f"must be at most {MAX_DAYS} days before end_date",
        f"must be at most {EXPORTED_DAYS} days before end_date",
    },
    "end_date": {"must not be after today"},
    "date_range": {
        "must not end before it begins",
        "must not end after today",
        f"must be at most {MAX_DAYS} days",
        "has a date that does not exist",  # the 30th of February
    },
    # Opaque: what was given out is not for the description to say.
    "cursor": {"is not one that was given out"},
    # Too many names, which come with the system and change with it.
    "timezone": {"must be an IANA time zone, as Europe/Berlin"},
    # The database of Unicode; patterns that every language reads do not know its categories.
    "note": {"must not have control characters"},
}
"""What JSON Schema cannot say of a field, by the words in which a valid request is refused for it. Nor can it say what
an idempotency key was used for."""


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
        return not _is_beyond_schemas(response.json())
    # To name a member of a set twice does no harm, and says nothing that is wrong.
    return not ("Schema-violating request accepted" in failure.title and "Non-unique items" in failure.message)


def _is_beyond_schemas(problem: dict[str, Any]) -> bool:
    if problem["type"] == "/problems/idempotency-key-reused":
        return True
    return problem["type"] == "/problems/invalid-request" and all(
        error["detail"] in _BEYOND_SCHEMAS.get(error["field"], ()) for error in problem["errors"]
    )


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
