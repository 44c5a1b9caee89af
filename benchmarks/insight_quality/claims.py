"""What a set of analyses claims, by statistic."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from holisticos.agents.spec import Analysis
from holisticos.contracts.names import AgentName, Direction

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


FOLLOW_UP: Final = "follow-up"
"""That what was found before is there still, or has turned: memory's own family."""
_ASKED_FOR: Final = "target"
"""A finding may cite what was asked for: that is no measurement, and nothing is claimed of it."""
_RECHECK: Final = f"{AgentName.MEMORY}.recheck_"


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
            again = finding.id.startswith(_RECHECK)
            measured = [evidence[id_] for id_ in finding.evidence_ids if evidence[id_].statistic != _ASKED_FOR]
            cited = measured[0 if again else -1]
            family = FOLLOW_UP if again else FAMILIES[cited.statistic]
            claim = Claim(family, cited.metric, cited.statistic, finding.direction)
            if claim not in seen:
                seen.add(claim)
                yield claim
