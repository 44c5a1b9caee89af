"""What to do now: as much as the archetype has room for, the most valuable first."""

from collections.abc import Iterable, Mapping
from typing import Final

from holisticos.agents import metrics
from holisticos.agents.archetypes import Budget
from holisticos.agents.metrics import Role, measure
from holisticos.agents.safety import is_professional_advice
from holisticos.contracts.analysis import Plan
from holisticos.contracts.report import Evidence, Recommendation

_SAME_AIM: Final = {
    metrics.SLEEP_MINUTES: "going to bed earlier",
    metrics.BEDTIME: "going to bed earlier",
    metrics.WAKE_TIME: "getting up steadily",
    "social_jetlag": "getting up steadily",
}
"""Targets that the same act serves."""


def fit(
    recommendations: Iterable[Recommendation],
    budget: Budget,
    *,
    worth: Mapping[str, float],
    evidence: Mapping[str, Evidence],
) -> Plan:
    """``worth`` is the score of the insight by the id of each finding.

    One recommendation an aim: the more valuable, or the gentler where both ask for more of the body. Advice
    to see a professional costs neither minutes nor a habit.
    """
    candidates = sorted(recommendations, key=lambda item: (-_worth(item, worth), item.effort_minutes, item.id))
    items: list[Recommendation] = [item for item in candidates if is_professional_advice(item)]
    habits, minutes = 0, 0
    for item in _one_an_aim([item for item in candidates if not is_professional_advice(item)], evidence):
        if habits < budget.new_habits and minutes + item.effort_minutes <= budget.minutes:
            items.append(item)
            habits += 1
            minutes += item.effort_minutes
    return Plan(minutes_budget=budget.minutes, minutes_used=minutes, items=tuple(items))


def _worth(item: Recommendation, worth: Mapping[str, float]) -> float:
    return max((worth.get(id_, 0.0) for id_ in item.finding_ids), default=0.0)


def _one_an_aim(candidates: list[Recommendation], evidence: Mapping[str, Evidence]) -> list[Recommendation]:
    chosen: dict[str, Recommendation] = {}
    for item in candidates:
        aim = _aim(item, evidence)
        first = chosen.setdefault(aim, item)
        if _is_gentler(item, first):
            chosen[aim] = item
    return list(chosen.values())


def _aim(item: Recommendation, evidence: Mapping[str, Evidence]) -> str:
    """What a recommendation is after: the metric of its target, else what it follows from.

    Whatever adds load of one kind has one aim; two such things at once would be twice the step.
    """
    if item.target is not None:
        return _SAME_AIM.get(item.target.metric, item.target.metric)
    cited = evidence[item.evidence_ids[0]]
    cause = cited.metric.split("~")[0]
    if item.adds_load:
        return cause
    return _SAME_AIM.get(cause, f"{cause}.{cited.statistic}")


def _is_gentler(item: Recommendation, than: Recommendation) -> bool:
    if item.target is None or than.target is None or measure(item.target.metric).role is not Role.LOAD:
        return False
    return item.target.metric == than.target.metric and item.target.value < than.target.value
