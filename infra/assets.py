"""What is deployed: the layer all functions share, and which files belong to which function.

The layer is built for two platforms: for Lambda, and for the machine it is built on, where the embedded
cloud runs the same functions. A build is kept in ``.build/layers`` under the digest of everything that
went into it, so that it is done once. Nothing here needs the CDK.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent
SHARED_PACKAGE = ROOT / "layers" / "common" / "holisticos"
LAYER_LOCK = ROOT / "requirements" / "layer.lock"
BUILDS = ROOT / ".build" / "layers"

LAMBDA_PYTHON = "3.14"

AWS_CLIENTS = frozenset({"dynamodb", "s3", "secretsmanager", "sqs", "stepfunctions"})
"""The services whose clients our functions make; botocore's descriptions of all others are left out (24 MB)."""

# Never read at run time. The rest of *.dist-info stays: entry points and versions are looked up there.
_UNUSED_FOLDERS = frozenset({"tests", "test", "__pycache__", "examples"})
_UNUSED_SUFFIXES = frozenset({".pyi", ".pyc", ".c", ".h", ".pxd", ".pyx"})
_UNUSED_NAMES = frozenset({".lock", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})

_UNUSED_SECONDS = {"": 7 * 86_400, ".zip": 3_600}
"""When a build is dropped, by its suffix. Functions that run on this machine use the folders; nothing uses a zip
once the CDK has its copy."""


class BuildError(Exception):
    """The layer could not be built; the message is what the tool said."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Where a layer will run. ``triple`` is uv's name of the target; ``None`` is this machine."""

    name: str
    python_version: str
    triple: str | None

    @classmethod
    def host(cls) -> "Platform":
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return cls(name=f"host-python{version.replace('.', '')}", python_version=version, triple=None)


LAMBDA = Platform(name="lambda", python_version=LAMBDA_PYTHON, triple="aarch64-manylinux2014")


@dataclass(frozen=True, slots=True)
class Layer:
    """A built layer: ``path`` holds ``python/``; ``digest`` follows from what it was built from.

    ``bytecode`` tells whether .pyc files are in it. They halve a cold start, and only an interpreter of the
    same version can write them.
    """

    path: Path
    digest: str
    bytecode: bool


@dataclass(frozen=True, slots=True)
class PackageSize:
    """Bytes of a package: what Lambda's limits are about."""

    unzipped: int
    zipped: int


def layer_for(platform: Platform, builds: Path = BUILDS) -> Layer:
    """The layer for ``platform``, built now if it never was. Raises ``BuildError``."""
    interpreter = find_interpreter(platform.python_version)
    recipe = [repr(platform).encode(), str(interpreter is not None).encode(), Path(__file__).read_bytes()]
    packages = _digest(*recipe, LAYER_LOCK.read_bytes())
    whole = _digest(packages.encode(), *_contents(SHARED_PACKAGE))

    # The locked packages seldom change and ours does all the time: they are built apart and linked together.
    third_party = _once(
        builds / f"{platform.name}-packages-{packages[:16]}",
        lambda folder: _install_packages(folder, platform, interpreter),
    )

    def assemble(folder: Path) -> None:
        shutil.copytree(third_party / "python", folder / "python", copy_function=_link)
        _add_shared_package(folder / "python", interpreter)

    path = _once(builds / f"{platform.name}-{whole[:16]}", assemble)
    return Layer(path=path, digest=whole, bytecode=interpreter is not None)


def archive_of(layer: Layer) -> Path:
    """A zip of the layer, as it is uploaded. One file, because the CDK takes seconds to copy thousands."""
    return _once(layer.path.with_suffix(".zip"), lambda path: _zip(layer.path, path))


def function_files(package: str) -> list[str]:
    """Ignore patterns (git's) that leave of the repository what the function ``package`` needs: its own folder.

    ``package`` is a path below ``functions``, like ``api`` or ``agents/memory``. The ``__init__.py`` files on
    the way stay, so that import paths are those of the repository.
    """
    patterns = ["/*"]
    folder = ""
    for part in ("functions", *package.split("/")):
        if folder:
            patterns += [f"{folder}/*", f"!{folder}/__init__.py"]
        folder = f"{folder}/{part}"
        patterns.append(f"!{folder}")
    return [*patterns, "__pycache__", "*.py[cod]"]


def size_of(layer: Layer) -> PackageSize:
    """How large the layer is."""
    return PackageSize(
        unzipped=sum(file.stat().st_size for file in _files(layer.path)), zipped=archive_of(layer).stat().st_size
    )


@cache
def find_interpreter(version: str) -> Path | None:
    """A Python ``version`` on this machine, or ``None``."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    found = _run(find_uv_bin(), "python", "find", "--quiet", "--no-python-downloads", "--no-project", version)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def _install_packages(folder: Path, platform: Platform, interpreter: Path | None) -> None:
    python = folder / "python"
    where = ["--python-platform", platform.triple] if platform.triple else []
    _must(
        *(find_uv_bin(), "pip", "install", "--quiet", "--target", str(python)),
        *(*where, "--python-version", platform.python_version, "--only-binary", ":all:"),
        *("--require-hashes", "--link-mode", "copy", "-r", str(LAYER_LOCK)),
    )
    shutil.rmtree(python / "bin", ignore_errors=True)  # commands of the packages
    _prune(python)
    _compile(python, python, interpreter)


def _add_shared_package(python: Path, interpreter: Path | None) -> None:
    package = python / SHARED_PACKAGE.name
    shutil.copytree(SHARED_PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.py[cod]"))
    _compile(package, python, interpreter)


def _prune(python: Path) -> None:
    for data in (python / "botocore" / "data", python / "boto3" / "data"):
        for service in data.iterdir():
            if service.is_dir() and service.name not in AWS_CLIENTS:
                shutil.rmtree(service)
    for folder, names, files in os.walk(python, topdown=True):
        for name in [name for name in names if name in _UNUSED_FOLDERS]:
            shutil.rmtree(Path(folder, name))
            names.remove(name)
        for name in files:
            if name in _UNUSED_NAMES or Path(name).suffix in _UNUSED_SUFFIXES:
                Path(folder, name).unlink()


def _compile(folder: Path, root: Path, interpreter: Path | None) -> None:
    if interpreter is None:
        return
    # Unchecked hashes, because a zip's times are not those of the sources; the path is the one in Lambda.
    _must(
        *(str(interpreter), "-I", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(root), "-p", "/opt/python", str(folder)),
    )


def _once(path: Path, build: Callable[[Path], None]) -> Path:
    """Let ``build`` make a file or folder, beside ``path`` and renamed: one that was killed leaves nothing whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="unfinished-") as unfinished:
            made = Path(unfinished, "made")
            build(made)
            try:
                made.rename(path)
            except OSError:
                if not path.exists():  # else another process was first with the same content
                    raise
        _drop_unused(path.parent)
    path.touch()
    return path


def _drop_unused(builds: Path) -> None:
    """Every change of the sources leaves a build behind."""
    for old in builds.iterdir():
        with suppress(FileNotFoundError):  # another process does the same
            if time.time() - old.stat().st_mtime <= _UNUSED_SECONDS.get(old.suffix, _UNUSED_SECONDS[""]):
                continue
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink()


def _zip(folder: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as entries:
        for file in _files(folder):
            entries.write(file, file.relative_to(folder))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # no hard links on this file system
        shutil.copy2(source, target)


def _must(*command: str) -> None:
    done = _run(*command)
    if done.returncode != 0:
        raise BuildError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words only


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _contents(folder: Path) -> Iterator[bytes]:
    for path in _files(folder):
        if "__pycache__" not in path.parts:
            yield str(path.relative_to(folder)).encode()
            yield path.read_bytes()


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
