"""What the stack is made of, built once for each state of the sources and kept under ``.build``."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from uv import find_uv_bin

from infra.assets import BuildError, Layer, Platform, layer_for
from local.state import PROJECT, LocalStackError, plain_errors

BUILDS = PROJECT / ".build"

_KEPT = 3
_STACK_SOURCES = ("infra", "statemachines", "functions", "layers", "requirements/layer.lock", "cdk.json")
"""What the synthesized stack follows from."""

_RUNTIME_LOCK = PROJECT / "requirements" / "local-runtime.lock"


def host_layer() -> Layer:
    """The shared layer as it runs on this machine.

    Raises:
        LocalStackError: it cannot be built.
    """
    try:
        return layer_for(Platform.host())
    except BuildError as error:
        raise LocalStackError(f"the layer cannot be built: {error}") from error


def function_runtime() -> Path:
    """The folder with the interface client that functions run under, apart from everything else installed.

    Raises:
        LocalStackError: this is not Linux, or the packages cannot be installed.
    """
    if sys.platform != "linux":
        raise LocalStackError(
            "the local stack runs its functions under awslambdaric, which exists for Linux only;"
            " use Linux, a Linux container or WSL"
        )
    return once(BUILDS / "function-runtime", [_RUNTIME_LOCK], _install_runtime)


def synthesized() -> Path:
    """The folder with the assembly of the stage ``dev``, synthesized anew when a source has changed.

    Raises:
        LocalStackError: the CDK app refuses.
    """
    return once(BUILDS / "assemblies", [PROJECT / source for source in _STACK_SOURCES], _synthesize)


def _install_runtime(target: Path) -> None:
    _run(
        "the function runtime cannot be installed",
        [
            *(find_uv_bin(), "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--compile-bytecode"),
            *("--link-mode", "copy", "--python", sys.executable),
            *("--target", str(target), "--requirement", str(_RUNTIME_LOCK)),
        ],
    )


def _synthesize(target: Path) -> None:
    _run(
        "the stack cannot be synthesized (`make synth` shows more)",
        [sys.executable, "-W", "ignore", str(PROJECT / "infra" / "app.py")],
        {
            "CDK_OUTDIR": str(target),
            # The project's own Node, whatever else the search path offers.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        },
    )


def _run(problem: str, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise LocalStackError(f"{problem}: {said[-1]}")


def once(builds: Path, sources: Sequence[Path], build: Callable[[Path], None]) -> Path:
    """What ``build`` makes of ``sources``, in a folder named by their contents.

    It gets its name only when it is whole: of a build that was killed nothing looks finished.
    """
    target = builds / _digest(sources)[:16]
    if target.is_dir():
        return target
    with plain_errors(f"cannot write {builds}"):
        builds.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=builds, prefix="unfinished-") as unfinished:
            whole = Path(unfinished) / "build"
            build(whole)
            try:
                whole.rename(target)
            except OSError:
                if not target.is_dir():  # else another process was as fast
                    raise
        _forget_old(builds)
    return target


def _forget_old(builds: Path) -> None:
    """Keep the last few: another stack may be using the one before this."""
    ages = sorted((path.stat().st_mtime, path) for path in builds.iterdir())
    for _, path in ages[:-_KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _digest(sources: Sequence[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _files(sources):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PROJECT)} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _files(sources: Sequence[Path]) -> Iterator[Path]:
    for source in sources:
        found = [source] if source.is_file() else sorted(source.rglob("*"))
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)
