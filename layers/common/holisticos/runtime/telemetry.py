"""One way to time, log, count and trace a piece of work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from holisticos.runtime.logging import LogCategory, describe, log
from holisticos.runtime.metrics import record_operation
from holisticos.runtime.tracing import subsegment


@dataclass(slots=True)
class Operation:
    """A running operation; what is set here goes on its log record."""

    records: int | None = None
    """How many records were read or written, where that has a meaning."""
    fields: dict[str, Any] = field(default_factory=dict)

    def set(self, **fields: Any) -> None:
        """Add fields that are known only while it runs: counts, sources, digests."""
        self.fields.update(fields)


@contextmanager
def operation(category: LogCategory, name: str, **fields: Any) -> Iterator[Operation]:
    """Run the block as operation ``name``.

    When it ends, one record is logged with ``category``, ``operation``, ``duration_ms``, ``success`` and
    ``records``, plus ``error`` and ``error_type`` where it failed: under the category's timing category on
    success, under its error category on failure. Errors pass through unchanged. An operation that was
    cancelled neither succeeded nor failed: it is logged with ``cancelled`` and not counted. ``name`` becomes
    a metric dimension: a fixed word such as ``read_scores``, never an id.
    """
    running = Operation(fields=dict(fields))
    started = perf_counter()
    try:
        with subsegment(name):
            yield running
    except Exception as error:
        duration_ms = _since(started)
        details = {"success": False, "error_type": type(error).__name__, "error": describe(error)}
        _write(category.error, name, duration_ms, running, details, level=logging.ERROR)
        record_operation(name, duration_ms=duration_ms, failed=True)
        raise
    except BaseException:
        _write(category.timing, name, _since(started), running, {"success": False, "cancelled": True})
        raise
    duration_ms = _since(started)
    _write(category.timing, name, duration_ms, running, {"success": True})
    record_operation(name, duration_ms=duration_ms, failed=False)


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)


def _write(
    category: LogCategory,
    name: str,
    duration_ms: float,
    running: Operation,
    details: dict[str, Any],
    level: int = logging.INFO,
) -> None:
    if running.records is not None:
        details["records"] = running.records
    log(category, name, level=level, **{**running.fields, "operation": name, "duration_ms": duration_ms, **details})
