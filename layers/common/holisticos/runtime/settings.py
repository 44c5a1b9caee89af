"""Settings of a function, read from its environment on the first invocation.

Every function has its own subclass with exactly the variables it needs. Plain pydantic rather than
pydantic-settings: nothing is read but the environment, and every import lengthens a cold start.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from holisticos.contracts.errors import ConfigurationError
from holisticos.contracts.names import HealthProvider

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


Optional = Annotated[str, Field(min_length=0)]
"""A variable that may be empty, or missing where a platform takes the one for the other."""


class Settings(BaseModel):
    """What every function is told.

    A variable bears the upper-cased name of its field. Powertools reads its own four by itself; they
    stand here so that one that is missing is an error and not a default.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", str_min_length=1, hide_input_in_errors=True)

    stage: str
    powertools_service_name: str
    powertools_metrics_namespace: str
    powertools_log_level: LogLevel
    powertools_trace_disabled: bool

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read ``environ``, by default that of the process.

        Raises ``ConfigurationError`` that names every wrong variable and none of their values, because
        one may hold a secret.
        """
        source = os.environ if environ is None else environ
        given = {name: source[name.upper()] for name in cls.model_fields if name.upper() in source}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            problems = sorted(
                f"{'.'.join(map(str, problem['loc'])).upper()} ({_plain(problem['type'], problem['msg'])})"
                for problem in error.errors(include_input=False, include_url=False)
            )
            raise ConfigurationError(f"wrong environment: {', '.join(problems)}") from None


class HealthProviderSettings(Settings):
    """What functions are told that ask the health API."""

    health_provider: HealthProvider
    health_api_base_url: str
    health_api_secret_arn: str
    """Its credentials, for a provider that asks for some."""


def _plain(kind: str, message: str) -> str:
    return "not set" if kind == "missing" else message[:1].lower() + message[1:]
