"""X-Ray traces, behind one module: the SDK is in maintenance and will be replaced one day.

The SDK is imported only where tracing is on, since its import takes longer than many an invocation, and
only synchronous code is traced: its context does not follow interleaved coroutines.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools.tracing import Tracer

_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})


def enabled() -> bool:
    """Whether this process traces: on Lambda, and not switched off."""
    return os.environ.get("POWERTOOLS_TRACE_DISABLED", "true").lower() not in _TRUE and "LAMBDA_TASK_ROOT" in os.environ


@contextmanager
def subsegment(name: str, **annotations: str) -> Iterator[None]:
    """A part of the trace. Errors are annotated by type alone: their messages may quote data."""
    if not enabled() or _in_event_loop():
        yield
        return
    failure: Exception | None = None
    with _tracer().provider.in_subsegment(name=f"## {name}") as part:
        for key, value in annotations.items():
            part.put_annotation(key, value)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised again below, beyond the recorder's reach
            part.put_annotation("error", type(error).__name__)
            failure = error
    if failure is not None:
        raise failure


@cache
def _tracer() -> "Tracer":
    from aws_lambda_powertools.tracing import Tracer  # only where tracing is on

    return Tracer(patch_modules=("botocore",))


def _in_event_loop() -> bool:
    from asyncio import get_running_loop  # only where tracing is on

    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True
