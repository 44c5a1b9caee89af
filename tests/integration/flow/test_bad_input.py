"""Requests that cannot be answered as asked get a defined answer."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from holisticos.contracts.events import EventType
from holisticos.contracts.names import AnalysisStatus
from local.client import ApiClient
from local.people.registry import ImportedPerson
from local.workbench import Workbench
from tests.integration.flow.test_analysis import followed


@pytest.fixture
def http(workbench: Workbench, person: ImportedPerson) -> Iterator[httpx.Client]:
    token = workbench.accounts.token(person.user_id)
    base = f"{workbench.endpoints.api_url}/"
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=30) as signed_in:
        yield signed_in


def test_a_user_without_data_is_told_so(workbench: Workbench) -> None:
    workbench.accounts.ensure("nobody-yet")
    with ApiClient(workbench.endpoints.api_url, workbench.accounts.token("nobody-yet")) as client:
        events, result = followed(client, client.analyze("nobody-yet"))

    assert events[-1].type is EventType.NO_DATA
    assert result.status is AnalysisStatus.NO_DATA
    assert result.data_quality.gaps
    assert not result.insights
    assert not result.plan.items
    assert result.brief


def test_a_window_without_data_is_told_so(client: ApiClient, person: ImportedPerson) -> None:
    _, result = followed(client, client.analyze(person.user_id, as_of=person.as_of.replace(year=2020)))

    assert result.status is AnalysisStatus.NO_DATA
    assert result.window.end.year == 2020


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"{", "JSON"),
        (b'{"archetype": "Couch Potato"}', "Foundation Builder"),
        (b'{"analysis_type": "deep"}', "analysis_type"),
        (b'{"surprise": 1}', "surprise"),
        (b'{"as_of": "2999-01-01T00:00:00Z"}', "as_of"),
    ],
)
def test_a_body_that_is_wrong_is_named(http: httpx.Client, person: ImportedPerson, body: bytes, named: str) -> None:
    answer = http.post(
        f"api/v1/users/{person.user_id}/analyze", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.text


def test_other_people_are_out_of_reach(http: httpx.Client, workbench: Workbench, neighbour: ImportedPerson) -> None:
    with ApiClient(workbench.endpoints.api_url, workbench.accounts.token(neighbour.user_id)) as theirs:
        analysis_id = theirs.analyze(neighbour.user_id, as_of=neighbour.as_of)

    def shape(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
        problem = answer.json()
        return answer.status_code, {key: problem.get(key) for key in ("type", "title", "status", "detail")}

    assert http.post(f"api/v1/users/{neighbour.user_id}/analyze", json={}).status_code == 403
    foreign = http.get(f"api/v1/analysis/{analysis_id}")
    unknown = http.get(f"api/v1/analysis/an-{'0' * 32}")
    assert foreign.status_code == 404
    assert shape(foreign) == shape(unknown)
    assert http.get(f"api/v1/analysis/{analysis_id}/stream").status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic dXNlcjpwYXNz"])
def test_without_a_token_nothing_is_answered(workbench: Workbench, person: ImportedPerson, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    url = f"{workbench.endpoints.api_url}/api/v1/users/{person.user_id}/analyze"

    assert httpx.post(url, json={}, headers=headers).status_code in {401, 403}


def test_liveness_and_readiness_need_no_token(workbench: Workbench) -> None:
    base = workbench.endpoints.api_url

    assert httpx.get(f"{base}/live").status_code == 200
    ready = httpx.get(f"{base}/ready", timeout=30)
    assert ready.status_code == 200, ready.text
