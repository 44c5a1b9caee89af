"""How alike the days and nights of a week are."""

from typing import Final

from functions.agents.behavior.input import BehaviorInput
from holisticos.agents import judgement, metrics, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.formatting import Said
from holisticos.agents.spec import Analysis
from holisticos.analytics.regularity import sleep_regularity
from holisticos.analytics.sleep_timing import clock_variability, mid_sleeps
from holisticos.analytics.usual import consistency
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import WEEK, Evidence, Finding

ME: Final = AgentName.BEHAVIOR


def regularity(data: BehaviorInput) -> Analysis:
    week = spans.recent(data.window, data.history, WEEK)
    before = spans.before(week, data.history)
    looked_at = [consistency(data.daily(metrics.STEPS), week, before)] if metrics.STEPS in data.series else []
    index: tuple[Evidence, ...] = ()
    if data.nights:
        looked_at.append(clock_variability(mid_sleeps(data.nights), week, before))
        # The index is what is known by name; its own test sees half of what the times themselves show.
        index = (sleep_regularity(data.nights, week, before),)
    claims = family(looked_at)
    told = [item for item in claims.evidence if item.metric == metrics.STEPS or claims.claimed(item)]
    return Analysis(
        (*claims.evidence, *index),
        tuple(_regular(claims, item) for item in (*told, *index) if item.value is not None),
    )


def _regular(claims: Claims, evidence: Evidence) -> Finding:
    said, claimed = Said(evidence), claims.claimed(evidence)
    against = ""
    if evidence.baseline:
        against = f", {said.standing} {said.usual}" if claimed else f"; your usual is {said.usual}"
    if evidence.metric == metrics.STEPS:
        title = "Day-to-day consistency of your steps"
        text = (
            f"Your steps varied by {said.value} from day to day in {said.period}{against} (coefficient of variation)."
        )
    elif evidence.metric == metrics.MID_SLEEP:
        title = "Scatter of the middle of your sleep"
        text = f"The middle of your sleep varied by {said.value} in {said.period}{against} (standard deviation)."
    else:
        title = "Regularity of your sleep"
        text = (
            f"Your sleep regularity index was {said.value} in {said.period}{against} "
            "(100: asleep and awake at the same times every day)."
        )
    return phrases.finding(
        ME,
        f"{evidence.metric}_{evidence.statistic}",
        f"{title} {said.standing}" if claimed else title,
        text,
        [evidence],
        importance=judgement.importance(evidence) if claimed else judgement.TYPICAL,
        direction=evidence.direction if claimed else Direction.STABLE,
    )
