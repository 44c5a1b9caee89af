import sys
from collections.abc import Iterator
from typing import Any

import pytest

from functions.fetch_data import bootstrap
from functions.fetch_data.handler import lambda_handler
from holisticos.adapters.health_api import HttpHealthSource
from holisticos.adapters.sahha import SahhaHealthSource
from holisticos.contracts.errors import ConfigurationError, InvalidPayloadError
from holisticos.contracts.names import Source
from holisticos.ports import HealthSource
from tests.lambda_context import a_context

ENVIRONMENT = {
    "STAGE": "test",
    "POWERTOOLS_SERVICE_NAME": "fetch_data",
    "POWERTOOLS_METRICS_NAMESPACE": "HolisticOS",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "ANALYSES_TABLE": "analyses",
    "USERS_TABLE": "users",
    "AUDIT_TABLE": "audit",
    "EPHEMERAL_TABLE": "ephemeral",
    "SNAPSHOT_BUCKET": "snapshots",
    "HEALTH_PROVIDER": "hos-fapi",
    "HEALTH_API_BASE_URL": "http://127.0.0.1:9",
    "HEALTH_API_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:health-api",
    "DELIVERY_QUEUE_URL": "http://127.0.0.1:9/queue",
    "REDIS_URL": "",
    "REDIS_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:redis",
    "DATABASE_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:database",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    bootstrap.fetch_data.cache_clear()
    yield
    bootstrap.fetch_data.cache_clear()


def test_is_wired_once_and_gives_each_source_once() -> None:
    wired = bootstrap.fetch_data()
    assert bootstrap.fetch_data() is wired
    for name in (Source.HEALTH_API, Source.DATABASE):
        assert wired.source(name).source is name
        assert wired.source(name) is wired.source(name)


@pytest.mark.parametrize(("provider", "adapter"), [("hos-fapi", HttpHealthSource), ("sahha", SahhaHealthSource)])
def test_asks_the_provider_it_is_told(
    monkeypatch: pytest.MonkeyPatch, provider: str, adapter: type[HealthSource]
) -> None:
    monkeypatch.setenv("HEALTH_PROVIDER", provider)
    wired: Any = bootstrap.fetch_data().source(Source.HEALTH_API)
    assert type(wired._inner._guarded) is adapter


def test_knows_no_other_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_PROVIDER", "guesswork")
    with pytest.raises(ConfigurationError, match="HEALTH_PROVIDER"):
        bootstrap.fetch_data()


def test_knows_no_other_source() -> None:
    with pytest.raises(ConfigurationError, match="cache"):
        bootstrap.fetch_data().source(Source.CACHE)


@pytest.mark.parametrize("variable", sorted(ENVIRONMENT.keys() - {"REDIS_URL"}))
def test_names_the_variable_that_is_missing(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(ConfigurationError, match=variable):
        bootstrap.fetch_data()


def test_a_wrong_base_url_is_named_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_API_BASE_URL", "ftp://somewhere")
    with pytest.raises(ConfigurationError, match="base URL"):
        bootstrap.fetch_data().source(Source.HEALTH_API)


def test_refuses_a_payload_that_is_none_of_its_own() -> None:
    with pytest.raises(InvalidPayloadError, match="source"):
        lambda_handler({"analysis_id": "an-1", "correlation_id": "c", "source": "guesswork"}, a_context())


def test_importing_the_function_opens_and_reads_nothing() -> None:
    assert "functions.fetch_data.handler" in sys.modules
    assert bootstrap.fetch_data.cache_info().currsize == 0
