"""Every function gets what its settings ask for, and its own code alone."""

import re
from importlib import import_module
from typing import Any

import pytest

from holisticos.agents.settings import AgentSettings
from holisticos.contracts.names import AgentName
from holisticos.runtime.settings import Settings
from infra.assets import AWS_CLIENTS, ROOT, SHARED_PACKAGE
from tests.infrastructure.conftest import Synthesis

PACKAGES = [
    *("api", "webhook", "ingest", "fetch_data"),
    *(f"agents/{name}" for name in AgentName),
    *("aggregate", "daily", "reconcile", "erasure"),
]


def deployed(synthesis: Synthesis, package: str) -> dict[str, Any]:
    handler = f"functions.{package.replace('/', '.')}.handler.lambda_handler"
    (found,) = [
        properties
        for properties in synthesis.resources("AWS::Lambda::Function").values()
        if properties["Handler"] == handler
    ]
    return found


def settings_of(package: str) -> type[Settings]:
    """The settings model in the package's ``settings`` module; agents share one."""
    if package.startswith("agents/"):
        return AgentSettings
    module = import_module(f"functions.{package}.settings")
    (model,) = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Settings) and value.__module__ == module.__name__
    ]
    return model


def test_all_functions_are_known_here(dev: Synthesis) -> None:
    assert len(dev.resources("AWS::Lambda::Function")) == len(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_variables_are_the_fields_of_the_settings(dev: Synthesis, package: str) -> None:
    variables = deployed(dev, package)["Environment"]["Variables"]

    assert set(variables) == {name.upper() for name in settings_of(package).model_fields}


@pytest.mark.parametrize("package", PACKAGES)
def test_settings_accept_the_variables(dev: Synthesis, prod: Synthesis, package: str) -> None:
    for synthesis, stage, disabled in ((dev, "dev", True), (prod, "prod", False)):
        variables = deployed(synthesis, package)["Environment"]["Variables"]
        defaults = {name: each.get("Default") for name, each in synthesis.template["Parameters"].items()}
        plain = {
            name: value if isinstance(value, str) else defaults.get(value.get("Ref")) or "resolved-on-deployment"
            for name, value in variables.items()
        }

        settings = settings_of(package).from_environment(plain)

        assert settings.stage == stage
        assert settings.powertools_trace_disabled is disabled


@pytest.mark.parametrize("package", PACKAGES)
def test_an_asset_holds_only_the_functions_own_folder(dev: Synthesis, package: str) -> None:
    own = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "functions" / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packages_above = {"functions/__init__.py"} | (
        {"functions/agents/__init__.py"} if package.startswith("agents/") else set()
    )

    assert dev.asset_files(deployed(dev, package)["Code"]["S3Key"]) == own | packages_above


@pytest.mark.parametrize("package", PACKAGES)
def test_the_handler_is_in_the_asset(dev: Synthesis, package: str) -> None:
    properties = deployed(dev, package)
    module = properties["Handler"].rpartition(".")[0]

    assert f"{module.replace('.', '/')}.py" in dev.asset_files(properties["Code"]["S3Key"])


def test_functions_share_the_defaults(dev: Synthesis) -> None:
    log_groups = dev.resources("AWS::Logs::LogGroup")
    for properties in dev.resources("AWS::Lambda::Function").values():
        assert properties["Runtime"] == "python3.14"
        assert properties["Architectures"] == ["arm64"]
        assert len(properties["Layers"]) == 1
        logging = properties["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        assert log_groups[logging["LogGroup"]["Ref"]]["RetentionInDays"] == 14
        assert "TracingConfig" not in properties


def test_functions_trace_where_the_stage_says_so(prod: Synthesis) -> None:
    for properties in prod.resources("AWS::Lambda::Function").values():
        assert properties["TracingConfig"] == {"Mode": "Active"}


def test_the_metrics_of_functions_pass_the_log_level(dev: Synthesis, prod: Synthesis) -> None:
    # Metrics are log lines without a level, which Lambda takes for INFO.
    for synthesis in (dev, prod):
        for properties in synthesis.resources("AWS::Lambda::Function").values():
            assert properties["LoggingConfig"]["ApplicationLogLevel"] in {"DEBUG", "INFO"}


def test_a_state_waits_longer_than_its_function_may_run(dev: Synthesis) -> None:
    for package in ("fetch_data", "aggregate", *(f"agents/{name}" for name in AgentName)):
        assert deployed(dev, package)["Timeout"] < 20
    assert deployed(dev, "daily")["Timeout"] < 60
    assert deployed(dev, "reconcile")["Timeout"] < 40
    assert deployed(dev, "erasure")["Timeout"] < 65
    assert deployed(dev, "api")["Timeout"] <= 29
    assert deployed(dev, "webhook")["Timeout"] <= 29


def test_the_layer_has_the_clients_that_are_made() -> None:
    sources = [*SHARED_PACKAGE.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    made = {
        name
        for path in sources
        for name in re.findall(r"""\bclient\(\s*["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }

    assert made == AWS_CLIENTS
