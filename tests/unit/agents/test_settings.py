"""The wiring of the agent functions."""

import pytest

from holisticos.agents import bootstrap
from holisticos.agents.settings import AgentSettings
from holisticos.agents.spec import Analysis, combine
from holisticos.contracts.errors import ConfigurationError
from tests.examples import a_report


def test_ports_are_made_once_when_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in AgentSettings.model_fields:
        monkeypatch.setenv(name.upper(), "INFO" if name.endswith("level") else "true")
    bootstrap.ports.cache_clear()
    assert bootstrap.ports() is bootstrap.ports()
    assert bootstrap.ports().language_model is None
    bootstrap.ports.cache_clear()


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConfigurationError, match="SNAPSHOT_BUCKET"):
        AgentSettings.from_environment({"ANALYSES_TABLE": "a", "AUDIT_TABLE": "b"})


def test_one_id_cannot_stand_for_two_pieces_of_evidence() -> None:
    (one,) = a_report().evidence
    assert combine(Analysis((one,)), Analysis((one,))).evidence == (one,)
    with pytest.raises(ValueError, match="two different pieces of evidence are called e1"):
        combine(Analysis((one,)), Analysis((one.model_copy(update={"value": 1.0}),)))
