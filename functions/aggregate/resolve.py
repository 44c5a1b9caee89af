"""Recommendations that contradict each other, or the person: which of them stay, and by which rule the others do not.

In this order: red flags beat everything, recovery beats load, a plan that holds takes no load on and one that waits
none that is new, what the person declined is not offered, what did not help them is not offered again in the same form,
what was hardly followed gives way for a month, a smaller step takes the place of one that asks for more, and sleeping
longer comes before waking at the same time on all days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Final

from holisticos.agents import ids
from holisticos.agents.metrics import Role, measure
from holisticos.agents.recovery import is_strain
from holisticos.agents.safety import is_professional_advice
from holisticos.contracts.analysis import LeftOut
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import Evidence, Finding, Recommendation
from holisticos.health.memory import Experience
from holisticos.health.profile import Preferences
from holisticos.health.sameness import goes_on_from, same_form

BESIDE_A_RED_FLAG: Final = "nothing that asks more of the body is advised beside a red flag"
NO_AMOUNT: Final = "beside a red flag it is for a professional to say how much is right"
WHILE_STRAINED: Final = "it asks more of the body, and waits until recovery is back at your usual"
WHILE_HOLDING: Final = "it asks more of the body, and for now nothing is added"
WHILE_WAITING: Final = "it would be new load, and that waits for now"
SLEEP_FIRST: Final = "sleeping longer comes first, and for that the wake time stays"
SMALLER_FIRST: Final = "it was hardly followed, and a smaller step comes first"
NOT_WANTED: Final = "you want no advice on {area}"
DID_NOT_HELP: Final = "you said that it did not help"
HARDLY_FOLLOWED: Final = "it was hardly followed for a week and more, and gives way for a month"
GIVEN_ONCE: Final = "the same advice is given once"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What may be advised, in the order it came, what may not, and whether anything may ask more of the body."""

    allowed: tuple[Recommendation, ...]
    left_out: tuple[LeftOut, ...]
    takes_load: bool


def resolve(
    recommendations: Iterable[Recommendation],
    findings: Iterable[Finding],
    evidence: Mapping[str, Evidence],
    *,
    experiences: Iterable[Experience],
    preferences: Preferences,
    today: date,
) -> Resolved:
    """Advice to see a professional is given once, for all flags, and is never declined.

    ``findings`` are all that were made, before those that say the same become one.
    """
    given = tuple(recommendations)
    rules = _Rules(tuple(findings), evidence, tuple(experiences), preferences, today)
    stand = [item for item in given if rules.against(item) is None]
    steps = [item for item in stand if ids.is_smaller_step(item.id)]
    sleeps_longer = any(item.id in {ids.EARLIER_BEDTIME, ids.MORE_SLEEP} for item in stand)
    smaller = {item.target.metric: item.target.value for item in steps if item.target}
    flagged = [item for item in given if is_professional_advice(item)]
    fullest = max(flagged, key=lambda item: len(item.finding_ids), default=None)
    allowed: list[Recommendation] = [fullest] if fullest else []
    left_out: list[LeftOut] = []
    for item in given:
        reason = (GIVEN_ONCE if item is not fullest else None) if item in flagged else rules.against(item)
        if reason is None and item not in steps and _asks_for_more(item, smaller):
            reason = SMALLER_FIRST
        if reason is None and sleeps_longer and item.id == ids.FREE_DAY_ALARM:
            reason = SLEEP_FIRST
        if reason is not None:
            left_out.append(LeftOut(recommendation_id=item.id, text=item.text, reason=reason))
        elif item is not fullest:
            allowed.append(item)
    return Resolved(tuple(allowed), tuple(left_out), takes_load=not rules.flagged and not rules.strained)


def _asks_for_more(item: Recommendation, smaller: Mapping[str, float]) -> bool:
    """Whether a smaller step takes its place: what asks for less than that is smaller still."""
    target = item.target
    return item.adds_load and target is not None and target.value >= smaller.get(target.metric, inf)


@dataclass(frozen=True, slots=True)
class _Rules:
    findings: tuple[Finding, ...]
    evidence: Mapping[str, Evidence]
    experiences: tuple[Experience, ...]
    preferences: Preferences
    today: date

    def against(self, item: Recommendation) -> str | None:
        """The first rule that speaks against it."""
        if item.adds_load and (reason := self._against_load(item)):
            return reason
        if self.flagged and _names_an_amount(item):
            return NO_AMOUNT
        if item.area in self.preferences.not_wanted:
            return NOT_WANTED.format(area=item.area)
        if any(_is_no_help(one, item) for one in self.experiences):
            return DID_NOT_HELP
        resting = (one for one in self.experiences if one.rests(self.today))
        return HARDLY_FOLLOWED if any(same_form(one.recommendation, item) for one in resting) else None

    def _against_load(self, item: Recommendation) -> str | None:
        if self.flagged:
            return BESIDE_A_RED_FLAG
        if self.strained:
            return WHILE_STRAINED
        if self._says(ids.NEXT_STEP_HOLDS):
            return WHILE_HOLDING
        if (
            not self._says(ids.NEXT_STEP_WAITS)
            or ids.is_smaller_step(item.id)
            or goes_on_from(item, self.experiences, self.today)
        ):
            return None
        return WHILE_WAITING

    @property
    def flagged(self) -> bool:
        return any(found.red_flag for found in self.findings)

    @property
    def strained(self) -> bool:
        return any(is_strain(self._metric(found), found.direction) for found in self.findings)

    def _metric(self, found: Finding) -> str:
        return self.evidence[found.evidence_ids[0]].metric

    def _says(self, next_step: str) -> bool:
        return any(found.id == ids.of(AgentName.ADAPTATION, next_step) for found in self.findings)


def _names_an_amount(item: Recommendation) -> bool:
    """Of what asks something of the body, be it as much as ever."""
    return item.target is not None and measure(item.target.metric).role is Role.LOAD


def _is_no_help(known: Experience, item: Recommendation) -> bool:
    """The same again, or more of it."""
    if known.helpful is not False or known.recommendation.id != item.id:
        return False
    if same_form(known.recommendation, item):
        return True
    before, now = known.recommendation.target, item.target
    is_more = before is not None and now is not None and now.metric == before.metric and now.value > before.value
    return item.adds_load and is_more
