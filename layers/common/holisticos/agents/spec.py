"""What makes an agent: one cut through the data, one pure analysis, one optional prompt."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from holisticos.agents.metrics import measure
from holisticos.contracts.base import Contract
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import PAIR, DayBlock, Evidence, Finding, Recommendation
from holisticos.health.context import UserHealthContext

Input = TypeVar("Input", bound=Contract)


_MOST_REASONS: Final = 3
"""The evidence has all of them."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was computed and what follows from it.

    Evidence that could not be computed is kept: it says what was looked for and why it is missing.
    """

    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    day: tuple[DayBlock, ...] = ()

    @property
    def why_nothing(self) -> str:
        """The first reasons for which nothing could be computed, in the order they were met, and of what."""
        reasons: dict[str, dict[str, None]] = {}
        for item in self.evidence:
            if item.unavailable_because:
                reasons.setdefault(item.unavailable_because, {})[_name(item.metric)] = None
        told = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
        if len(told) > _MOST_REASONS:
            told[_MOST_REASONS:] = [f"and {len(told) - _MOST_REASONS} reasons more"]
        return "; ".join(told) or "nothing of what this agent looks at was measured"


def _name(metric: str) -> str:
    return " and ".join(measure(part).name for part in metric.split(PAIR))


def combine(*parts: Analysis) -> Analysis:
    """One analysis of several; the same evidence used by two parts is kept once.

    Raises ``ValueError`` where two parts give one id to different evidence: what cites it would be ambiguous.
    """
    evidence: dict[str, Evidence] = {}
    for item in (item for part in parts for item in part.evidence):
        if evidence.setdefault(item.id, item) != item:
            raise ValueError(f"two different pieces of evidence are called {item.id}")
    return Analysis(
        evidence=tuple(evidence.values()),
        findings=tuple(finding for part in parts for finding in part.findings),
        recommendations=tuple(item for part in parts for item in part.recommendations),
        day=tuple(block for part in parts for block in part.day),
    )


@dataclass(frozen=True, slots=True)
class AgentSpec(Generic[Input]):
    """An agent as data: everything in which it differs from the other five.

    ``prepare`` gives the agent exactly what it may see; ``analyse`` is pure: the same input gives the
    same analysis, to the byte. Without ``prompt`` the agent is never worded by a language model.
    """

    name: AgentName
    prepare: Callable[[UserHealthContext], Input]
    analyse: Callable[[Input], Analysis]
    prompt: Path | None = None
