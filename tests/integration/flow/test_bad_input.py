"""Requests that cannot be answered as asked get a defined answer."""

import re
from collections.abc import Iterator

import httpx
import pytest

from functions.api.middleware import MAX_BODY_BYTES
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AnalysisStatus
from local.client import ApiClient
from local.people.registry import ImportedPerson
from local.workbench import Workbench
from tests.integration.flow.following import followed


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


ODD = "odd-one"
"""Asks strange things, and is allowed a number of requests a minute of their own."""


@pytest.fixture
def strange(workbench: Workbench) -> Iterator[httpx.Client]:
    workbench.accounts.ensure(ODD)
    headers = {"Authorization": f"Bearer {workbench.accounts.token(ODD)}"}
    with httpx.Client(base_url=f"{workbench.endpoints.api_url}/", headers=headers, timeout=60) as signed_in:
        yield signed_in


STRANGE_IDS = {
    "capitals": ODD.upper(),
    "letters of another alphabet": f"%D0%BE{ODD[1:]}",
    "no letters at all": "%F0%9F%92%A4",
    "no UTF-8": "%FF%FE",
    "too long": "x" * 65,
    "SQL": f"{ODD}'%3B%20drop%20table%20biomarkers%3B--",
    "SQL that is always true": f"{ODD}'%20or%20'1'%3D'1",
    "a path": "..%2F..%2Fetc%2Fpasswd",
    "the folder above": "%2E%2E",
    "nul": f"{ODD}%00",
    "a header": f"{ODD}%0D%0AX-Evil:%20yes",
}


@pytest.mark.parametrize("id_", STRANGE_IDS.values(), ids=STRANGE_IDS)
def test_fault_26_a_strange_id_is_refused(strange: httpx.Client, id_: str) -> None:
    for method, path in (
        ("GET", f"users/{id_}/profile"),
        ("POST", f"users/{id_}/analyze"),
        ("GET", f"users/{id_}/wearable-data/stream"),
        ("GET", f"analysis/{id_}"),
        ("GET", f"analysis/{id_}/stream"),
        ("POST", f"users/{ODD}/recommendations/{id_}/feedback"),
    ):
        body = {"adherence": "followed"} if path.endswith("/feedback") else None
        refused(strange.request(method, f"api/v1/{path}", json=body), {403, 404, 422})


def refused(answer: httpx.Response, statuses: set[int]) -> None:
    assert answer.status_code in statuses, (answer.request.url, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert answer.json()["correlation_id"] == answer.headers["X-Correlation-Id"]
    assert "X-Evil" not in answer.headers


def test_fault_26_a_body_that_is_too_large_is_refused(strange: httpx.Client) -> None:
    for size in (MAX_BODY_BYTES + 1, 1_000_000):
        for method, path in (("POST", "analyze"), ("PUT", "profile")):
            url = f"api/v1/users/{ODD}/{path}"
            answer = strange.request(method, url, content=b" " * size, headers={"Content-Type": "application/json"})
            refused(answer, {413})
            assert answer.json()["type"] == "/problems/body-too-large"


@pytest.mark.parametrize(
    "query",
    [
        "scores?start_date=2026-03-01'%20or%20'1'='1",
        "scores?score_types=sleep'%3B%20drop%20table%20scores%3B--",
        "biomarkers?categories=..%2F..%2Fetc",
        "wearable-data?date_range=2026-03-01%0D%0AX-Evil:%20yes",
        "health-context?days=7%3B%20select%20pg_sleep(60)",
        "analyses?cursor=%00",
        "analyses?limit=%D9%A3",
    ],
)
def test_fault_26_a_strange_query_is_refused(strange: httpx.Client, query: str) -> None:
    refused(strange.get(f"api/v1/users/{ODD}/{query}"), {422})


@pytest.mark.parametrize(
    ("method", "path", "name", "value"),
    [
        ("POST", "analyze", b"Idempotency-Key", b"once\tmore"),
        ("POST", "analyze", b"Idempotency-Key", "naïve".encode()),
        ("POST", "analyze", b"Idempotency-Key", b"x" * 129),
        ("GET", "wearable-data/stream", b"Last-Event-ID", b"1%0D%0AX-Evil: yes"),
    ],
)
def test_fault_26_a_strange_header_is_refused(
    strange: httpx.Client, method: str, path: str, name: bytes, value: bytes
) -> None:
    refused(strange.request(method, f"api/v1/users/{ODD}/{path}", headers={name: value}), {422})


@pytest.mark.parametrize("given", [b"evil%0d%0aX-Evil: yes", b"<script>alert(1)</script>", "näme-4711".encode()])
def test_fault_26_a_strange_correlation_id_is_sent_back_to_nobody(strange: httpx.Client, given: bytes) -> None:
    answer = strange.get("live", headers={b"X-Correlation-Id": given})
    assert answer.status_code == 200
    assert re.fullmatch(r"[0-9a-zA-Z-]{8,64}", answer.headers["X-Correlation-Id"])
    assert "X-Evil" not in answer.headers


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
