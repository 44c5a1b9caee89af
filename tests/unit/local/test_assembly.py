"""Reading what the CDK app wrote."""

import json
from pathlib import Path

import pytest

from local.assembly import ACCOUNT, Assembly
from local.state import LocalStackError
from tests import trial_stack


def test_buckets_are_those_of_the_emulators_account_and_region(tmp_path: Path) -> None:
    assembly = Assembly.read(trial_stack.write(tmp_path), "eu-north-1")

    assert {asset.bucket for asset in assembly.assets} == {f"cdk-hnb659fds-assets-{ACCOUNT}-eu-north-1"}
    assert {asset.key for asset in assembly.assets} == {"function.zip", "layer.zip"}


def test_the_same_folder_gives_the_same_archive_names(tmp_path: Path) -> None:
    asset = Assembly.read(trial_stack.write(tmp_path), "eu-north-1").asset("function.zip")

    assert asset.content() == asset.content()


def test_a_folder_without_a_stack_is_told(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match="no synthesized stack"):
        Assembly.read(tmp_path, "eu-north-1")

    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {}}))
    with pytest.raises(LocalStackError, match="one stack, not 0"):
        Assembly.read(tmp_path, "eu-north-1")


def test_an_asset_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match=r"other\.zip"):
        Assembly.read(trial_stack.write(tmp_path), "eu-north-1").asset("other.zip")
