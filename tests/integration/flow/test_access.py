"""Who gets in on the running stack, and to what.

Tokens that nobody may believe are shown at both doors: to the gateway, and to the function behind it.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from functions.api.app import describe
from functions.api.security import OPERATORS
from holisticos.adapters.dynamodb_analyses import DynamoDbAnalysisStore
from holisticos.adapters.dynamodb_audit import DynamoDbAuditLog
from holisticos.contracts.audit import AuditAction
from local.endpoints import Endpoints
from local.people.registry import ImportedPerson
from local.stack import Stack
from local.workbench import Workbench
from tests.examples import a_head, an_event
from tests.forged_tokens import FORGERIES, Genuine
from tests.integration.conftest import AwsClient
from tests.unit.functions.api.events import event

VICTIM = "forgers-victim"
ANALYSIS = f"an-{'f0' * 16}"

ROUTES = {
    "user": f"/api/v1/users/{VICTIM}/profile",
    "analysis": f"/api/v1/analysis/{ANALYSIS}",
    "stream": f"/api/v1/analysis/{ANALYSIS}/stream",
    "ops": "/api/v1/users/somebody-else/audit",
}

REFUSED = (401, "application/problem+json", "/problems/unauthenticated")

Door = Callable[[str, str], tuple[int, str, str | None]]
"""Asks for a path with a token; answers with the status, the media type, and the type of the problem."""


@pytest.fixture(scope="module")
def genuine(stack: Stack, workbench: Workbench, endpoints: Endpoints, aws: AwsClient) -> Genuine:
    """What the pool of this stack signs for an operator who follows an analysis, and both of the pool's keys."""
    pool, now = endpoints.user_pool_id, datetime.now(UTC)
    workbench.accounts.ensure(VICTIM)
    aws("cognito-idp").admin_add_user_to_group(UserPoolId=pool, Username=VICTIM, GroupName=OPERATORS)
    head = a_head(ANALYSIS, user_id=VICTIM, requested_at=now, as_of=now, deadline_at=now + timedelta(hours=1))
    DynamoDbAnalysisStore(endpoints.tables["analyses"], aws("dynamodb")).create(head, an_event(at=now))

    header, claims = (_object(part) for part in workbench.accounts.token(VICTIM).split(".")[:2])
    published = httpx.get(f"{endpoints.emulator_url}/{pool}/.well-known/jwks.json", trust_env=False).json()["keys"]
    (other,) = {key["kid"] for key in published} - {header["kid"]}
    keys = stack.state.emulator / "state" / "cognito-pool-keys"
    return Genuine(_key(keys / f"{pool}-access.pem"), header["kid"], claims, _key(keys / f"{pool}-id.pem"), other)


def _object(part: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content


def _key(path: Path) -> RSAPrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


@pytest.fixture(params=["gateway", "function"])
def door(request: pytest.FixtureRequest, endpoints: Endpoints, aws: AwsClient) -> Door:
    def by_the_gateway(path: str, token: str) -> tuple[int, str, str | None]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(f"{endpoints.api_url}{path}", headers=headers, timeout=60, trust_env=False)
        return _told(answer.status_code, answer.headers["Content-Type"], answer.text)

    def to_the_function(path: str, token: str) -> tuple[int, str, str | None]:
        asked = json.dumps(event("GET", path, Authorization=f"Bearer {token}"))
        invoked = aws("lambda").invoke(FunctionName=endpoints.functions["api"], Payload=asked)
        answer = json.load(invoked["Payload"])
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        return _told(answer["statusCode"], headers["content-type"], answer["body"])

    return by_the_gateway if request.param == "gateway" else to_the_function


def _told(status: int, media_type: str, body: str) -> tuple[int, str, str | None]:
    return status, media_type, json.loads(body)["type"] if media_type == "application/problem+json" else None


@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES)
def test_fault_25_a_forged_token_opens_nothing(door: Door, genuine: Genuine, path: str) -> None:
    assert door(path, genuine.token)[0] == 200
    answers = {name: door(path, forge(genuine)) for name, forge in FORGERIES.items()}
    let_in = {name: answer for name, answer in answers.items() if answer != REFUSED}
    # The embedded gateway itself fails over an endless time, which no pool signs, before the function is asked.
    assert {name: answer[0] for name, answer in let_in.items() if not name.endswith(" inf")} == {}
    assert all(answer[0] >= 400 for answer in let_in.values())


OPERATIONS = [
    (method.upper(), path)
    for path, item in describe()["paths"].items()
    for method in item
    if "/ticketed/" not in path  # opened by a ticket and by nothing else
]


@pytest.fixture
def intruder(workbench: Workbench) -> Iterator[httpx.Client]:
    workbench.accounts.ensure("intruder")
    headers = {"Authorization": f"Bearer {workbench.accounts.token('intruder')}"}
    with httpx.Client(base_url=workbench.endpoints.api_url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def refusals(endpoints: Endpoints, aws: AwsClient) -> Callable[[str], set[tuple[str, str]]]:
    """Resource and correlation id of each refusal that the audit trail of a user has of the intruder."""
    trail = DynamoDbAuditLog(endpoints.tables["audit"], aws("dynamodb"))

    def of(user_id: str) -> set[tuple[str, str]]:
        return {
            (record.resource, record.correlation_id)
            for record in trail.of_user(user_id)[0]
            if (record.actor, record.action, record.success) == ("intruder", AuditAction.ACCESS_DENIED, False)
        }

    return of


def test_fault_24_another_users_id_opens_no_route_and_is_on_record(
    intruder: httpx.Client, neighbour: ImportedPerson, refusals: Callable[[str], set[tuple[str, str]]]
) -> None:
    of_users = [(method, path) for method, path in OPERATIONS if "{user_id}" in path]
    assert ("GET", "/api/v1/users/{user_id}/wearable-data/stream") in of_users

    for method, path in of_users:
        asked = path.format(user_id=neighbour.user_id, recommendation_id="routine.steady_wake_time")
        answer = intruder.request(method, asked, json={} if method in {"POST", "PUT"} else None)

        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden"), (method, path)
        assert ("user", answer.headers["X-Correlation-Id"]) in refusals(neighbour.user_id), (method, path)


def test_fault_24_another_users_analysis_is_answered_like_none_and_is_on_record(
    intruder: httpx.Client, genuine: Genuine, refusals: Callable[[str], set[tuple[str, str]]]
) -> None:
    unknown = f"an-{'0' * 32}"
    of_analyses = [(method, path) for method, path in OPERATIONS if "{analysis_id}" in path]
    assert ("GET", "/api/v1/analysis/{analysis_id}/stream") in of_analyses

    def shape(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
        return answer.status_code, answer.json() | {"correlation_id": ""}

    for method, path in of_analyses:
        foreign, none = (intruder.request(method, path.format(analysis_id=id_)) for id_ in (ANALYSIS, unknown))

        assert foreign.status_code == 404
        assert shape(foreign) == shape(none)
        assert (ANALYSIS, foreign.headers["X-Correlation-Id"]) in refusals(genuine.claims["username"])
        assert (unknown, none.headers["X-Correlation-Id"]) in refusals("intruder")
