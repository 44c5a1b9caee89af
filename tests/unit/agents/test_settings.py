"""The wiring of the agent functions."""

from collections.abc import Iterator

import pytest

from holisticos.agents import bootstrap
from holisticos.agents.settings import AgentSettings
from holisticos.agents.spec import Analysis, combine
from holisticos.contracts.errors import ConfigurationError
from tests.examples import a_report

ENVIRONMENT = {
    **{name.upper(): "true" for name in AgentSettings.model_fields},
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "LANGUAGE_MODEL_SECONDS": "3.5",
    "LANGUAGE_MODEL_TOKENS": "800",
    "USER_BUDGET_USD": "0.25",
    "DAILY_BUDGET_USD": "20",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    bootstrap.ports.cache_clear()
    yield monkeypatch
    bootstrap.ports.cache_clear()


def test_ports_are_made_once_when_first_asked_for(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OPENAI_BASE_URL", "none")
    assert bootstrap.ports() is bootstrap.ports()
    assert bootstrap.ports().language_model is None


def test_a_stage_that_names_a_provider_has_a_model_within_its_limits(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OPENAI_BASE_URL", "https://provider.test/v1")
    desk = bootstrap.ports().language_model
    assert desk is not None
    assert (desk.seconds, desk.model.most_tokens_out) == (3.5, 800)
    assert (desk.limits.user, desk.limits.everybody) == (250_000_000, 20_000_000_000)


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConfigurationError, match="SNAPSHOT_BUCKET"):
        AgentSettings.from_environment({"ANALYSES_TABLE": "a", "AUDIT_TABLE": "b"})


def test_one_id_cannot_stand_for_two_pieces_of_evidence() -> None:
    (one,) = a_report().evidence
    assert combine(Analysis((one,)), Analysis((one,))).evidence == (one,)
    with pytest.raises(ValueError, match="two different pieces of evidence are called e1"):
        combine(Analysis((one,)), Analysis((one.model_copy(update={"value": 1.0}),)))
