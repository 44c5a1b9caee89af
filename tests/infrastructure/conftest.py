"""The synthesized stack, once a session, and what is read from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.assets import ROOT
from infra.node import use_project_node

# Importing aws_cdk starts Node, so nothing above or in a test's head may do so before this.
use_project_node()

if TYPE_CHECKING:
    from infra.stack import HolisticOsStack


@dataclass(frozen=True)
class Synthesis:
    """One stage: its constructs, its template, and the folder with template and assets."""

    stack: "HolisticOsStack"
    template: dict[str, Any]
    assembly: Path
    violations: list[str]

    def resources(self, type_: str) -> dict[str, dict[str, Any]]:
        """Properties of all resources of a type, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == type_
        }

    def asset_files(self, key: str) -> set[str]:
        """Paths of the files of the folder that is uploaded under ``key``."""
        files = json.loads((self.assembly / f"{self.stack.artifact_id}.assets.json").read_text())["files"]
        for file in files.values():
            if any(destination["objectKey"] == key for destination in file["destinations"].values()):
                folder = self.assembly / file["source"]["path"]
                return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        raise AssertionError(f"no asset has the key {key}")


def context() -> dict[str, Any]:
    """The context of ``cdk.json``."""
    parsed: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return parsed


def synthesize(stage: str, folder: Path, overrides: Mapping[str, Any] | None = None) -> Synthesis:
    """Synthesize ``stage`` into ``folder``, with settings of the stage replaced, and let cdk-nag read it."""
    from aws_cdk import App, Validations
    from cdk_nag import AwsSolutionsChecks

    from infra.stack import build_stack

    given = context()
    given["stages"][stage] |= overrides or {}
    app = App(
        context={**given, "stage": stage},
        outdir=str(folder),
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
        stack_traces=False,
        tree_metadata=False,
    )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    stack = build_stack(app)
    violations: list[str] = []
    try:
        app.synth()
    except RuntimeError:  # cdk-nag has something to say, and says it after the template is written
        violations = _violations(folder)
    template = json.loads((folder / stack.template_file).read_text(encoding="utf-8"))
    return Synthesis(stack=stack, template=template, assembly=folder, violations=violations)


def _violations(folder: Path) -> list[str]:
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    return [
        f"{violation['ruleName']} by {construct['constructPath']}: {violation['description']}"
        for plugin in report["pluginReports"]
        for violation in plugin.get("violations", [])
        for construct in violation["violatingConstructs"]
    ]


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesize("dev", tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesize("prod", tmp_path_factory.mktemp("prod"), {"alarm_email": "ops@example.com"})
