"""The methods of the API in a template."""

from typing import Any

from tests.infrastructure.conftest import Synthesis


def methods(synthesis: Synthesis) -> dict[tuple[str, str], dict[str, Any]]:
    """API methods by verb and path."""
    resources = synthesis.resources("AWS::ApiGateway::Resource")

    def path(resource: dict[str, Any]) -> str:
        if "Ref" not in resource:
            return ""
        own = resources[resource["Ref"]]
        return f"{path(own['ParentId'])}/{own['PathPart']}"

    return {
        (properties["HttpMethod"], path(properties["ResourceId"]) or "/"): properties
        for properties in synthesis.resources("AWS::ApiGateway::Method").values()
    }
