"""Whose data are whose."""

import pytest

from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import StoreUnavailableError
from tests.examples import a_result, an_event
from tests.fakes.audit_log import InMemoryAuditLog
from tests.unit.functions.api.served import ANALYSIS, Served

UNKNOWN = f"an-{'f' * 32}"

OPERATIONS = [
    (method.upper(), path)
    for path, item in Served().app.openapi()["paths"].items()
    for method in item
    if path.startswith("/api/")
]
OF_USERS = [(method, path) for method, path in OPERATIONS if "{user_id}" in path]
OF_ANALYSES = [(method, path) for method, path in OPERATIONS if "{analysis_id}" in path]


def test_every_operation_belongs_to_a_user_or_an_analysis() -> None:
    assert set(OF_USERS) | set(OF_ANALYSES) == set(OPERATIONS)
    assert len(OPERATIONS) >= 3


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_gets_in_without_signing_in(api: Served, method: str, path: str) -> None:
    api.given_analysis()
    answer = api.request(method, path.format(user_id="ana", analysis_id=ANALYSIS), user=None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/unauthenticated"
    assert api.records() == []


@pytest.mark.parametrize(("method", "path"), OF_USERS)
def test_another_users_path_is_refused_and_on_record(api: Served, method: str, path: str) -> None:
    answer = api.request(method, path.format(user_id="bob", analysis_id=ANALYSIS), json={})
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

    foreign = api.request(method, path.format(analysis_id=ANALYSIS))
    unknown = api.request(method, path.format(analysis_id=UNKNOWN))

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
    api.request(method, path.format(analysis_id=ANALYSIS))
    api.request(method, path.format(analysis_id=UNKNOWN))
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
