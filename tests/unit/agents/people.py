"""People of whom agents have, together, something of every kind to say."""

import hashlib
from datetime import UTC, datetime, timedelta

from holisticos.agents import metrics
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName, Area
from holisticos.contracts.report import DateSpan, Recommendation, Target
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Fact, Memory, PastRecommendation
from tests.examples import a_memory, a_recommendation
from tests.unit.agents.person import LAST_DAY, Plant, a_person, in_window
from tests.unit.agents.specs import report_of, reports_on

ILL: dict[str, Plant] = {
    metrics.HRV: in_window(lambda value: value * 0.6),
    metrics.RESTING_HEART_RATE: in_window(lambda value: value + 8),
    metrics.OXYGEN_ASLEEP: in_window(lambda value: value - 8, days=2),
    metrics.SLEEP_MINUTES: lambda _, value: value - 70,
}


WALKED = Answer(
    recommendation_id="routine.walk",
    analysis_id="an-0",
    at=datetime(2026, 3, 10, 12, tzinfo=UTC),
    adherence=Adherence.FOLLOWED,
    helpful=True,
)


WAS_ILL: dict[str, Plant] = {metrics.HRV: in_window(lambda value: value * 0.6, last_day=LAST_DAY.replace(day=1))}


def remembering() -> Memory:
    """What is left of an analysis two weeks before."""
    then = LAST_DAY.replace(day=1)
    earlier = a_person(3, last_day=then, plants=WAS_ILL)
    report = report_of(AgentName.INSIGHTS, earlier)
    walk = Recommendation(
        id="routine.walk",
        text="Walk.",
        why="Because.",
        area=Area.MOVEMENT,
        evidence_ids=("e",),
        effort_minutes=10,
        target=Target(metric=metrics.STEPS, value=7700, unit="count"),
        measure="Steps.",
    )
    rise = walk.model_copy(
        update={"id": "routine.rise", "target": Target(metric=metrics.WAKE_TIME, value=440, unit="clock")}
    )
    usual = [item for item in report_of(AgentName.MEMORY, earlier).evidence if item.statistic == "median"]
    return a_memory(
        analyses=1,
        facts=tuple(Fact(evidence=item, since=then) for item in usual),
        last_window=DateSpan(start=then, end=then),
        findings=report.findings,
        evidence=report.evidence,
        recommendations=tuple(
            PastRecommendation(recommendation=item, given_on=then, analysis_id="an-0") for item in (walk, rise)
        ),
    )


def everyone() -> list[UserHealthContext]:
    return [
        a_person(1),
        a_person(2, plants=ILL),
        a_person(3, plants=ILL, memory=remembering(), window_days=1, feedback=(WALKED,)),
        a_person(3, plants=WAS_ILL, memory=remembering(), window_days=1),
        a_person(4, days=7),
        a_person(5, only=frozenset({metrics.STEPS, metrics.SLEEP_MINUTES})),
    ]


def digest_of_everyone() -> str:
    reports = (report.model_dump_json() for context in everyone() for report in reports_on(context).values())
    return hashlib.sha256("\n".join(reports).encode()).hexdigest()


def past(target: Target, days_ago: int, id_: str = "routine.walk") -> Memory:
    """What is left of an analysis that gave one recommendation."""
    item = a_recommendation(id=id_, target=target)
    given_on = LAST_DAY - timedelta(days=days_ago)
    return a_memory(
        analyses=1,
        last_window=DateSpan(start=given_on, end=given_on),
        recommendations=(PastRecommendation(recommendation=item, given_on=given_on, analysis_id="an-0"),),
    )
