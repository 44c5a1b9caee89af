"""What the function's environment sets, as far as the application needs it."""

import pytest

from tests.unit.functions.api.events import ENVIRONMENT
from tests.unit.functions.api.served import Served


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def api() -> Served:
    return Served()
