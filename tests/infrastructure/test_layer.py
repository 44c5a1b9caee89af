"""The layer: what is in it, and that it is built once and whole."""

import importlib.util
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from infra import assets
from infra.assets import AWS_CLIENTS, LAMBDA, BuildError, Layer, Platform, archive_of, find_interpreter, layer_for

ANOTHER = Platform(name="another", python_version="2.0", triple=None)


@pytest.fixture(scope="module")
def host_layer() -> Layer:
    return layer_for(Platform.host())


@pytest.fixture(scope="module")
def lambda_layer() -> Layer:
    return layer_for(LAMBDA)


@pytest.mark.parametrize("platform", [LAMBDA, Platform.host()], ids=lambda platform: platform.name)
def test_a_layer_has_our_package_and_the_packages_it_runs_on(platform: Platform) -> None:
    python = layer_for(platform).path / "python"

    for module in (
        "holisticos/ports.py",
        "fastapi/__init__.py",
        "aws_lambda_powertools/__init__.py",
        "boto3/__init__.py",
    ):
        assert (python / module).is_file()
    assert not (python / "functions").exists()
    assert not (python / "bin").exists()


def test_botocore_describes_the_clients_that_are_made_and_no_other(lambda_layer: Layer) -> None:
    data = lambda_layer.path / "python" / "botocore" / "data"

    assert {path.name for path in data.iterdir() if path.is_dir()} == AWS_CLIENTS
    assert (data / "endpoints.json").is_file()


def test_the_layer_for_lambda_runs_on_its_processor(lambda_layer: Layer) -> None:
    native = {path.name for path in (lambda_layer.path / "python").rglob("*.so")}

    assert native
    assert all("cpython-314-aarch64-linux-gnu" in name or "abi3" in name for name in native), native


def test_bytecode_is_of_the_version_that_runs_and_never_checked(host_layer: Layer) -> None:
    sources = list((host_layer.path / "python" / "holisticos").rglob("*.py"))

    assert sources
    for source in sources:
        header = Path(importlib.util.cache_from_source(str(source))).read_bytes()[:8]
        assert header[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(header[4:], "little") == 0b01


def test_the_layer_for_lambda_has_the_bytecode_of_its_version_or_none(lambda_layer: Layer) -> None:
    tags = {path.name.split(".")[-2] for path in lambda_layer.path.rglob("*.pyc")}

    assert lambda_layer.bytecode is (find_interpreter(LAMBDA.python_version) is not None)
    assert tags == ({"cpython-314"} if lambda_layer.bytecode else set())


def test_the_layer_alone_makes_every_client(host_layer: Layer) -> None:
    program = "import sys, boto3; [boto3.client(name, region_name='eu-central-1') for name in sys.argv[1:]]"

    subprocess.run(  # noqa: S603 - our own words only
        [sys.executable, "-S", "-c", program, *sorted(AWS_CLIENTS)],
        env={"PYTHONPATH": str(host_layer.path / "python")},
        check=True,
    )


def test_the_archive_is_the_folder(lambda_layer: Layer) -> None:
    with zipfile.ZipFile(archive_of(lambda_layer)) as archive:
        names = set(archive.namelist())

    assert names == {
        str(path.relative_to(lambda_layer.path)) for path in lambda_layer.path.rglob("*") if path.is_file()
    }


def test_lambda_takes_a_package_of_this_size(lambda_layer: Layer) -> None:
    size = assets.size_of(lambda_layer)

    # Lambda's limit is 250 MB unzipped; ours is what cold starts bear, bytecode included.
    assert size.unzipped < 90_000_000
    assert size.zipped < 35_000_000


def test_what_was_built_is_taken_again(host_layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_must", lambda *_: pytest.fail("it was built again"))

    assert layer_for(Platform.host()) == host_layer


def test_a_build_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="uv failed"):
        layer_for(ANOTHER, builds=tmp_path / "layers")

    assert list((tmp_path / "layers").iterdir()) == []


def test_builds_that_nobody_uses_are_dropped(tmp_path: Path) -> None:
    long_ago = (0.0, time.time() - 30 * 86_400)
    for name in ("lambda-old", "lambda-used"):
        (tmp_path / name / "python").mkdir(parents=True)
        os.utime(tmp_path / name, long_ago)
    (tmp_path / "lambda-old.zip").touch()
    os.utime(tmp_path / "lambda-old.zip", long_ago)
    (tmp_path / "lambda-new.zip").touch()

    assets._once(tmp_path / "lambda-used", lambda _: pytest.fail("it is there"))
    assets._once(tmp_path / "lambda-made", lambda path: path.mkdir())

    assert {path.name for path in tmp_path.iterdir()} == {"lambda-used", "lambda-new.zip", "lambda-made"}


def test_a_change_of_our_package_gives_another_digest(
    host_layer: Layer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "holisticos"
    changed.mkdir()
    (changed / "__init__.py").write_text("CHANGED = True\n")
    monkeypatch.setattr(assets, "SHARED_PACKAGE", changed)
    built = []

    def build(path: Path, _: object) -> Path:
        built.append(path.name)
        return path

    monkeypatch.setattr(assets, "_once", build)

    assert layer_for(Platform.host()).digest != host_layer.digest
    # The packages of others stay those that were installed.
    assert any(name.startswith("host") and "packages" in name for name in built)
