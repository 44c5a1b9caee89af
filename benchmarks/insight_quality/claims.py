"""What a set of analyses claims, by statistic."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from holisticos.agents.spec import Analysis
from holisticos.contracts.names import Direction
from holisticos.contracts.report import Evidence

MOVED: Final = frozenset({Direction.UP, Direction.DOWN})

FAMILIES: Final = {
    "median": "level",
    "ln_mean": "recovery",
    "deviation": "recovery",
    "trend": "trend",
    "changepoint": "changepoint",
    "anomaly": "anomaly",
    "spearman": "relation",
    "weekend_contrast": "weekend",
    "social_jetlag": "social jetlag",
    "usual": "timing",
    "variation": "regularity",
    "variability": "regularity",
    "habitual_need": "sleep need",
    "before_after": "before and after",
    "days_below_90": "red flag",
    "sustained_deviation": "red flag",
}
"""The family of each statistic of which something can be claimed; what is tested together has one name."""


class Claim(NamedTuple):
    """That a metric has gone up or down, by a statistic."""

    family: str
    metric: str
    statistic: str
    direction: Direction


def claims_of(analyses: Iterable[Analysis]) -> Iterator[Claim]:
    """The claims of all agents; one that several agents make comes once."""
    seen: set[Claim] = set()
    for analysis in analyses:
        evidence = {item.id: item for item in analysis.evidence}
        for finding in analysis.findings:
            if finding.direction not in MOVED or finding.direction is None:
                continue
            cited = _claimed(evidence[id_] for id_ in finding.evidence_ids)
            claim = Claim(FAMILIES[cited.statistic], cited.metric, cited.statistic, finding.direction)
            if claim not in seen:
                seen.add(claim)
                yield claim


def _claimed(cited: Iterable[Evidence]) -> Evidence:
    """Where a finding cites two, the second is today's and the first is what was found before."""
    *_, last = cited
    return last
