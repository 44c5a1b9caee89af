"""Structured logs: one JSON line a record, with a category, and nothing of a person in clear.

Use ``log`` for a plain record and ``telemetry.operation`` for whatever takes time or can fail. Fields
hold names, counts, durations and digests (``user_digest``): never health values, never user ids.
"""

import logging
import os
import sys
import traceback
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from types import TracebackType
from typing import Any, TextIO

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from holisticos.contracts.errors import HolisticOsError
from holisticos.contracts.names import AgentName
from holisticos.runtime.pseudonym import user_digest

__all__ = ["LogCategory", "bind", "bound", "clear_bound", "describe", "log", "logger", "user_digest"]


class LogCategory(StrEnum):
    """What a record is about; operators filter by it."""

    API = "API"
    API_TIMING = "API-TIMING"
    API_ERROR = "API-ERROR"
    DB = "DB"
    DB_PERFORMANCE = "DB-PERFORMANCE"
    DB_ERROR = "DB-ERROR"
    AGENT_BEHAVIOR = "AGENT-BEHAVIOR"
    AGENT_MEMORY = "AGENT-MEMORY"
    AGENT_NUTRITION = "AGENT-NUTRITION"
    AGENT_ROUTINE = "AGENT-ROUTINE"
    AGENT_ADAPTATION = "AGENT-ADAPTATION"
    AGENT_INSIGHTS = "AGENT-INSIGHTS"
    AGENT_PERFORMANCE = "AGENT-PERFORMANCE"
    AGENT_ERROR = "AGENT-ERROR"
    MEMORY = "MEMORY"
    MEMORY_CACHE = "MEMORY-CACHE"
    MEMORY_ERROR = "MEMORY-ERROR"
    SYSTEM = "SYSTEM"
    SYSTEM_PERFORMANCE = "SYSTEM-PERFORMANCE"
    SYSTEM_ERROR = "SYSTEM-ERROR"

    @classmethod
    def of_agent(cls, agent: AgentName) -> "LogCategory":
        return cls(f"AGENT-{agent.upper()}")

    @property
    def timing(self) -> "LogCategory":
        """The category of durations of this kind of work."""
        return _TIMING.get(self._family, self)

    @property
    def error(self) -> "LogCategory":
        """The category of failures of this kind of work."""
        return LogCategory(f"{self._family}-ERROR")

    @property
    def _family(self) -> str:
        return self.value.partition("-")[0]


_TIMING = {
    "API": LogCategory.API_TIMING,
    "DB": LogCategory.DB_PERFORMANCE,
    "AGENT": LogCategory.AGENT_PERFORMANCE,
    "SYSTEM": LogCategory.SYSTEM_PERFORMANCE,
}


_TALKATIVE = ("botocore", "boto3", "httpcore", "httpx", "openai", "urllib3")
"""They log whole URLs, in which ids stand, and bodies."""


def describe(error: BaseException) -> str:
    """What may be shown of an error: our own messages name no person; those of libraries may quote data."""
    return str(error) if isinstance(error, HolisticOsError) else type(error).__name__


def logger() -> Logger:
    """The logger of the service; Powertools reads its level from the environment when it is first used."""
    return _logger_of(os.environ.get("POWERTOOLS_SERVICE_NAME", "unknown"))


@cache
def _logger_of(service: str) -> Logger:
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    return Logger(
        service=service,
        logger_handler=_CurrentStdout(),
        logger_formatter=_DiscreetFormatter(use_rfc3339=True, utc=True, serialize_stacktrace=False),
    )


def log(category: LogCategory, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write one record; ``level`` is one of the standard library's."""
    write: Callable[..., None] = getattr(logger(), logging.getLevelName(level).lower())
    write(message, extra={"category": category.value, **fields}, stacklevel=3)


def bind(**keys: str) -> None:
    """Put ``keys`` on every further record of this invocation or request.

    They are kept in a context variable: requests that run side by side do not see each other's.
    """
    logger().thread_safe_append_keys(**keys)


def bound(key: str) -> str | None:
    """What was bound under ``key``, for work that goes on elsewhere."""
    value = logger().thread_safe_get_current_keys().get(key)
    return value if isinstance(value, str) else None


def clear_bound() -> None:
    """Forget what was bound; a warm process serves one user after another."""
    logger().thread_safe_clear_keys()


class _CurrentStdout(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stdout`` is now, as ``print`` does, not to what it was at creation."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # the base class has an attribute here
        return sys.stdout


class _DiscreetFormatter(LambdaPowertoolsFormatter):
    """Keeps messages of foreign exceptions out of the logs: they may quote the data they failed on."""

    def formatException(  # noqa: N802 - the name is that of the standard library
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        error = ei[1]
        lines: list[str] = []
        while error is not None:
            frames = traceback.format_tb(error.__traceback__)
            lines.insert(0, f"{''.join(frames)}{type(error).__name__}: {describe(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\n".join(lines)
