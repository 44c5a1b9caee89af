"""Red flags: what should be seen by a professional. No agent may hide them, and no agent may name an illness.

Two agents that see vital signs both look for them, so that one failing does not silence them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from holisticos.agents import judgement, spans
from holisticos.agents.formatting import Said, quantity
from holisticos.agents.phrases import finding
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.usual import days_beyond, level, sustained_deviation
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import WEEK, DateSpan, Evidence, Finding, Recommendation
from holisticos.health.series import DailySeries

LOW_OXYGEN_PERCENT: Final = 90.0
LOW_OXYGEN_REFERENCE: Final = "WHO, Pulse Oximetry Training Manual, 2011: saturation below 90 % needs attention"
SUSTAINED_DAYS: Final = 3
LEAST_RISE: Final = 5.0
"""Beats a minute above the usual below which nobody is alarmed, however little their heart rate varies.

No published limit, but the choice of this product (docs/adr/0028): the spread of a very steady person is a fraction of
a beat.
"""


def red_flags(
    agent: AgentName, oxygen_asleep: DailySeries, resting: DailySeries, window: DateSpan, history: DateSpan
) -> Analysis:
    """Evidence on both signs over the last week, and findings and one recommendation where a limit was passed."""
    week = spans.recent(window, history, WEEK)
    oxygen = spans.of_recent(_with_reference(days_beyond(oxygen_asleep, week, below=LOW_OXYGEN_PERCENT)))
    low = _low_oxygen(agent, oxygen)
    found = combine(
        Analysis((oxygen,), (low,) if low else ()),
        _raised_heart_rate(agent, resting, week, spans.before(week, history)),
    )
    return replace(found, recommendations=(_see_a_professional(agent, found.findings),) if found.findings else ())


def _with_reference(evidence: Evidence) -> Evidence:
    return evidence if evidence.reference else evidence.model_copy(update={"reference": LOW_OXYGEN_REFERENCE})


def _low_oxygen(agent: AgentName, evidence: Evidence) -> Finding | None:
    if not evidence.value:
        return None
    said = Said(evidence)
    limit = quantity(LOW_OXYGEN_PERCENT, "percent")
    return _flag(
        agent,
        "low_oxygen",
        "Oxygen saturation asleep was low",
        f"Your oxygen saturation asleep was below {limit} in {said.count} of {said.nights} measured in {said.period}. "
        "Devices on the wrist can err; please talk to a health professional about it, "
        "and soon where you feel unwell or short of breath.",
        (evidence,),
        Direction.DOWN,
    )


def _raised_heart_rate(agent: AgentName, resting: DailySeries, week: DateSpan, before: DateSpan) -> Analysis:
    run = spans.of_recent(sustained_deviation(resting, week, before, least=LEAST_RISE), week)
    if run.value is None or run.value < SUSTAINED_DAYS or run.direction is not Direction.UP:
        return Analysis((run,))
    reading = level(resting, run.window, before)
    reading = reading.model_copy(update={"id": f"{reading.metric}.{reading.statistic}.{run.statistic}"})
    since = " There is no reading since." if run.window.end < week.end else ""
    flag = _flag(
        agent,
        "resting_heart_rate_raised",
        "Resting heart rate far above your usual for days",
        f"Your resting heart rate was {Said(reading).value} on a typical day of {Said(run).period}, "
        f"for {Said(run).value} in a row far above your usual {Said(reading).usual}.{since} "
        "Where you feel unwell, or it stays so, please talk to a health professional.",
        (reading, run),
        Direction.UP,
    )
    return Analysis((run, reading), (flag,))


def _flag(
    agent: AgentName, name: str, title: str, text: str, evidence: Sequence[Evidence], direction: Direction
) -> Finding:
    told = finding(agent, name, title, text, evidence, importance=judgement.RED_FLAG, direction=direction)
    return told.model_copy(update={"red_flag": True})


def _see_a_professional(agent: AgentName, raised: Sequence[Finding]) -> Recommendation:
    return Recommendation(
        id=f"{agent}.see_a_professional",
        text="Talk to a health professional about what is marked in red before you take on more.",
        why=" ".join(f"{item.title}." for item in raised),
        area=None,
        finding_ids=tuple(item.id for item in raised),
        evidence_ids=tuple(id_ for item in raised for id_ in item.evidence_ids),
        effort_minutes=0,
        measure="The readings are back in your usual range, or a professional has explained them.",
    )


def is_professional_advice(recommendation: Recommendation) -> bool:
    return recommendation.id.endswith(".see_a_professional")
