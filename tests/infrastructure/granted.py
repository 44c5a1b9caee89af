"""What a template grants to whom."""

from collections.abc import Iterator
from typing import Any

from tests.infrastructure.conftest import Synthesis


def grants(synthesis: Synthesis) -> Iterator[tuple[str, str, str]]:
    """Role, action and resource of every Allow statement; resources as text."""
    for properties in synthesis.resources("AWS::IAM::Policy").values():
        (role,) = [role["Ref"] for role in properties["Roles"]]
        yield from _statements(role, properties["PolicyDocument"])
    for role, properties in synthesis.resources("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            yield from _statements(role, policy["PolicyDocument"])


def _statements(role: str, document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        for action in _many(statement["Action"]):
            for resource in _many(statement["Resource"]):
                yield role, action, _text(resource)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_text(part) for part in parts)
    raise AssertionError(f"unknown form of resource: {value}")
