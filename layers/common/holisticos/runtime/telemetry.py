"""One way to time, log, count and trace a piece of work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from holisticos.runtime import metrics
from holisticos.runtime.logging import LogCategory, describe, log
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

    @property
    def all_fields(self) -> dict[str, Any]:
        return self.fields if self.records is None else {**self.fields, "records": self.records}


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
        record_operation(category, name, started, failure=error, **running.all_fields)
        raise
    except BaseException:
        fields = {"operation": name, "duration_ms": _since(started), "success": False, "cancelled": True}
        log(category.timing, name, **running.all_fields, **fields)
        raise
    record_operation(category, name, started, **running.all_fields)


def record_operation(
    category: LogCategory,
    name: str,
    started: float,
    *,
    failure: Exception | None = None,
    failed: bool | None = None,
    **fields: Any,
) -> None:
    """Log and count an operation that began at ``started`` of ``perf_counter``, in one line.

    One with a ``failure`` has failed unless ``failed`` says otherwise.
    """
    failed = failure is not None if failed is None else failed
    if failure is not None:
        fields |= {"error_type": type(failure).__name__, "error": describe(failure)}
    duration_ms = _since(started)
    log(
        category.error if failed else category.timing,
        name,
        level=logging.ERROR if failed else logging.INFO,
        **{
            **fields,
            "duration_ms": duration_ms,
            "success": not failed,
            **metrics.of_operation(name, duration_ms=duration_ms, failed=failed),
        },
    )


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)
