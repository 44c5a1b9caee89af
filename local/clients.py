"""The clients of the API, generated from its description: a Python package and a TypeScript one.

Kept under ``.build/clients``. Generated code is not committed: it follows from ``docs/openapi.json`` and from
generators whose versions are locked.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from uv import find_uv_bin

from local.build import BUILDS, once
from local.errors import LocalError
from local.openapi import PATH as DESCRIPTION
from local.state import PROJECT

_CONFIGURATION = PROJECT / "clients"
_LOCK = PROJECT / "requirements" / "clients.lock"
_NODE_LOCK = PROJECT / "package-lock.json"
_MODULES = PROJECT / "node_modules"


def clients() -> Path:
    """The folder with the generated clients, ``python`` and ``typescript``, made when something has changed.

    Raises:
        LocalError: a generator or the compiler refuses, or the Node packages are not installed.
    """
    return once(BUILDS / "clients", [DESCRIPTION, _CONFIGURATION, _LOCK, _NODE_LOCK, Path(__file__)], _generate)


def node() -> str:
    """The project's own Node where it is installed."""
    own = Path(sys.executable).parent / "node"
    found = str(own) if own.exists() else shutil.which("node")
    if found is None:
        raise LocalError("there is no Node; `make setup` installs one")
    return found


def _generate(target: Path) -> None:
    target.mkdir()
    _generate_python(target / "python")
    _generate_typescript(target / "typescript")


def _generate_python(target: Path) -> None:
    # Apart from everything else: the generator wants other versions of what our own tools use.
    generator = once(BUILDS / "client-generator", [_LOCK], _install_generator)
    _run(
        [
            *(sys.executable, "-P", "-W", "ignore", "-m", "openapi_python_client", "generate"),
            *("--path", str(DESCRIPTION), "--config", str(_CONFIGURATION / "python.yaml")),
            *("--meta", "uv", "--output-path", str(target), "--fail-on-warning"),
        ],
        {"PYTHONPATH": str(generator)},
    )


def _generate_typescript(target: Path) -> None:
    if not (_MODULES / "openapi-typescript").is_dir():
        raise LocalError("the Node packages are not installed; `make clients` does that")
    shutil.copytree(_CONFIGURATION / "typescript", target)
    generator = _MODULES / "openapi-typescript" / "bin" / "cli.js"
    _run(
        [
            node(),
            str(generator),
            str(DESCRIPTION),
            "--output",
            str(target / "schema.ts"),
            "--default-non-nullable=false",
        ]
    )
    _run([node(), str(_MODULES / "typescript" / "bin" / "tsc"), "--project", str(target)])


def _install_generator(target: Path) -> None:
    _run(
        [
            *(find_uv_bin(), "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--compile-bytecode"),
            *("--link-mode", "copy", "--python", sys.executable),
            *("--target", str(target), "--requirement", str(_LOCK)),
        ]
    )


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": path, **(environment or {})},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["it gave no reason"]
        raise LocalError(f"the clients cannot be generated: {'; '.join(said[-3:])}")


if __name__ == "__main__":
    print(clients())  # noqa: T201 - the one thing it is asked
