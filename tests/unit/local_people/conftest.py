"""Real data, where they are; they are never part of the project."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def lifesnaps() -> Path:
    """The LifeSnaps folder."""
    return _folder("lifesnaps")


@pytest.fixture(scope="session")
def fitabase() -> Path:
    """The Fitabase folder."""
    return _folder("fitabase")


def _folder(name: str) -> Path:
    if not (_SHARED / name).is_dir():
        pytest.skip(f"the real data ../shared/data/{name} are not on this machine")
    return _SHARED / name
