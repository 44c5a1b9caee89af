"""Settings come from the environment, whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holisticos.contracts.errors import ConfigurationError
from holisticos.runtime.settings import Settings
from tests.unit.runtime.conftest import ENVIRONMENT


class ExampleSettings(Settings):
    analyses_table: str
    deadline_seconds: float


WHOLE = ENVIRONMENT | {"ANALYSES_TABLE": "analyses", "DEADLINE_SECONDS": "1.8", "PATH": "/bin"}


def test_every_field_is_read_from_its_upper_cased_name() -> None:
    settings = ExampleSettings.from_environment(WHOLE)

    assert settings == ExampleSettings(
        stage="test",
        powertools_service_name="runtime-tests",
        powertools_metrics_namespace="HolisticOS",
        powertools_log_level="INFO",
        powertools_trace_disabled=True,
        analyses_table="analyses",
        deadline_seconds=1.8,
    )


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "staging")

    assert Settings.from_environment().stage == "staging"


@pytest.mark.parametrize("value", ["false", "0", "no"])
def test_flags_are_read_as_words(value: str) -> None:
    assert Settings.from_environment(WHOLE | {"POWERTOOLS_TRACE_DISABLED": value}).powertools_trace_disabled is False


def test_every_wrong_variable_is_named() -> None:
    environ = WHOLE | {"POWERTOOLS_LOG_LEVEL": "LOUD", "DEADLINE_SECONDS": "soon", "STAGE": ""}
    del environ["ANALYSES_TABLE"]

    with pytest.raises(ConfigurationError) as caught:
        ExampleSettings.from_environment(environ)

    message = str(caught.value)
    for name in ("POWERTOOLS_LOG_LEVEL", "DEADLINE_SECONDS", "STAGE", "ANALYSES_TABLE (not set)"):
        assert name in message
    assert "POWERTOOLS_SERVICE_NAME" not in message


@given(st.text(alphabet="abcdefghjkmpqxyz", min_size=12, max_size=40))
def test_no_value_is_shown(secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ExampleSettings.from_environment(WHOLE | {"DEADLINE_SECONDS": secret, "POWERTOOLS_LOG_LEVEL": secret})

    assert secret not in str(caught.value)
    assert caught.value.__cause__ is None


def test_settings_do_not_change() -> None:
    settings = Settings.from_environment(WHOLE)

    with pytest.raises(ValidationError):
        setattr(settings, "stage", "other")  # noqa: B010 - mypy refuses the plain assignment too
