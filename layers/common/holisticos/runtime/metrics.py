"""Metrics in CloudWatch's embedded metric format: one line on standard output each, no call to any service.

They are written at once and not collected until the invocation ends: nothing is lost when it fails or is
killed, and every line can have dimensions of its own. All have ``service`` and ``stage``, because stages may
share an account.

=====================  =====================  ====================================================
metric                 further dimensions     meaning
=====================  =====================  ====================================================
``OperationDuration``  ``operation``          milliseconds
``OperationFailure``   ``operation``          1 or 0: the average is the error rate, the sum the number
                                              of failures, the sample count that of operations
``ColdStart``          none                   1 for the first invocation of a process
``RequestsUncounted``  none                   requests that no limit could be held against
``CacheAnswers``       ``use``                1 for each answer about health data, by what the cache did
``CircuitOpened``      ``dependency``         1 each time a failing dependency is left alone
``Wordings``           ``engine``,            1 for each report of a stage with a language model; ``reason`` is why
                       ``reason``             the rules spoke, else ``none``
``ModelTokens``        ``agent``, ``kind``    tokens of one report: ``in``, ``cached`` (part of ``in``), ``out``
``ModelCost``          ``agent``              US dollars
=====================  =====================  ====================================================
"""

import os
from functools import cache

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

__all__ = ["MetricUnit", "record", "record_cold_start", "record_operation"]


def record(name: str, value: float, unit: MetricUnit = MetricUnit.Count, **dimensions: str) -> None:
    """Write one metric. Dimensions are few and fixed words: every new value of one is a new metric to pay for."""
    _write({name: (unit, value)}, dimensions)


def record_operation(operation: str, *, duration_ms: float, failed: bool) -> None:
    """Write how long an operation took and whether it failed."""
    _write(
        {
            "OperationDuration": (MetricUnit.Milliseconds, duration_ms),
            "OperationFailure": (MetricUnit.Count, float(failed)),
        },
        {"operation": operation},
    )


@cache
def record_cold_start() -> None:
    """Count this process, once."""
    record("ColdStart", 1)


def _write(values: dict[str, tuple[MetricUnit, float]], dimensions: dict[str, str]) -> None:
    # Fallbacks, because a metric must never be what fails; a function's settings insist on the variables.
    line = AmazonCloudWatchEMFProvider(
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "HolisticOS"),
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", "unknown"),
        default_dimensions={"stage": os.environ.get("STAGE", "unknown"), **dimensions},
    )
    for name, (unit, value) in values.items():
        line.add_metric(name=name, unit=unit, value=value)
    line.flush_metrics()
