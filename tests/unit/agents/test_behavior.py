"""What the behavior agent says of new users, and of differences that are none."""

from datetime import timedelta

import pytest

from holisticos.agents import metrics
from holisticos.contracts.names import AgentName
from tests.unit.agents.person import LAST_DAY, Plant, a_person, is_free
from tests.unit.agents.specs import ids, report_of, told


@pytest.mark.parametrize(
    ("days", "title"), [(14, "Tracking is a habit"), (7, "Tracking has begun"), (5, "Tracking has begun")]
)
def test_days_before_the_first_record_are_no_gap(days: int, title: str) -> None:
    report = report_of(AgentName.BEHAVIOR, a_person(days=days))
    found = told(report, "behavior.wear")
    assert found.title == title
    assert f"recorded something on {days} of {days} days of {16 - days}-15 Mar 2026" in found.text
    assert "behavior.wear_more" not in ids(report)


def test_whoever_wore_it_long_ago_has_gaps_now() -> None:
    context = a_person()
    steps = context.biomarkers[metrics.STEPS]
    away = {day: value for day, value in steps.values.items() if (LAST_DAY - day).days > 20}
    rarely = context.model_copy(
        update={
            "biomarkers": {metrics.STEPS: steps.model_copy(update={"values": away})},
            "nights": (),
            "hourly": {},
        }
    )
    assert "recorded something on 7 of 28 days" in told(report_of(AgentName.BEHAVIOR, rarely), "behavior.wear").text


def test_records_of_steps_alone_are_not_called_wear() -> None:
    report = report_of(AgentName.BEHAVIOR, a_person(only=frozenset({metrics.STEPS})))
    assert "worn" not in told(report, "behavior.wear").text
    (evidence,) = [item for item in report.evidence if item.metric == "wear"]
    assert "worn" not in evidence.method
    assert evidence.reference is None


def test_what_needs_weeks_names_the_days_it_rests_on() -> None:
    first = LAST_DAY - timedelta(days=29)
    report = report_of(AgentName.BEHAVIOR, a_person(days=30))
    contrast = next(item for item in report.evidence if item.id == "steps.weekend_contrast.42d")
    assert (contrast.window.start, contrast.window.end) == (first, LAST_DAY)


@pytest.mark.parametrize(("usual", "asks"), [(9500.0, False), (6000.0, True)])
def test_walks_for_weekends_are_for_people_who_walk_little(usual: float, *, asks: bool) -> None:
    quiet: dict[str, Plant] = {
        metrics.STEPS: lambda day, value: usual + (value - 7000) / 3 - (3000 if is_free(day) else 0)
    }
    report = report_of(AgentName.BEHAVIOR, a_person(plants=quiet))
    assert told(report, "behavior.steps_weekends").title == "Step count is lower on weekends"
    assert ("behavior.weekend_walk" in ids(report)) is asks


def test_a_difference_of_nothing_has_no_side() -> None:
    same: dict[str, Plant] = {metrics.STEPS: lambda *_: 7000.0, metrics.ACTIVE_MINUTES: lambda *_: 200.0}
    text = told(report_of(AgentName.BEHAVIOR, a_person(plants=same)), "behavior.steps_weekends").text
    assert "is the same as the 7,000 of a weekday" in text
    assert "lower" not in text
