"""What rule sets of others say of the stack."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks
from cfnlint.api import lint  # type: ignore[import-untyped]  # it ships no types

from tests.infrastructure.conftest import Synthesis

IGNORED = {"W3005": "the CDK names dependencies also where a reference implies them"}


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_cdk_nag_finds_nothing_but_the_accepted(stage: str, request: pytest.FixtureRequest) -> None:
    synthesis: Synthesis = request.getfixturevalue(stage)

    assert synthesis.violations == []


def test_cdk_nag_is_heard(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), builtin_cloud_formation_validation=False)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    s3.Bucket(Stack(app, "Stack"), "OpenBucket")

    with pytest.raises(RuntimeError, match="AwsSolutions-S1"):
        app.synth()


def test_cfn_lint_finds_nothing(dev: Synthesis) -> None:
    matches = lint(json.dumps(dev.template), regions=["eu-central-1"])

    assert [str(match) for match in matches if match.rule.id not in IGNORED] == []
