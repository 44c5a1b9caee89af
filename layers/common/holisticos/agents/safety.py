"""Red flags: what should be seen by a professional. No agent may hide them, and no agent may name an illness.

Two agents that see vital signs both look for them, so that one failing does not silence them.
"""

from typing import Final

from holisticos.agents import judgement, spans
from holisticos.agents.narration import Said, quantity, short_date
from holisticos.agents.phrases import finding
from holisticos.agents.spec import Analysis
from holisticos.analytics.usual import days_beyond, sustained_deviation
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding, Recommendation
from holisticos.health.series import DailySeries

LOW_OXYGEN_PERCENT: Final = 90.0
LOW_OXYGEN_REFERENCE: Final = "WHO, Pulse Oximetry Training Manual, 2011: saturation below 90 % needs attention"
SUSTAINED_DAYS: Final = 3
WEEK: Final = 7


def red_flags(
    agent: AgentName, oxygen_asleep: DailySeries, resting: DailySeries, window: DateSpan, history: DateSpan
) -> Analysis:
    """Evidence on both signs over the last week, and findings and one recommendation where a limit was passed."""
    week = spans.recent(window, history, WEEK)
    oxygen = spans.of_recent(_with_reference(days_beyond(oxygen_asleep, week, below=LOW_OXYGEN_PERCENT)))
    heart = spans.of_recent(sustained_deviation(resting, week, spans.before(week, history)))
    raised = [item for item in (_low_oxygen(agent, oxygen), _raised_heart_rate(agent, heart)) if item]
    advice = (_see_a_professional(agent, raised),) if raised else ()
    return Analysis(evidence=(oxygen, heart), findings=tuple(raised), recommendations=advice)


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
        evidence,
        Direction.DOWN,
    )


def _raised_heart_rate(agent: AgentName, evidence: Evidence) -> Finding | None:
    if evidence.value is None or evidence.value < SUSTAINED_DAYS or (evidence.strength or 0) <= 0:
        return None
    said = Said(evidence)
    usual = f" {quantity(evidence.baseline.value, 'bpm')}" if evidence.baseline else ""
    return _flag(
        agent,
        "resting_heart_rate_raised",
        "Resting heart rate far above your usual for days",
        f"Your resting heart rate has been far above your usual{usual} for {said.value} in a row, "
        f"up to {short_date(evidence.window.end)}. "
        "Where you feel unwell, or it stays so, please talk to a health professional.",
        evidence,
        Direction.UP,
    )


def _flag(agent: AgentName, name: str, title: str, text: str, evidence: Evidence, direction: Direction) -> Finding:
    told = finding(agent, name, title, text, [evidence], importance=judgement.RED_FLAG, direction=direction)
    return told.model_copy(update={"red_flag": True})


def _see_a_professional(agent: AgentName, raised: list[Finding]) -> Recommendation:
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
