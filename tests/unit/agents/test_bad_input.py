"""Bad input, by name, through all six agents and the aggregation: an answer or a reason, and nothing raises."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from benchmarks.analysis import result
from holisticos.agents import metrics
from holisticos.agents.spec import Analysis
from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.names import AgentName, AgentStatus, AnalysisStatus, Archetype
from holisticos.health import memory
from holisticos.health.context import UserHealthContext
from holisticos.health.parsing import parse_biomarkers
from holisticos.health.profile import DEFAULT_ARCHETYPE
from holisticos.health.records import DropReason
from holisticos.health.series import DailySeries
from local.agents import SPECS
from local.people.wire import BiomarkerWriter
from tests.unit.agents.person import LAST_DAY, UNITS, USUAL, a_person
from tests.unit.agents.specs import reports_on


def analysed(context: UserHealthContext) -> AnalysisResult:
    """The result, and that each agent either says something or why not."""
    for report in reports_on(context).values():
        assert report.status in {AgentStatus.COMPLETE, AgentStatus.SKIPPED}
        assert report.findings or report.reason
    told: dict[AgentName, Analysis] = {name: spec.analyse(spec.prepare(context)) for name, spec in SPECS.items()}
    whole = result(context, told)
    assert whole == AnalysisResult.model_validate_json(whole.model_dump_json())
    assert whole.brief
    return whole


def with_series(values: dict[date, float], metric: str = metrics.STEPS) -> UserHealthContext:
    series = DailySeries(metric=metric, unit=UNITS[metric], values=values)
    return a_person(only=frozenset()).model_copy(update={"biomarkers": {metric: series}})


def claimed(whole: AnalysisResult) -> list[str]:
    """What is said to have moved."""
    return [item.id for item in whole.insights if item.direction not in {None, "stable"}]


def days(count: int) -> list[date]:
    return [LAST_DAY - timedelta(days=back) for back in reversed(range(count))]


def test_empty_series_are_no_data() -> None:
    assert analysed(a_person(only=frozenset())).status is AnalysisStatus.NO_DATA
    assert analysed(with_series({})).status is AnalysisStatus.NO_DATA


@pytest.mark.parametrize("metric", sorted(USUAL))
def test_a_single_day_claims_no_change(metric: str) -> None:
    whole = analysed(with_series({LAST_DAY: USUAL[metric][0]}, metric))
    assert claimed(whole) == []
    assert not whole.red_flags


@pytest.mark.parametrize("metric", sorted(USUAL))
def test_a_constant_series_claims_no_change(metric: str) -> None:
    moved = claimed(analysed(with_series(dict.fromkeys(days(60), USUAL[metric][0]), metric)))
    assert [id_ for id_ in moved if "need" not in id_] == []


def test_all_missing_in_the_window_is_no_data() -> None:
    """The days before are there; of those asked for there is none."""
    old = {day: 7000.0 + day.day for day in days(60)[:-7]}
    assert analysed(with_series(old)).status is AnalysisStatus.NO_DATA


def test_ties_only_claim_no_change() -> None:
    assert claimed(analysed(with_series({day: 5000.0 + 100 * (day.day % 2) for day in days(60)}))) == []


def test_nan_is_refused_at_the_boundary() -> None:
    writer = BiomarkerWriter("p", "Europe/Berlin")
    record: dict[str, Any] = writer.daily("steps", LAST_DAY, 7000) | {"value": "NaN"}
    read = parse_biomarkers([record], zone=ZoneInfo("Europe/Berlin"), as_of=datetime(2026, 3, 16, 12, tzinfo=UTC))
    assert (read.kept, read.dropped) == ((), {DropReason.NOT_FINITE: 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_that_slipped_through_is_refused_by_the_series(value: float) -> None:
    with pytest.raises(ValidationError, match="finite number"):
        with_series({LAST_DAY: value})


def test_a_clock_in_the_future_tells_nothing_of_days_to_come() -> None:
    """A device a year ahead: its records are dropped with a reason, and those of today stay."""
    writer = BiomarkerWriter("p", "Europe/Berlin")
    records = [writer.daily("steps", day, 7000) for day in (LAST_DAY, LAST_DAY + timedelta(days=365))]
    read = parse_biomarkers(records, zone=ZoneInfo("Europe/Berlin"), as_of=datetime(2026, 3, 16, 12, tzinfo=UTC))
    assert [record.value for record in read.kept] == [7000]
    assert read.dropped == {DropReason.FUTURE: 1}


def test_memory_of_an_older_schema_is_migrated_and_used() -> None:
    then = {"start": str(LAST_DAY - timedelta(days=20)), "end": str(LAST_DAY - timedelta(days=14))}
    old = memory.Memory.model_validate({"schema_version": 1, "analyses": 3, "last_window": then})
    whole = analysed(a_person(memory=old))
    assert (old.schema_version, old.last_window is not None) == (2, True)
    assert any(item.id.startswith("memory.") for item in whole.agents[AgentName.MEMORY].findings)


@pytest.mark.parametrize("archetype", [None, Archetype.PEAK_PERFORMER])
def test_without_an_archetype_a_named_default_is_taken(archetype: Archetype | None) -> None:
    whole = analysed(a_person(archetype=archetype))
    assert whole.archetype is (archetype or DEFAULT_ARCHETYPE)
    assert ("as you chose no archetype" in whole.brief) is (archetype is None)
