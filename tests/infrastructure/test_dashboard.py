"""The dashboard shows what functions record, under the names by which they record it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from holisticos.contracts.names import AgentName, CacheUse, Engine
from holisticos.contracts.usage import Fallback
from holisticos.health.quality import WEIGHTS
from holisticos.health.records import DropReason
from tests.infrastructure.conftest import Synthesis
from tests.metric_table import documented

NAMESPACE = "HolisticOS"
_SEARCH = re.compile(r"SUM\(SEARCH\('\{(\w+),([\w,]+)\} MetricName=\"(\w+)\" stage=\"dev\"(.*)', 'Sum', 300\)\)")


def widgets(synthesis: Synthesis) -> list[dict[str, Any]]:
    """What the widgets are told; names of resources are left open."""
    (dashboard,) = synthesis.resources("AWS::CloudWatch::Dashboard").values()
    body = "".join(part if isinstance(part, str) else "..." for part in dashboard["DashboardBody"]["Fn::Join"][1])
    return [widget["properties"] for widget in json.loads(body)["widgets"]]


def lines(synthesis: Synthesis) -> Iterator[tuple[str, str, set[str], str]]:
    """Graph, metric, dimensions and label of each line of what functions record themselves."""
    for widget in widgets(synthesis):
        for line in widget.get("metrics", ()):
            options = line[-1] if isinstance(line[-1], dict) else {}
            if line[0] == NAMESPACE:
                yield widget["title"], line[1], set(line[2:-1:2]), options["label"]
            elif "expression" in options:
                found = _SEARCH.fullmatch(options["expression"])
                assert found
                assert found[1] == NAMESPACE
                dimensions = set(found[2].split(","))
                assert set(re.findall(r' (\w+)="\w+"', found[4])) <= dimensions
                yield widget["title"], found[3], dimensions, options["label"]


def test_metrics_are_shown_under_the_dimensions_that_they_have(dev: Synthesis) -> None:
    """CloudWatch knows a metric by all its dimensions together; a graph of any others stays empty."""
    known = documented()
    shown = set()
    for _, metric, dimensions, _ in lines(dev):
        assert dimensions == {"service", "stage"} | known[metric], metric
        shown.add(metric)
    assert shown == {
        *("DataQuality", "DataQualityPart", "WearDays", "LongestGapDays", "DataFreshnessHours"),
        *("RecordsDroppedByReason", "CacheAnswers", "Wordings", "ModelTokens", "ModelCost"),
    }


def test_each_case_has_a_line(dev: Synthesis) -> None:
    labels: dict[str, list[str]] = {}
    for title, _, _, label in lines(dev):
        labels.setdefault(title, []).append(label)

    assert labels["Quality of health data, 0 to 1"] == ["health api", "database"]
    assert labels["Parts of the quality, from the health API"] == list(WEIGHTS)
    assert labels["Answers about health data, by what the cache did"] == list(CacheUse)
    assert labels["Reports, by who chose the words"] == list(Engine)
    assert labels["Cost of the language model, US dollars"] == list(AgentName)
    assert labels["Why the rules chose the words"] == [why.replace("_", " ") for why in Fallback]
    assert labels["Records dropped, by reason"] == [why.replace("_", " ") for why in DropReason]
    assert all(len(set(one)) == len(one) for one in labels.values())


def test_titles_are_clear(dev: Synthesis) -> None:
    titles = [widget["title"] for widget in widgets(dev)]
    assert len(set(titles)) == len(titles)
