"""What the gateway answers by itself looks like everything else of the API."""

import httpx
import pytest

from local.workbench import Workbench


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "kind"),
    [
        ("GET", "api/v1/users/ana/profile", {}, 401, "unauthenticated"),
        ("GET", "api/v1/users/ana/profile", {"Authorization": "Bearer nonsense"}, 401, "unauthenticated"),
        ("GET", "nothing/here", {}, 404, "not-found"),
    ],
)
def test_a_refusal_of_the_gateway_is_a_problem(
    workbench: Workbench, method: str, path: str, headers: dict[str, str], status: int, kind: str
) -> None:
    given = {"Origin": "http://localhost:3000", **headers}
    answer = httpx.request(method, f"{workbench.endpoints.api_url}/{path}", headers=given, timeout=30)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{kind}", status)
    assert problem["correlation_id"] == answer.headers["X-Correlation-Id"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Correlation-Id" in answer.headers["Access-Control-Expose-Headers"]


def test_a_page_of_the_stage_may_read_the_functions_answers(workbench: Workbench) -> None:
    answer = httpx.get(f"{workbench.endpoints.api_url}/live", headers={"Origin": "http://localhost:3000"}, timeout=30)

    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"


def test_anybody_may_read_the_reference(workbench: Workbench) -> None:
    page = httpx.get(f"{workbench.endpoints.api_url}/docs", timeout=30)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.text.startswith("<!doctype html>")

    document = httpx.get(f"{workbench.endpoints.api_url}/openapi.json", timeout=30)
    assert document.json()["openapi"].startswith("3.1")
