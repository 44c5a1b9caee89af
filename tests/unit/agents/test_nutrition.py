"""What the nutrition agent says where there is little to go by."""

import pytest

from holisticos.agents import metrics
from holisticos.contracts.names import AgentName, AgentStatus
from holisticos.health.series import DailySeries
from tests.unit.agents.person import a_person
from tests.unit.agents.specs import ids, report_of


@pytest.mark.parametrize("metric", [metrics.WEIGHT, metrics.GLUCOSE])
def test_a_series_without_a_value_says_nothing(metric: str) -> None:
    context = a_person()
    empty = DailySeries(metric=metric, unit="kg", values={})
    report = report_of(
        AgentName.NUTRITION, context.model_copy(update={"biomarkers": {**context.biomarkers, metric: empty}})
    )
    assert report.status is AgentStatus.COMPLETE
    assert not any(item.metric == metric for item in report.evidence)


def test_of_eating_nothing_is_advised_without_knowing_when_somebody_eats() -> None:
    report = report_of(AgentName.NUTRITION, a_person())
    assert "nutrition.eating_window" in ids(report)
    assert report.recommendations == ()
