"""The description that clients are generated from."""

from typing import Any

import pytest
from pydantic import BaseModel

from functions.api import account_views, health_views, schemas
from functions.api.app import describe
from functions.api.routes import probes
from local.openapi import PATH, text
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


MODELS: dict[str, type[BaseModel]] = {
    name: model
    for module in (schemas, health_views, account_views, probes)
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, BaseModel)
}
METHODS = {"get", "put", "post", "delete"}


def test_the_file_is_the_description_of_this_version() -> None:
    assert PATH.read_text(encoding="utf-8") == text(), "`make openapi` writes it anew"


def test_it_does_not_depend_on_where_it_is_asked_for() -> None:
    assert describe() == DOCUMENT


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
        "issue_stream_ticket": "POST /api/v1/analysis/{analysis_id}/stream-ticket",
        "follow_analysis_with_ticket": "GET /api/v1/ticketed/analysis/{analysis_id}/stream",
        "list_analyses": "GET /api/v1/users/{user_id}/analyses",
        "read_health_context": "GET /api/v1/users/{user_id}/health-context",
        "read_scores": "GET /api/v1/users/{user_id}/scores",
        "read_biomarkers": "GET /api/v1/users/{user_id}/biomarkers",
        "read_wearable_data": "GET /api/v1/users/{user_id}/wearable-data",
        "follow_wearable_data": "GET /api/v1/users/{user_id}/wearable-data/stream",
        "issue_wearable_data_ticket": "POST /api/v1/users/{user_id}/wearable-data/stream-ticket",
        "follow_wearable_data_with_ticket": "GET /api/v1/ticketed/users/{user_id}/wearable-data/stream",
        "give_feedback": "POST /api/v1/users/{user_id}/recommendations/{recommendation_id}/feedback",
        "read_audit": "GET /api/v1/users/{user_id}/audit",
        "export_data": "POST /api/v1/users/{user_id}/export",
        "erase_user": "DELETE /api/v1/users/{user_id}",
        "read_erasure": "GET /api/v1/users/{user_id}/erasure",
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
def test_every_operation_is_described(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation.get("description") or operation["tags"] == ["service"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    for parameter in operation.get("parameters", ()):
        assert parameter.get("description"), parameter["name"]
        assert {"type": "null"} not in parameter["schema"].get("anyOf", ())


@operations
def test_every_body_has_an_example(operation: dict[str, Any]) -> None:
    if "requestBody" not in operation:
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    model = MODELS[schema["$ref"].rpartition("/")[2]]
    examples = DOCUMENT["components"]["schemas"][model.__name__]["examples"]
    assert examples
    for example in examples:
        model.model_validate(example)


@operations
def test_every_answer_has_an_example_of_its_model(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json")
        if content is None:
            continue
        examples = content["examples"].values()
        assert examples, status
        model = MODELS[content["schema"]["$ref"].rpartition("/")[2]]
        for example in examples:
            shown = model.model_validate(example["value"]).model_dump(mode="json")
            assert missing_in(shown, example["value"]) == []


def missing_in(shown: Any, example: Any, path: str = "") -> list[str]:
    """Where the example says what the model does not have."""
    if isinstance(example, dict):
        if not isinstance(shown, dict):
            return [path]
        return [
            problem
            for name, value in example.items()
            for problem in (missing_in(shown[name], value, f"{path}.{name}") if name in shown else [f"{path}.{name}"])
        ]
    if isinstance(example, list):
        pairs = zip(shown, example, strict=True)
        return [problem for number, pair in enumerate(pairs) for problem in missing_in(*pair, f"{path}.{number}")]
    return [] if shown == example else [path]


@operations
def test_every_answer_names_its_headers(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        assert "X-Correlation-Id" in answer["headers"]
        assert ("Retry-After" in answer["headers"]) == (status in {"429", "503"})
        assert ("Location" in answer["headers"]) == (status == "202")
        counted = "security" in operation and status not in {"400", "401", "413", "500", "503"}
        assert ("RateLimit-Remaining" in answer["headers"]) == counted


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
