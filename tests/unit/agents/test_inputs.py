"""What agents may see: nothing that they make no use of."""

from datetime import timedelta
from typing import Final

import pytest

from functions.agents.adaptation import input as adaptation
from functions.agents.behavior import input as behavior
from functions.agents.memory import input as memory
from functions.agents.nutrition import input as nutrition
from functions.agents.routine import input as routine
from holisticos.agents import metrics
from holisticos.agents.input import AgentInput
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import Target
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import PastRecommendation
from holisticos.health.series import DailySeries
from local.agents import SPECS
from tests.examples import a_memory, a_recommendation
from tests.unit.agents.people import remembering
from tests.unit.agents.person import LAST_DAY, USUAL, a_person, is_free

SEEN: Final = {
    AgentName.BEHAVIOR: behavior.SERIES,
    AgentName.MEMORY: memory.SERIES,
    AgentName.NUTRITION: nutrition.SERIES,
    AgentName.ROUTINE: routine.SERIES,
    AgentName.ADAPTATION: adaptation.SERIES,
}
"""Of insights it is all that is measured."""


def asked_for(metric: str) -> PastRecommendation:
    target = Target(metric=metric, value=50, unit="count")
    return PastRecommendation(
        recommendation=a_recommendation(id=f"x.{metric}", target=target),
        given_on=LAST_DAY - timedelta(days=10),
        analysis_id="an-0",
    )


def somebody_with(metric: str) -> UserHealthContext:
    """Who has the usual series and that one, was advised on it, and walks little on weekends."""
    then = remembering()
    context = a_person(
        plants={metrics.STEPS: lambda day, value: value - 4000 if is_free(day) else value},
        memory=a_memory(
            facts=then.long_term.facts,
            last_window=then.last_window,
            recommendations=(asked_for(metric),),
        ),
    )
    if metric in USUAL:
        return context
    days = [LAST_DAY - timedelta(days=back) for back in reversed(range(60))]
    series = DailySeries(metric=metric, unit="count", values={day: 60.0 + day.day % 5 for day in days})
    return context.model_copy(update={"biomarkers": {**context.biomarkers, metric: series}})


@pytest.mark.parametrize(("agent", "metric"), [(agent, name) for agent, names in SEEN.items() for name in names])
def test_no_series_is_seen_for_nothing(agent: AgentName, metric: str) -> None:
    spec = SPECS[agent]
    data = spec.prepare(somebody_with(metric))
    assert isinstance(data, AgentInput)
    assert metric in data.series
    others = {name: one for name, one in data.series.items() if name != metric}
    assert spec.analyse(data.model_copy(update={"series": others})) != spec.analyse(data)
