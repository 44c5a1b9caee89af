"""Erasure on the running stack."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from holisticos.contracts.events import EventType
from local.client import ApiClient
from local.endpoints import Endpoints
from local.people.persona import Persona
from local.people.registry import ImportedPerson
from local.people.synthetic import synthetic_person
from local.workbench import Workbench
from tests.integration.conftest import AwsClient
from tests.integration.flow.conftest import AS_OF, Faults
from tests.integration.leftovers import nothing_is_left
from tests.waiting import eventually

PATIENCE = 180.0
"""Seconds: an erasure waits a minute for what was cut off, and the machine may be busy."""
BELOW_THE_RATE_LIMIT = 2.0


@pytest.fixture
def leaving(workbench: Workbench) -> ImportedPerson:
    """A person of this test alone: what another test still runs for its own is not in the way."""
    persona = Persona(name=f"leaving-{uuid4().hex[:8]}")
    return workbench.import_person(synthetic_person(persona, seed=9, as_of=AS_OF, days=20))


@pytest.fixture
def http(workbench: Workbench, leaving: ImportedPerson) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {workbench.accounts.token(leaving.user_id)}"}
    base = f"{workbench.endpoints.api_url}/api/v1/"
    with httpx.Client(base_url=base, headers=headers, timeout=40) as signed_in:
        yield signed_in


def finished(http: httpx.Client, user: str) -> dict[str, Any]:
    def erasure() -> dict[str, Any]:
        known: dict[str, Any] = http.get(f"users/{user}/erasure").json()
        return known

    eventually(lambda: erasure()["status"] != "requested", patience=PATIENCE, every=BELOW_THE_RATE_LIMIT)
    return erasure()


@pytest.mark.timeout(600)
def test_fault_27_nothing_comes_back_to_life_where_an_analysis_runs(
    http: httpx.Client,
    workbench: Workbench,
    leaving: ImportedPerson,
    faults: Faults,
    endpoints: Endpoints,
    aws: AwsClient,
) -> None:
    user = leaving.user_id
    faults("slow", "all")
    with ApiClient(endpoints.api_url, workbench.accounts.token(user)) as client:
        analysis_id = client.analyze(user, as_of=leaving.as_of)
        accepted = http.delete(f"users/{user}")
        assert accepted.status_code == 202
        assert http.delete(f"users/{user}").json() == accepted.json()
        refused = http.post(f"users/{user}/analyze", json={})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/being-erased")
        events = list(client.follow(analysis_id))

    assert events[-1].type is EventType.FAILED
    assert "erased" in events[-1].message
    erasure = finished(http, user)
    assert erasure["status"] == "completed"
    assert erasure["erased"]["health records"] > 0
    machine = endpoints.state_machines["analysis"]
    running = aws("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    assert analysis_id not in [execution["name"] for execution in running]
    assert nothing_is_left(user, endpoints, aws)
    assert http.get(f"analysis/{analysis_id}").status_code == 404

    trail = http.get(f"users/{user}/audit", params={"limit": 100}).json()["items"]
    (proof,) = [item for item in trail if item["resource"] == erasure["erasure_id"] and item["action"] == "data.erased"]
    assert proof["counts"] == erasure["erased"]
    assert proof["actor"] == "service"


def test_a_user_may_begin_anew(http: httpx.Client, leaving: ImportedPerson) -> None:
    user = leaving.user_id
    http.delete(f"users/{user}")
    assert finished(http, user)["status"] == "completed"

    assert http.get(f"users/{user}/profile").json()["timezone"] == "UTC"
    assert http.get(f"users/{user}/analyses").json()["items"] == []
    assert http.post(f"users/{user}/analyze", json={}).status_code == 202
