"""Findings that say the same become one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport, Evidence, Finding

Topic = tuple[tuple[str, str, date, date], ...]
"""Metric, statistic, first and last day of every piece of evidence a finding cites."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One statement, who made it, and the ids under which it was made."""

    finding: Finding
    agents: tuple[AgentName, ...]
    ids: frozenset[str]
    metrics: tuple[str, ...]


def merge(reports: Mapping[AgentName, AgentReport]) -> tuple[Merged, ...]:
    """Findings on the same statistics of the same metrics and days, as the agent told it that had most to say.

    A statement that was tested goes before one that only describes.
    """
    told: defaultdict[Topic, list[tuple[AgentName, Finding]]] = defaultdict(list)
    for agent in AgentName:
        if (report := reports.get(agent)) is None:
            continue
        evidence = {item.id: item for item in report.evidence}
        for finding in report.findings:
            told[_topic(finding, evidence)].append((agent, finding))
    return tuple(_one(topic, findings) for topic, findings in told.items())


def _topic(finding: Finding, evidence: Mapping[str, Evidence]) -> Topic:
    cited = (evidence[id_] for id_ in finding.evidence_ids)
    return tuple(sorted((item.metric, item.statistic, item.window.start, item.window.end) for item in cited))


def _one(topic: Topic, told: list[tuple[AgentName, Finding]]) -> Merged:
    _, best = max(told, key=lambda item: _weight(item[1]))
    return Merged(
        finding=best,
        agents=tuple(dict.fromkeys(agent for agent, _ in told)),
        ids=frozenset(finding.id for _, finding in told),
        metrics=tuple(dict.fromkeys(metric for metric, *_ in topic)),
    )


def _weight(finding: Finding) -> tuple[bool, float, bool, float]:
    return finding.red_flag, finding.importance, finding.direction is not None, finding.confidence


def evidence_of(reports: Iterable[AgentReport]) -> dict[str, Evidence]:
    """All evidence by id; where agents share an id, as the later agent has it."""
    return {item.id: item for report in reports for item in report.evidence}
