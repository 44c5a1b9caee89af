"""How the body copes at present, by heart rate variability and resting heart rate against the person's usual.

The same two tests wherever they are made, so that agents that both speak of recovery cannot disagree.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from holisticos.agents import judgement, metrics, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.formatting import Said
from holisticos.agents.metrics import Role, is_welcome, measure
from holisticos.agents.phrases import finding
from holisticos.analytics.coverage import worn_otherwise
from holisticos.analytics.heart import resting_heart_rate, weekly_hrv
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import WEEK, DateSpan, Evidence, Finding
from holisticos.health.series import DailySeries

NOT_TOLD_APART: Final = ", which cannot be told from its usual ups and downs"


_MEANING: Final = {True: ": a sign of good recovery", False: ": a sign of strain", None: ""}
"""By whether the change is welcome."""


def is_strain(metric: str, direction: Direction | None) -> bool:
    """Whether a move of a sign of recovery is one to its bad side: the same answer for agents and aggregation."""
    return measure(metric).role is Role.RECOVERY and is_welcome(metric, direction) is False


class State(StrEnum):
    """``strained`` where one of the signs is established on its bad side, whatever the other says."""

    STRAINED = "strained"
    RESTED = "rested"
    USUAL = "usual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recovery:
    claims: Claims

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.claims.evidence

    @property
    def known(self) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.value is not None and item.baseline is not None)

    @property
    def leans_to_strain(self) -> bool:
        """A sign is noticeably on its bad side, be it established or not: no reason to ask for more."""
        return any(is_welcome(item.metric, item.direction) is False for item in self.known)

    @property
    def state(self) -> State:
        if not self.known:
            return State.UNKNOWN
        signs = {is_welcome(item.metric, item.direction) for item in self.known if self.claims.claimed(item)}
        if False in signs:
            return State.STRAINED
        return State.RESTED if True in signs else State.USUAL

    def findings(self, agent: AgentName) -> tuple[Finding, ...]:
        """One finding for each sign that could be computed."""
        return tuple(self._told(agent, item) for item in self.known)

    def _told(self, agent: AgentName, evidence: Evidence) -> Finding:
        claimed = self.claims.claimed(evidence)
        words, said = measure(evidence.metric), Said(evidence)
        rest = _MEANING[is_welcome(evidence.metric, evidence.direction)] if claimed else NOT_TOLD_APART
        if evidence.metric == metrics.HRV:
            same = said.value == said.usual
            rest = "" if same else rest
            beside = "the same as" if same else "beside"
            against = f"{said.standing} {said.usual}" if claimed else f"{beside} your usual {said.usual}"
            text = f"Your heart rate variability was {said.value} over the last week of nights, {against}{rest} "
            text += f"(ln rMSSD, {said.nights})."
        else:
            side = f"{said.size} {'above' if said.number > 0 else 'below'}" if said.differs else "the same as"
            rest = rest if said.differs else ""
            text = f"Your resting heart rate was {side} your usual {said.usual} in {said.period}{rest} "
            text += f"(median, {said.days})."
        return finding(
            agent,
            f"{evidence.metric}_recovery",
            f"{words.title} {said.standing}" if claimed else f"{words.title}: no clear change",
            text,
            [evidence],
            importance=judgement.importance(evidence) if claimed else judgement.TYPICAL,
            direction=evidence.direction if claimed else Direction.STABLE,
        )


def recovery(hrv: DailySeries, resting: DailySeries, window: DateSpan, history: DateSpan) -> Recovery:
    """Over the last week, also where the window is a single day: one night says little about recovery."""
    at_rest = resting_of_week(resting, window, history)
    if at_rest.value is not None and worn_otherwise(hrv, at_rest.window, spans.known_before(at_rest.window, resting)):
        at_rest = _not_compared(at_rest)
    return Recovery(family([weekly_hrv(hrv, window, history), at_rest]))


def _not_compared(resting: Evidence) -> Evidence:
    reason = "the device is worn at night in the one stretch of days and hardly in the other"
    return Evidence(
        id=resting.id,
        metric=resting.metric,
        statistic=resting.statistic,
        unit=resting.unit,
        window=resting.window,
        n=resting.n,
        method=resting.method,
        reference=resting.reference,
        unavailable_because=reason,
    )


def resting_of_week(resting: DailySeries, window: DateSpan, history: DateSpan) -> Evidence:
    week = spans.recent(window, history, WEEK)
    return spans.of_recent(resting_heart_rate(resting, week, spans.before(week, history)))
