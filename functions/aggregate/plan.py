"""What to do now: as much as the archetype has room for, the most valuable first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from holisticos.agents import ids, metrics
from holisticos.agents.archetypes import Budget
from holisticos.agents.metrics import Role, measure
from holisticos.agents.safety import is_professional_advice
from holisticos.contracts.analysis import LeftOut, Plan
from holisticos.contracts.feedback import Adherence
from holisticos.contracts.report import PAIR, Evidence, Recommendation
from holisticos.health.memory import Experience
from holisticos.health.sameness import goes_on_from, same_form

_SAME_AIM: Final = {
    metrics.SLEEP_MINUTES: "going to bed earlier",
    metrics.BEDTIME: "going to bed earlier",
    metrics.WAKE_TIME: "getting up steadily",
    "social_jetlag": "getting up steadily",
}
"""Targets that the same act serves."""
_EASIER_DAYS: Final = frozenset({ids.EASY_DAY, ids.EASE_OFF, ids.HOLD})
"""The same act: not to ask more of the body."""
HELPED: Final = 1.5
NOT_FOLLOWED: Final = 0.5
"""Factors on the worth of what the person knows already, by what they said of it."""
WORTH_DOING: Final = 0.2
"""The worth below which nothing is asked of anybody."""
TRIVIAL: Final = "nothing that stands out calls for it"
NO_ROOM: Final = "there is no room for it in the minutes and new habits of your archetype"
ANOTHER: Final = "other advice in the plan has the same aim"


def fit(
    recommendations: Iterable[Recommendation],
    budget: Budget,
    *,
    worth: Mapping[str, float],
    evidence: Mapping[str, Evidence],
    experiences: Iterable[Experience],
    today: date,
) -> Plan:
    """``worth`` is the score of the insight by the id of each finding.

    What follows from nothing that stands out is not asked for. One recommendation an aim: the more valuable, or the
    gentler where both ask for more of the body. Advice to see a professional costs neither minutes nor a habit; what
    has become a habit costs minutes alone. What helped before goes first.
    """
    known = tuple(experiences)
    offers = [_Offer(item, _worth(item, worth), _known(item, known)) for item in recommendations]
    offers.sort(key=lambda offer: (-offer.worth, offer.item.effort_minutes, offer.item.id))
    items = [offer.item for offer in offers if is_professional_advice(offer.item)]
    habits, minutes = 0, 0
    others = [offer for offer in offers if not is_professional_advice(offer.item)]
    worthy = [offer for offer in others if offer.score >= WORTH_DOING]
    chosen = _one_an_aim(worthy, evidence)
    left_out = [_left_out(offer, TRIVIAL) for offer in others if offer not in worthy]
    left_out += [_left_out(offer, ANOTHER) for offer in worthy if offer not in chosen]
    for offer in chosen:
        item = offer.item
        if (offer.is_habit or habits < budget.new_habits) and minutes + item.effort_minutes <= budget.minutes:
            from_before = offer.known or goes_on_from(item, known, today)
            items.append(item.model_copy(update={"since": from_before.first_on}) if from_before else item)
            habits += not offer.is_habit
            minutes += item.effort_minutes
        else:
            left_out.append(_left_out(offer, NO_ROOM))
    return Plan(minutes_budget=budget.minutes, minutes_used=minutes, items=tuple(items), left_out=tuple(left_out))


@dataclass(frozen=True, slots=True)
class _Offer:
    """A recommendation, the score of what it follows from, and what became of it before."""

    item: Recommendation
    score: float
    known: Experience | None

    @property
    def is_habit(self) -> bool:
        return self.known is not None and self.known.is_habit

    @property
    def worth(self) -> float:
        if self.known is None:
            return self.score
        if self.known.helpful:
            return self.score * HELPED
        return self.score * (NOT_FOLLOWED if self.known.adherence is Adherence.NOT else 1.0)


def _known(item: Recommendation, experiences: Iterable[Experience]) -> Experience | None:
    return next((one for one in experiences if same_form(one.recommendation, item)), None)


def _left_out(offer: _Offer, reason: str) -> LeftOut:
    return LeftOut(recommendation_id=offer.item.id, text=offer.item.text, reason=reason)


def _worth(item: Recommendation, worth: Mapping[str, float]) -> float:
    return max((worth.get(id_, 0.0) for id_ in item.finding_ids), default=0.0)


def _one_an_aim(offers: list[_Offer], evidence: Mapping[str, Evidence]) -> list[_Offer]:
    chosen: dict[str, _Offer] = {}
    for offer in offers:
        aim = _aim(offer.item, evidence)
        first = chosen.setdefault(aim, offer)
        if _is_gentler(offer.item, first.item):
            chosen[aim] = offer
    return list(chosen.values())


def _aim(item: Recommendation, evidence: Mapping[str, Evidence]) -> str:
    """What a recommendation is after: the metric of its target, else what it follows from.

    Whatever adds load of one kind has one aim; two such things at once would be twice the step.
    """
    if item.id in _EASIER_DAYS:
        return "easier days"
    if item.target is not None:
        return _SAME_AIM.get(item.target.metric, item.target.metric)
    cited = evidence[item.evidence_ids[0]]
    cause = cited.metric.split(PAIR)[0]
    if item.adds_load:
        return _SAME_AIM.get(cause, cause)
    return _SAME_AIM.get(cause, f"{cause}.{cited.statistic}")


def _is_gentler(item: Recommendation, than: Recommendation) -> bool:
    if item.target is None or than.target is None or measure(item.target.metric).role is not Role.LOAD:
        return False
    return item.target.metric == than.target.metric and item.target.value < than.target.value
