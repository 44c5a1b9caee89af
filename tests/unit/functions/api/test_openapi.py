"""The description that clients are generated from."""

from typing import Any

import pytest

from tests.unit.functions.api.served import Served

DOCUMENT: dict[str, Any] = Served().app.openapi()
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
operations = pytest.mark.parametrize(
    "operation", [item for _, item in OPERATIONS], ids=[name for name, _ in OPERATIONS]
)


def test_it_is_openapi_3_1_and_served_to_users(api: Served) -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert api.get("/api/v1/openapi.json").json() == DOCUMENT


def test_the_operations_of_this_version() -> None:
    assert {operation["operationId"]: name for name, operation in OPERATIONS} == {
        "live": "GET /live",
        "ready": "GET /ready",
        "ask_for_analysis": "POST /api/v1/users/{user_id}/analyze",
        "read_analysis": "GET /api/v1/analysis/{analysis_id}",
        "follow_analysis": "GET /api/v1/analysis/{analysis_id}/stream",
        "list_analyses": "GET /api/v1/users/{user_id}/analyses",
        "read_profile": "GET /api/v1/users/{user_id}/profile",
        "replace_profile": "PUT /api/v1/users/{user_id}/profile",
    }


@operations
def test_every_error_is_described_as_a_problem_with_an_example(operation: dict[str, Any]) -> None:
    errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
    assert "500" in errors
    for status, answer in errors.items():
        (media_type,) = answer["content"]
        assert media_type == "application/problem+json"
        assert answer["content"][media_type]["schema"] == {"$ref": "#/components/schemas/Problem"}
        examples = answer["content"][media_type]["examples"].values()
        assert examples
        assert all(example["value"]["status"] == int(status) for example in examples)


@operations
def test_what_needs_a_sign_in_says_so(operation: dict[str, Any]) -> None:
    signed_in = operation["tags"] != ["service"]
    assert ("security" in operation) == signed_in
    assert ("401" in operation["responses"]) == signed_in


def test_no_reference_leads_nowhere() -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(value) for value in node.values()))
        return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()

    for reference in references(DOCUMENT):
        node: Any = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            node = node[name]
        assert node


def test_nothing_of_the_frameworks_own_errors_is_left() -> None:
    assert not {"HTTPValidationError", "ValidationError"} & set(DOCUMENT["components"]["schemas"])
