"""What changed since the last analysis, in every series that is tracked."""

from datetime import timedelta

import pytest

from functions.agents.memory.input import SERIES
from holisticos.agents import ids, metrics
from holisticos.contracts.names import AgentName, Direction
from holisticos.contracts.report import DateSpan, Finding
from holisticos.health.series import DailySeries
from tests.examples import a_memory
from tests.unit.agents.person import LAST_DAY, USUAL, a_person
from tests.unit.agents.specs import report_of
from tests.unit.analytics.series import seeded

NEW_DAYS = 20
SCATTER = {metrics.SEDENTARY_MINUTES: (700.0, 60.0), metrics.SKIN_TEMPERATURE: (33.0, 0.3)}


def findings(changed: str | None, spreads: float, seed: int = 1) -> tuple[Finding, ...]:
    """Of a person whose every series is measured, and one of them off by so many spreads since the last analysis."""
    last = DateSpan(start=LAST_DAY - timedelta(days=NEW_DAYS + 6), end=LAST_DAY - timedelta(days=NEW_DAYS))
    context = a_person(seed, days=90, window_days=1, memory=a_memory(last_window=last))
    series = dict(context.biomarkers)
    random = seeded(seed)
    for metric in SERIES:
        mean, spread = {**USUAL, **SCATTER}[metric]
        known = series.get(metric)
        unit = known.unit if known else "celsius" if metric == metrics.SKIN_TEMPERATURE else "minute"
        values = {
            LAST_DAY - timedelta(days=back): random.gauss(mean, spread)
            + (spreads * spread if metric == changed and back < NEW_DAYS else 0.0)
            for back in reversed(range(90))
        }
        series[metric] = DailySeries(metric=metric, unit=unit, values=values)
    return report_of(AgentName.MEMORY, context.model_copy(update={"biomarkers": series})).findings


def since_last(told: tuple[Finding, ...]) -> dict[str, Direction | None]:
    return {item.id: item.direction for item in told if item.id.endswith("_since_last")}


@pytest.mark.parametrize("metric", SERIES)
def test_a_large_change_of_any_series_is_told(metric: str) -> None:
    assert since_last(findings(metric, 10)) == {f"memory.{metric}_since_last": Direction.UP}


def test_without_a_change_that_is_said() -> None:
    told = findings(None, 0)
    assert since_last(told) == {}
    assert f"memory.{ids.NO_CHANGE}" in {item.id for item in told}


@pytest.mark.parametrize("change", [0, 10])
def test_no_test_is_claimed_that_was_not_made(change: float) -> None:
    """A permutation is only drawn where there is something to confirm."""
    assert not any("permutation" in item.text for item in findings(metrics.STEPS, change))
