"""What is withheld is cut, also where it is only hinted at."""

from datetime import timedelta

import pytest

from functions.aggregate.memory import remember
from holisticos.agents import metrics
from holisticos.agents.consent import consented
from holisticos.contracts.analysis import AnalysisWindow, Plan
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName, Archetype
from holisticos.contracts.report import Insight, ScoreParts, Target
from holisticos.health.catalogue import CATALOGUE
from holisticos.health.context import MeasuredArchetype, UserHealthContext
from holisticos.health.memory import Memory, OpenFinding, ShortTermMemory, Told
from holisticos.health.privacy import categories_of_metric, shared_memory
from holisticos.health.series import DailySeries
from local.agents import SPECS
from tests.examples import NOON, a_recommendation, a_result
from tests.unit.agents.person import LAST_DAY, a_person
from tests.unit.agents.specs import reports_on
from tests.unit.aggregate.reports import evidence, finding


def everything(*withheld: str) -> UserHealthContext:
    scores = {name: DailySeries(metric=name, unit="index", values={}) for name in ("sleep", "readiness", "activity")}
    archetypes = tuple(
        MeasuredArchetype(name=name, value="v", periodicity="weekly", start=NOON, end=NOON)
        for name in ("sleep_quality", "bed_schedule", "activity_level", "overall_wellness")
    )
    context = a_person(archetype=Archetype.PEAK_PERFORMER, privacy={"withheld_categories": withheld})
    return consented(context.model_copy(update={"scores": scores, "archetypes": archetypes}))


def test_who_withholds_nothing_keeps_everything() -> None:
    context = everything()
    assert len(context.scores) == 3
    assert len(context.archetypes) == 4


def test_scores_and_archetypes_that_rest_on_a_withheld_category_go_with_it() -> None:
    sleepless = everything("sleep")
    assert set(sleepless.scores) == {"activity"}
    assert [item.name for item in sleepless.archetypes] == ["activity_level"]
    assert sleepless.nights == ()
    still = everything("activity")
    assert set(still.scores) == {"sleep"}
    assert [item.name for item in still.archetypes] == ["sleep_quality", "bed_schedule"]
    assert still.hourly == {}
    assert set(everything("vitals").scores) == {"sleep", "activity"}


SLEEP_WORDS = ("sleep", "bedtime", "wake_time", "asleep", "night")


def remembered() -> Memory:
    """What a whole analysis leaves, with advice on sleep and on steps."""
    context = a_person(last_day=LAST_DAY - timedelta(days=7))
    reports = reports_on(context)
    insights = tuple(
        Insight(**item.model_dump(), agents=(agent,), score=0, score_parts=PARTS)
        for agent, report in reports.items()
        for item in report.findings
    )
    plan = (
        a_recommendation(
            id="routine.rise",
            evidence_ids=("wake_time.usual.28d",),
            target=Target(metric=metrics.WAKE_TIME, value=440, unit="clock"),
        ),
        a_recommendation(
            id="routine.walk",
            evidence_ids=("steps.mean.28d",),
            target=Target(metric=metrics.STEPS, value=8000, unit="count"),
        ),
    )
    result = a_result(
        agents=reports,
        insights=insights,
        plan=Plan(minutes_budget=45, minutes_used=0, items=plan),
        window=AnalysisWindow.of(context.window, "Europe/Berlin"),
    )
    return remember(Memory(), result, context.window.end)


PARTS = ScoreParts(impact=0, confidence=0, novelty=0, actionability=0)


def answers(*ids: str) -> tuple[Answer, ...]:
    return tuple(
        Answer(recommendation_id=id_, analysis_id="an-1", at=NOON, adherence=Adherence.FOLLOWED) for id_ in ids
    )


@pytest.mark.parametrize("agent", [AgentName.MEMORY, AgentName.ADAPTATION])
def test_no_agent_sees_what_is_remembered_of_a_withheld_category(agent: AgentName) -> None:
    memory = remembered()
    whole = memory.model_dump_json()
    assert all(word in whole for word in ("bedtime", "sleep_duration", "routine.rise"))
    context = a_person(
        memory=memory, feedback=answers("routine.rise", "routine.walk"), privacy={"withheld_categories": ["sleep"]}
    )
    seen = SPECS[agent].prepare(consented(context))
    # Breathing, oxygen and heart rates of nights are vitals.
    text = seen.model_copy(update={"series": {}}).model_dump_json()
    for vital in ("respiratory_rate_sleep", "oxygen_saturation_sleep", "heart_rate_sleep", "rate asleep"):
        text = text.replace(vital, "")
    text = text.replace("oxygen saturation asleep", "").replace("nights", "days")
    assert not [word for word in SLEEP_WORDS if word in text]
    assert "routine.rise" not in text
    assert "steps" in text


def test_each_part_of_memory_is_cut() -> None:
    memory = remembered()
    still = shared_memory(memory, {"activity"})
    assert {item.evidence.metric for item in still.long_term.facts} == {
        item.evidence.metric for item in memory.long_term.facts
    } - {metrics.STEPS}
    assert [item.recommendation.id for item in still.short_term.recommendations] == ["routine.rise"]
    assert [item.recommendation.id for item in still.meta.experiences] == ["routine.rise"]
    assert not [item for item in still.short_term.told if "steps" in item.finding_id]
    assert not [item for item in still.working.findings if "steps" in item.text]
    assert not [item for item in still.working.evidence if "steps" in item.metric]
    assert (still.analyses, still.last_window) == (memory.analyses, memory.last_window)
    assert still.short_term.told
    assert shared_memory(memory, ()) == memory


def test_what_is_in_no_known_category_goes_where_anything_is_withheld() -> None:
    old = Told(finding_id="routine.sleep_need", first_on=LAST_DAY, last_on=LAST_DAY, times=1)
    memory = Memory(
        working=Memory().working.model_copy(
            update={
                "findings": (finding("a", "e1"), finding("b", "score.mood.median.7d"), finding("c", "steps.median.7d")),
                "evidence": (evidence("steps.median.7d", rests_on=("bedtime.usual.28d",)),),
            }
        ),
        short_term=Memory().short_term.model_copy(
            update={
                "told": (old,),
                "open": tuple(
                    OpenFinding(finding=finding("c", id_), evidence=evidence(id_))
                    for id_ in ("bedtime.usual.7d", "mood.median.7d")
                ),
            }
        ),
    )
    cut = shared_memory(memory, {"sleep"})
    assert (cut.working.findings, cut.working.evidence, cut.short_term) == ((), (), ShortTermMemory())


def test_every_metric_that_agents_name_has_its_categories() -> None:
    unknown = {metric for metric in (*metrics.MEASURES, "last_meal") if categories_of_metric(metric) is None}
    assert not unknown
    assert categories_of_metric("late_steps~bedtime") == frozenset({"activity", "sleep"})
    assert categories_of_metric("score.readiness") == frozenset({"activity", "sleep", "vitals"})
    assert categories_of_metric("steps~mood") is None
    assert all(categories_of_metric(metric) == frozenset({known.category}) for metric, known in CATALOGUE.items())
