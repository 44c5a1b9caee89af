"""What is withheld is cut, also where it is only hinted at."""

from holisticos.agents.consent import consented
from holisticos.contracts.names import Archetype
from holisticos.health.context import MeasuredArchetype, UserHealthContext
from holisticos.health.series import DailySeries
from tests.examples import NOON
from tests.unit.agents.person import a_person


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
