"""An analysis once more, from what was recorded of it: the same bytes, or the first place where they differ.

The snapshot holds data, profile, memory and answers as they were, and the head what was asked for; the clock stands
where it stood. Three things are not consequences of these and are taken as recorded: how long an agent took, what a
language model made of it (its words; what they are about is computed again), and which agents failed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from functions.aggregate.assemble import assemble
from holisticos.agents.consent import consented
from holisticos.agents.runner import as_asked, report_by_rules
from holisticos.contracts.analysis import AnalysisHead, AnalysisResult
from holisticos.contracts.names import AgentName, AgentStatus, Engine
from holisticos.contracts.report import AgentReport, Finding, Recommendation
from holisticos.health.context import UserHealthContext
from holisticos.health.snapshot import decode
from local.agents import SPECS

_COMPUTED: Final = {"agent", "status", "findings", "recommendations", "evidence", "day"}
"""What of a report follows from the snapshot; the rest tells of the circumstances."""
_FAILED: Final = frozenset({AgentStatus.DEGRADED, AgentStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where two results differ: its path, and what stands there; absent values are ``None``."""

    path: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """``recorded`` and ``replayed`` are the results as JSON in UTF-8."""

    recorded: bytes
    replayed: bytes

    @property
    def same(self) -> bool:
        return self.recorded == self.replayed

    @property
    def sha256(self) -> str:
        """Of the replayed bytes."""
        return hashlib.sha256(self.replayed).hexdigest()

    @property
    def difference(self) -> Difference | None:
        return _difference("", json.loads(self.recorded), json.loads(self.replayed))


def replay(head: AnalysisHead, recorded: AnalysisResult, snapshot: bytes) -> Replay:
    """Run the agents and the aggregation on ``snapshot`` as they ran for ``recorded``.

    Raises ``SnapshotCorruptError`` where the snapshot is no context, ``ValueError`` where the result names none.
    """
    if recorded.snapshot is None:
        raise ValueError("the result names no snapshot")
    context = consented(decode(snapshot))
    asked = as_asked(context, head)
    reports = {agent: _again(agent, asked, report) for agent, report in recorded.agents.items()}
    result = assemble(head, context, reports, recorded.snapshot, recorded.completed_at)
    return Replay(recorded.model_dump_json().encode(), result.model_dump_json().encode())


def _again(agent: AgentName, context: UserHealthContext, recorded: AgentReport) -> AgentReport:
    if recorded.status in _FAILED:
        return recorded
    report = report_by_rules(SPECS[agent], context)
    fields = set(AgentReport.model_fields) - _COMPUTED
    if recorded.status is AgentStatus.SKIPPED:
        fields -= {"reason"}
    circumstances = {name: getattr(recorded, name) for name in fields}
    if recorded.engine is Engine.MODEL:
        circumstances |= {
            "findings": _worded(report.findings, recorded.findings, "title", "text"),
            "recommendations": _worded(report.recommendations, recorded.recommendations, "text", "why"),
        }
    return report.model_copy(update=circumstances)


def _worded(
    computed: tuple[Finding, ...] | tuple[Recommendation, ...],
    recorded: tuple[Finding, ...] | tuple[Recommendation, ...],
    *words: str,
) -> tuple[Finding | Recommendation, ...]:
    """What was computed, in the words and the order of the language model; what it did not word comes last."""
    left = {item.id: item for item in computed}
    worded = [
        left.pop(item.id).model_copy(update={name: getattr(item, name) for name in words})
        for item in recorded
        if item.id in left
    ]
    return (*worded, *left.values())


def _difference(path: str, recorded: Any, replayed: Any) -> Difference | None:
    if isinstance(recorded, Mapping) and isinstance(replayed, Mapping):
        pairs = [
            (f"{path}.{key}".lstrip("."), recorded.get(key), replayed.get(key)) for key in {**recorded, **replayed}
        ]
    elif isinstance(recorded, list) and isinstance(replayed, list):
        longest = range(max(len(recorded), len(replayed)))
        pairs = [(f"{path}[{place}]", _at(recorded, place), _at(replayed, place)) for place in longest]
    else:
        return None if recorded == replayed else Difference(path, recorded, replayed)
    return next((found for pair in pairs if (found := _difference(*pair))), None)


def _at(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else None
