"""Structured logs: one JSON line a record, with a category, and nothing of a person in clear.

Use ``log`` for a plain record and ``telemetry.operation`` for whatever takes time or can fail. Fields
hold names, counts, durations and digests (``user_digest``): never health values, never user ids.
"""

import logging
import os
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from time import time
from types import FrameType, TracebackType
from typing import Any, TextIO

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from pydantic_core import to_json

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
        logger_formatter=_LineFormatter(),
    )


def log(category: LogCategory, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write one record; ``level`` is one of the standard library's.

    It goes round the standard library's records and handlers, which cost more than all else there is to a record.
    """
    if level >= logger().log_level:
        place = _place(sys._getframe(1))  # noqa: SLF001 - what `inspect.currentframe` returns, at half the price
        line = _line(level, place, message, time(), {"category": category.value, **fields})
        write_line(line)


def write_line(fields: Mapping[str, Any]) -> None:
    """Write one JSON object on a line of its own, in one piece: threads write side by side."""
    sys.stdout.write(to_json(fields, fallback=str).decode() + "\n")
    sys.stdout.flush()


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


_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""What a record of the standard library has of itself; the rest are our fields."""


class _LineFormatter(LambdaPowertoolsFormatter):
    """Records that come by way of the standard library, as lines like those of ``log``.

    Keeps messages of foreign exceptions out of the logs: they may quote the data they failed on.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[0]:
            fields["exception"] = self.formatException(record.exc_info)
            fields["exception_name"] = record.exc_info[0].__name__
        line = _line(record.levelno, f"{record.funcName}:{record.lineno}", record.getMessage(), record.created, fields)
        return to_json(line, fallback=str).decode()

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


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_name}:{frame.f_lineno}"


def _line(level: int, location: str, message: str, at: float, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a line: those of Powertools, with what it was told of the invocation, then ours."""
    keys = logger()
    line = {
        **keys.get_current_keys(),
        "level": logging.getLevelName(level),
        "location": location,
        "message": message,
        "timestamp": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
        **keys.thread_safe_get_current_keys(),
        **fields,
    }
    if trace := os.environ.get("_X_AMZN_TRACE_ID"):
        line["xray_trace_id"] = trace.partition(";")[0].removeprefix("Root=")
    return {name: value for name, value in line.items() if value is not None}
