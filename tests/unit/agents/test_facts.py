"""What has stayed the same, and of what that is not said."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from functions.agents.memory.facts import held
from functions.agents.memory.input import prepare
from holisticos.agents import metrics
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import DateSpan
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Fact, Memory
from holisticos.health.sameness import still_holds
from tests.examples import a_memory
from tests.unit.agents.person import LAST_DAY, Plant, a_person, in_window
from tests.unit.agents.specs import report_of
from tests.unit.aggregate.reports import evidence


def knowing(days_ago: int = 20, *, times: Mapping[str, float] | None = None, seed: int = 1) -> Memory:
    """What was usual for the person ``days_ago``, or a multiple of it."""
    then = LAST_DAY - timedelta(days=days_ago)
    usual = report_of(AgentName.MEMORY, a_person(seed, last_day=then)).evidence
    facts = tuple(
        Fact(
            evidence=item.model_copy(update={"value": (times or {}).get(item.metric, 1.0) * (item.value or 0.0)}),
            since=then,
        )
        for item in usual
        if item.statistic == "median"
    )
    return a_memory(last_window=DateSpan(start=then, end=then), facts=facts)


def same(context: UserHealthContext) -> str:
    """What is said to have stayed the same."""
    findings = report_of(AgentName.MEMORY, context).findings
    return next((item.text for item in findings if item.id == "memory.facts"), "")


def test_what_holds_is_told_with_both_values_and_what_has_moved_is_not() -> None:
    text = same(a_person(memory=knowing(times={metrics.STEPS: 2.0})))
    assert text.startswith("Your usual has held: since 23 Feb 2026 ")
    assert "resting heart rate 60 bpm then and 60 bpm now" in text
    assert "step count" not in text


def test_the_days_it_rests_on_confirm_nothing() -> None:
    assert same(a_person(memory=knowing(13))) == ""
    assert same(a_person(memory=knowing(14))) != ""


@pytest.mark.parametrize(
    ("metric", "name", "plant"),
    [
        (metrics.HRV, "heart rate variability", in_window(lambda value: value * 0.7)),
        (metrics.RESTING_HEART_RATE, "resting heart rate", in_window(lambda value: value + 7)),
        (metrics.STEPS, "step count", lambda day, value: value + 60 * ((day - LAST_DAY).days + 21)),
    ],
)
def test_what_is_off_this_week_or_drifts_has_not_held(metric: str, name: str, plant: Plant) -> None:
    assert name in same(a_person(memory=knowing()))
    assert name not in same(a_person(plants={metric: plant}, memory=knowing()))


def test_what_has_changed_since_the_last_analysis_has_not_held() -> None:
    data = prepare(a_person(memory=knowing()))
    (told,) = held(data, ()).findings
    (without,) = held(data, {metrics.RESTING_HEART_RATE}).findings
    assert "resting heart rate" in told.text
    assert "resting heart rate" not in without.text


@pytest.mark.parametrize(
    ("metric", "unit", "known", "holds", "moved"),
    [
        ("weight", "kg", 90.0, 88.5, 81.5),
        ("heart_rate_resting", "bpm", 60.0, 63.0, 65.0),
        ("sleep_duration", "minute", 420.0, 440.0, 455.0),
        ("heart_rate_variability_rmssd", "ms", 80.0, 73.0, 70.0),
        ("steps", "count", 8000.0, 8800.0, 9000.0),
        ("bedtime", "clock", 1430.0, 15.0, 45.0),
    ],
)
def test_each_metric_has_a_tolerance_of_its_own(
    metric: str, unit: str, known: float, holds: float, moved: float
) -> None:
    before, held, other = (evidence(f"{metric}.median.28d", value=value, unit=unit) for value in (known, holds, moved))
    assert still_holds(before, held)
    assert not still_holds(before, other)
    assert not still_holds(before, evidence(f"{metric}.median.28d", value=None, unavailable_because="too few days"))


def test_few_nights_among_many_days_are_not_two_things() -> None:
    """What the next analysis will be compared with, and what this one is, rest on the same four weeks."""
    context = a_person(memory=knowing(28))
    sleep = context.biomarkers[metrics.SLEEP_MINUTES]
    some = {day: value for day, value in sleep.values.items() if day.toordinal() % 2}
    series = context.biomarkers | {metrics.SLEEP_MINUTES: sleep.model_copy(update={"values": some})}
    assert "sleep" not in same(context.model_copy(update={"biomarkers": series}))
