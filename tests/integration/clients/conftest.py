"""The programs that make a user's journey with a generated client, and what they are run against."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.clients import clients, node
from local.state import PROJECT

HERE = Path(__file__).parent
MODULES = PROJECT / "node_modules"

_TSCONFIG = {
    "compilerOptions": {
        "target": "ES2022",
        "lib": ["ES2022", "DOM", "DOM.Iterable"],
        "module": "NodeNext",
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "noEmit": True,
        "skipLibCheck": True,
        "types": ["node"],
        "typeRoots": [str(MODULES / "@types")],
    },
    "files": ["journey.ts"],
}


@dataclass(frozen=True)
class Program:
    """A journey with one client; ``check`` is the command that holds it against the client's types."""

    folder: Path
    command: list[str]
    check: list[str]
    environment: dict[str, str]

    def run(self, url: str, user: str, token: str) -> dict[str, Any]:
        """What the user saw."""
        told = {"JOURNEY_URL": url, "JOURNEY_USER": user, "JOURNEY_TOKEN": token}
        seen: dict[str, Any] = json.loads(self._done(self.command, told).splitlines()[-1])
        return seen

    def check_types(self) -> None:
        self._done(self.check, {})

    def _done(self, command: list[str], told: dict[str, str]) -> str:
        done = subprocess.run(  # noqa: S603 - our own words only
            command,
            cwd=self.folder,
            env={**os.environ, "NO_PROXY": "127.0.0.1", **self.environment, **told},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


Journey = Callable[[], Program]


@pytest.fixture(scope="session")
def generated() -> Path:
    return clients()


@pytest.fixture(scope="session", params=["python", "typescript"])
def program(request: pytest.FixtureRequest, generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp(f"journey-{request.param}")
    return _python(folder, generated) if request.param == "python" else _typescript(folder, generated)


def _python(folder: Path, generated: Path) -> Program:
    client = str(generated / "python")
    journey = folder / "journey.py"
    journey.write_text((HERE / "journey.py").read_text())
    return Program(
        folder,
        [sys.executable, "-W", "error", str(journey)],
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / ".mypy"), str(journey)],
        {"PYTHONPATH": client, "MYPYPATH": client},
    )


def _typescript(folder: Path, generated: Path) -> Program:
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(_TSCONFIG))
    (folder / "journey.ts").write_text((HERE / "journey.ts").read_text())
    # As `npm install` would lay it out, without a registry.
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "holisticos-client").symlink_to(generated / "typescript")
    return Program(
        folder,
        [node(), "--disable-warning=ExperimentalWarning", "journey.ts"],
        [node(), str(MODULES / "typescript" / "bin" / "tsc"), "--project", str(folder)],
        {},
    )
