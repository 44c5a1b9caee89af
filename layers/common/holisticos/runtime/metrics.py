"""Metrics in CloudWatch's embedded metric format: lines on standard output, no call to any service.

They are written at once and not collected until the invocation ends: nothing is lost when it fails or is
killed, and every line can have dimensions of its own. An operation is counted by the record that logs it. All
have ``service`` and ``stage``, because stages may share an account.

==========================  ======================  ==================================================================
metric                      further dimensions      meaning
==========================  ======================  ==================================================================
``OperationDuration``       ``operation``           milliseconds
``OperationFailure``        ``operation``           1 or 0: the average is the error rate, the sum the number of
                                                    failures, the sample count that of operations
``ColdStart``               none                    1 for the first invocation of a process
``RequestsUncounted``       none                    requests that no limit could be held against
``CacheAnswers``            ``use``                 1 for each answer about health data, by what the cache did
``CircuitOpened``           ``dependency``          1 each time a failing dependency is left alone
``BackgroundWorkFailed``    none                    work beside an answer that did not come to its end
``DataQuality``             ``source``              0..1, of the data of one analysis
``DataQualityPart``         ``source``, ``part``    0..1, of one part of that
``WearDays``                ``source``              days with data
``LongestGapDays``          ``source``              days in a row without any
``DataFreshnessHours``      ``source``              age of the newest record
``RecordsDropped``          ``source``              records that were received and not used
``RecordsDroppedByReason``  ``reason``              the same, from all sources
``WebhooksRefused``         ``reason``              deliveries that were not taken in
``DeliveriesDropped``       ``reason``              deliveries for nobody
``DeliveriesSetAside``      ``reason``              records that could not be stored as such
``RecordsIngested``         none                    new or changed records, of the source's deliveries
``RecordsWrittenThrough``   none                    new or changed records, of what was read
``RecordsMissing``          ``part``                records that the database lacked
``RecordsOutdated``         ``part``                records that it had in an older version
``Wordings``                ``engine``, ``reason``  1 for each report of a stage with a language model; ``reason`` is
                                                    why the rules spoke, else ``none``
``ModelTokens``             ``agent``, ``kind``     tokens of one report: ``in``, ``cached`` (part of ``in``), ``out``
``ModelCost``               ``agent``               US dollars
==========================  ======================  ==================================================================
"""

import os
from functools import cache
from time import time
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from holisticos.runtime.logging import write_line

__all__ = ["MetricUnit", "of_operation", "record", "record_cold_start"]

_Units = tuple[tuple[str, str], ...]
_Dimensions = tuple[tuple[str, str], ...]

_OPERATION: _Units = (
    ("OperationDuration", MetricUnit.Milliseconds.value),
    ("OperationFailure", MetricUnit.Count.value),
)


def record(name: str, value: float, unit: MetricUnit = MetricUnit.Count, **dimensions: str) -> None:
    """Write one metric. Dimensions are few and fixed words: every new value of one is a new metric to pay for."""
    write_line(_embedded(((name, unit.value),), tuple(dimensions.items()), (value,)))


def of_operation(operation: str, *, duration_ms: float, failed: bool) -> dict[str, Any]:
    """Fields that make a log record count an operation: how long it took and whether it failed."""
    return _embedded(_OPERATION, (("operation", operation),), (duration_ms, float(failed)))


@cache
def record_cold_start() -> None:
    """Count this process, once."""
    record("ColdStart", 1)


def _embedded(units: _Units, dimensions: _Dimensions, values: tuple[float, ...]) -> dict[str, Any]:
    # Fallbacks, because a metric must never be what fails; a function's settings insist on the variables.
    blank = _blank(
        os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "HolisticOS"),
        os.environ.get("POWERTOOLS_SERVICE_NAME", "unknown"),
        os.environ.get("STAGE", "unknown"),
        units,
        dimensions,
    )
    measured = {name: [float(value)] for (name, _), value in zip(units, values, strict=True)}
    return {**blank, "_aws": {**blank["_aws"], "Timestamp": round(time() * 1000)}, **measured}


@cache
def _blank(namespace: str, service: str, stage: str, units: _Units, dimensions: _Dimensions) -> dict[str, Any]:
    """A line without its values: made by the library that knows the format, once for each kind of line."""
    provider = AmazonCloudWatchEMFProvider(
        namespace=namespace, service=service, default_dimensions={"stage": stage, **dict(dimensions)}
    )
    for name, unit in units:
        provider.add_metric(name=name, unit=unit, value=0)
    return dict(provider.serialize_metric_set())
