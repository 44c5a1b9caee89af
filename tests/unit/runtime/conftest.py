"""The environment of a function that does not trace."""

from collections.abc import Iterator

import pytest

from holisticos.runtime.metrics import record_cold_start

ENVIRONMENT = {
    "STAGE": "test",
    "POWERTOOLS_SERVICE_NAME": "runtime-tests",
    "POWERTOOLS_METRICS_NAMESPACE": "HolisticOS",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_TRACE_DISABLED": "true",
}


@pytest.fixture(autouse=True)
def function_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has not been invoked yet."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    record_cold_start.cache_clear()
    yield
    record_cold_start.cache_clear()
