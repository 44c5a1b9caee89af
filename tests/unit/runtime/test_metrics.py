"""Metrics are valid embedded metric format, written at once."""

import ast
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from holisticos.runtime.metrics import MetricUnit, of_operation, record, record_cold_start
from tests.metric_table import documented
from tests.output import Output

ROOT = Path(__file__).parents[3]


def test_a_metric_line_is_embedded_metric_format(capsys: pytest.CaptureFixture[str]) -> None:
    record("FreshnessHours", 2.5, MetricUnit.NoUnit, source="database")

    line = json.loads(Output.of(capsys).text)

    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "HolisticOS"
    assert [set(names) for names in directive["Dimensions"]] == [{"service", "stage", "source"}]
    assert directive["Metrics"] == [{"Name": "FreshnessHours", "Unit": "None"}]
    assert (line["service"], line["stage"], line["source"]) == ("runtime-tests", "test", "database")
    assert line["FreshnessHours"] == [2.5]


def test_lines_do_not_share_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    record("First", 1, source="database")
    record("Second", 1)

    first, second = Output.of(capsys).metrics
    assert "source" in first
    assert "source" not in second
    assert "First" not in second


@pytest.mark.parametrize("failed", [True, False])
def test_an_operation_counts_its_failure_and_time(failed: bool) -> None:
    line = of_operation("read_scores", duration_ms=12.5, failed=failed)

    assert (line["operation"], line["OperationDuration"], line["OperationFailure"]) == ("read_scores", [12.5], [failed])
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert {metric["Name"] for metric in directive["Metrics"]} == {"OperationDuration", "OperationFailure"}
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60


def test_a_process_starts_cold_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        record_cold_start()

    assert [line["ColdStart"] for line in Output.of(capsys).metrics] == [1]


def test_a_metric_needs_no_environment(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"):
        monkeypatch.delenv(name)

    record("Anything", 1)

    (line,) = Output.of(capsys).metrics
    assert (line["service"], line["stage"]) == ("unknown", "unknown")


def written() -> Iterator[tuple[str, frozenset[str]]]:
    """Name and dimensions of each metric that some module records under its own name."""
    for folder in ("functions", "layers/common/holisticos"):
        for module in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name("record"), args=[ast.Constant(str(name)), *_], keywords=given):
                        yield name, frozenset(str(keyword.arg) for keyword in given) - {"unit"}


def test_the_table_names_all_metrics_and_their_dimensions() -> None:
    of_operations = dict.fromkeys(("OperationDuration", "OperationFailure"), frozenset({"operation"}))
    assert {*written(), *of_operations.items()} == set(documented().items())
