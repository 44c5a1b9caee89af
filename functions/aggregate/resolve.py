"""Recommendations that contradict each other: red flags beat everything, recovery beats load."""

from collections.abc import Iterable

from holisticos.agents.metrics import Role, is_welcome, measure
from holisticos.agents.safety import is_professional_advice
from holisticos.contracts.report import Evidence, Finding, Recommendation


def resolve(
    recommendations: Iterable[Recommendation], findings: Iterable[Finding], evidence: dict[str, Evidence]
) -> tuple[Recommendation, ...]:
    """What may be advised at all; the order is kept.

    Advice to see a professional is given once, for all flags. Nothing that adds load is advised beside a
    red flag, or while a sign of recovery is established on its bad side.
    """
    found = tuple(findings)
    rests = any(item.red_flag for item in found) or any(_is_strain(item, evidence) for item in found)
    flagged = [item for item in recommendations if is_professional_advice(item)]
    others = [item for item in recommendations if not is_professional_advice(item)]
    return (*_once(flagged), *(item for item in others if not (rests and item.adds_load)))


def _is_strain(finding: Finding, evidence: dict[str, Evidence]) -> bool:
    metric = evidence[finding.evidence_ids[0]].metric
    return measure(metric).role is Role.RECOVERY and is_welcome(metric, finding.direction) is False


def _once(flagged: list[Recommendation]) -> tuple[Recommendation, ...]:
    if not flagged:
        return ()
    fullest = max(flagged, key=lambda item: len(item.finding_ids))
    return (fullest,)
