"""Whose data are whose."""

import pytest
from fastapi.routing import iter_route_contexts

from functions.api.security import TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import StoreUnavailableError
from tests.examples import a_result, an_event
from tests.fakes.audit_log import InMemoryAuditLog
from tests.fakes.clock import FixedClock
from tests.fakes.identity import NamedIdentityProvider
from tests.tokens import CLIENT_ID, TestPool, access_claims, private_key, token
from tests.unit.functions.api.served import ANALYSIS, Served

UNKNOWN = f"an-{'f' * 32}"

OPEN = {"/live", "/ready", "/docs", "/openapi.json", "/api/v1/openapi.json"}
"""Tell nothing of anybody."""

OPERATIONS = sorted(
    (method, str(route.path))
    for route in iter_route_contexts(Served().app.routes)
    for method in route.methods or ()
    if route.path not in OPEN
)
"""All there are, also those that the OpenAPI document leaves out."""

TICKETED = [(method, path) for method, path in OPERATIONS if path.startswith("/api/v1/ticketed/")]
"""Opened by a ticket and by nothing else; see there."""

SIGNED_IN = [operation for operation in OPERATIONS if operation not in TICKETED]
OF_USERS = [(method, path) for method, path in SIGNED_IN if "{user_id}" in path]
OF_ANALYSES = [(method, path) for method, path in SIGNED_IN if "{analysis_id}" in path]

OF_OPERATORS = [
    ("DELETE", "/api/v1/users/{user_id}"),
    ("GET", "/api/v1/users/{user_id}/audit"),
    ("GET", "/api/v1/users/{user_id}/erasure"),
]
"""What operators may do for others."""


def filled(path: str, user_id: str = "ana", analysis_id: str = ANALYSIS) -> str:
    return path.format(user_id=user_id, analysis_id=analysis_id, recommendation_id="routine.steady_wake_time")


def test_every_operation_belongs_to_a_user_or_an_analysis() -> None:
    assert set(OF_USERS) | set(OF_ANALYSES) | set(TICKETED) == set(OPERATIONS)
    documented = {
        (method.upper(), path)
        for path, item in Served().app.openapi()["paths"].items()
        for method in item
        if path.startswith("/api/")
    }
    assert documented == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_gets_in_without_signing_in(api: Served, method: str, path: str) -> None:
    api.given_analysis()
    answer = api.request(method, filled(path), user=None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/unauthenticated"
    assert api.records() == []


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_gets_in_with_a_forged_token(method: str, path: str) -> None:
    clock = FixedClock()
    api = Served(clock=clock, identity=TokenIdentityProvider(SigningKeys(TestPool(), clock), CLIENT_ID, clock))
    api.given_analysis()
    claims = access_claims(clock.now())
    forged = token({"kid": "first", "alg": "RS256"}, claims, private_key("attacker"))
    expired = TestPool().access_token(clock.now(), exp=int(clock.now().timestamp()))
    for text in (forged, expired):
        answer = api.request(method, filled(path), headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 401
        assert ("invalid_token" in answer.headers["WWW-Authenticate"]) == ((method, path) not in TICKETED)
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert api.records() == []


@pytest.mark.parametrize(
    ("method", "path", "operator"),
    [
        *((method, path, False) for method, path in OF_USERS),
        *((method, path, True) for method, path in sorted(set(OF_USERS) - set(OF_OPERATORS))),
    ],
)
def test_another_users_path_is_refused_and_on_record(method: str, path: str, *, operator: bool) -> None:
    api = Served(identity=NamedIdentityProvider(*(["ana"] if operator else [])))
    answer = api.request(method, filled(path, "bob"), json={})
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"
    (record,) = api.records()
    assert (record.action, record.user_id, record.actor, record.success) == (
        AuditAction.ACCESS_DENIED,
        "bob",
        "ana",
        False,
    )
    assert api.workflow.started == {}
    assert api.erasure_workflow.started == {}


@pytest.mark.parametrize(("method", "path"), OF_OPERATORS)
def test_operators_may_administer_and_that_is_on_record(method: str, path: str) -> None:
    api = Served(identity=NamedIdentityProvider("olga"))
    answer = api.request(method, filled(path, "bob"), user="olga")
    assert answer.status_code in {200, 202, 404}
    assert {(record.user_id, record.actor, record.success) for record in api.records()} == {("bob", "olga", True)}


@pytest.mark.parametrize("user_id", ["Ana", "ana ", "ANA", "ana%00", "a.na", "%2e%2e", "ana'--", "аna", "x" * 65])
def test_an_id_that_only_looks_like_the_callers_is_not_the_callers(api: Served, user_id: str) -> None:
    answer = api.analyze(user_id)
    assert answer.status_code in {403, 404, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert api.workflow.started == {}


@pytest.mark.parametrize(("method", "path"), OF_ANALYSES)
def test_another_users_analysis_is_answered_like_none(api: Served, method: str, path: str) -> None:
    api.given_analysis(user_id="bob")
    api.analyses.finish(a_result(ANALYSIS, user_id="bob"), an_event(progress=100))

    foreign = api.request(method, filled(path))
    unknown = api.request(method, filled(path, analysis_id=UNKNOWN))

    for answer in (foreign, unknown):
        assert answer.status_code == 404
    comparable = [
        ({**answer.json(), "correlation_id": ""}, sorted(set(answer.headers) - {"x-correlation-id"}))
        for answer in (foreign, unknown)
    ]
    assert comparable[0] == comparable[1]


@pytest.mark.parametrize(("method", "path"), OF_ANALYSES)
def test_both_refusals_are_on_record(api: Served, method: str, path: str) -> None:
    api.given_analysis(user_id="bob")
    api.request(method, filled(path))
    api.request(method, filled(path, analysis_id=UNKNOWN))
    assert [(record.user_id, record.actor, record.resource, record.success) for record in api.records()] == [
        ("bob", "ana", ANALYSIS, False),
        ("ana", "ana", UNKNOWN, False),
    ]
    assert {record.action for record in api.records()} == {AuditAction.ACCESS_DENIED}


@pytest.mark.parametrize("analysis_id", ["an-1", "an-" + "F" * 32, "..", "an-" + "0" * 33, "%00"])
def test_what_is_no_analysis_id_is_refused(api: Served, analysis_id: str) -> None:
    answer = api.get(f"/api/v1/analysis/{analysis_id}")
    assert answer.status_code in {404, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [f"/api/v1/analysis/{ANALYSIS}", f"/api/v1/analysis/{ANALYSIS}/stream"])
def test_what_cannot_be_recorded_is_not_shown(path: str) -> None:
    class BrokenAuditLog(InMemoryAuditLog):
        def append(self, *_: object) -> None:
            raise StoreUnavailableError("append audit record: ThrottlingException")

    api = Served(audit=BrokenAuditLog())
    api.given_analysis()
    answer = api.get(path)
    assert answer.status_code == 503
    assert ANALYSIS not in answer.text
