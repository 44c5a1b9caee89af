"""What became of advice that no single day can reach: told then and since, and never as a change."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from functions.agents.adaptation.input import prepare
from functions.agents.adaptation.outcomes import outcomes
from functions.aggregate.memory import remember
from holisticos.agents import metrics
from holisticos.agents.formatting import first_sentence
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport, DateSpan, Finding, Target
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory, PastRecommendation
from tests.examples import a_memory, a_recommendation, a_result
from tests.unit.agents.person import LAST_DAY, Plant, a_person, in_window, is_free
from tests.unit.agents.specs import ids, report_of, told


def advised(id_: str, cited: str, days_ago: int = 7, target: Target | None = None) -> Memory:
    given_on = LAST_DAY - timedelta(days=days_ago)
    item = a_recommendation(id=id_, evidence_ids=(cited,), target=target)
    past = PastRecommendation(recommendation=item, given_on=given_on, analysis_id="an-0")
    return a_memory(analyses=1, last_window=DateSpan(start=given_on, end=given_on), recommendations=(past,))


BRISK = (
    "behavior.brisk_minutes",
    "activity.moderate_equivalent.week",
    Target(metric="activity", value=64, unit="minute"),
)
MODERATE: Mapping[str, Plant] = {
    metrics.MODERATE_MINUTES: lambda day, _: in_window(lambda _: 8.0)(day, 4.0),
    metrics.VIGOROUS_MINUTES: lambda *_: 0.0,
}


def brisk(days_ago: int = 7, **changes: Any) -> UserHealthContext:
    return a_person(plants=MODERATE, memory=advised(BRISK[0], BRISK[1], days_ago, BRISK[2]), **changes)


def outcome(context: UserHealthContext, id_: str) -> tuple[AgentReport, Finding]:
    report = report_of(AgentName.ADAPTATION, context)
    return report, told(report, f"adaptation.outcome_{id_}")


def test_weekly_activity_is_told_beside_that_of_the_week_before_the_advice() -> None:
    report, found = outcome(brisk(), BRISK[0])
    assert found.title == "Weekly activity: 56 min, and 28 min before the advice"
    assert found.text == (
        "You were advised on 8 Mar 2026: moderate activity of 1 h 04 min a week; in 9-15 Mar 2026 your activity "
        "counted as 56 min of moderate activity, and in 2-8 Mar 2026 it counted as 28 min of moderate activity. "
        "Chance alone may make such a difference."
    )
    assert "counted as 56 min" in first_sentence(found.text)
    assert found.direction is None
    cited = [next(item for item in report.evidence if item.id == id_) for id_ in found.evidence_ids]
    assert [(item.value, item.window.end) for item in cited] == [
        (56, LAST_DAY),
        (28, LAST_DAY - timedelta(days=7)),
        (64, LAST_DAY - timedelta(days=7)),
    ]


def test_a_week_has_to_be_over_before_it_is_compared() -> None:
    report = report_of(AgentName.ADAPTATION, brisk(days_ago=6))
    assert "adaptation.outcome_behavior.brisk_minutes" not in ids(report)


def test_what_is_as_it_was_is_told_so_and_left_to_no_chance() -> None:
    steady: dict[str, Plant] = {metrics.MODERATE_MINUTES: lambda *_: 4.0, metrics.VIGOROUS_MINUTES: lambda *_: 0.0}
    context = a_person(plants=steady, memory=advised(BRISK[0], BRISK[1], 7, BRISK[2]))
    _, found = outcome(context, BRISK[0])
    assert found.title == "Weekly activity: 28 min, as before the advice"
    assert "hance" not in found.text


def test_where_a_figure_is_missing_nothing_is_told() -> None:
    report = report_of(AgentName.ADAPTATION, brisk(only=frozenset({metrics.STEPS})))
    assert not [id_ for id_ in ids(report) if "outcome" in id_]


def test_no_test_is_added_to_those_of_before_and_after() -> None:
    data = prepare(brisk())
    assert outcomes(data) == ()
    assert all(item.statistic != "before_after" for item in report_of(AgentName.ADAPTATION, brisk()).evidence)


def test_a_figure_is_no_share_of_days_on_which_a_target_was_reached() -> None:
    report, _ = outcome(brisk(), BRISK[0])
    before = brisk().memory
    known = remember(before, a_result(agents={AgentName.ADAPTATION: report}), LAST_DAY)
    assert all(item.reached is None for item in known.meta.experiences)


def late_weekends(context: UserHealthContext) -> UserHealthContext:
    """Two hours later on free days before the last week, and one in it."""
    minutes = in_window(lambda _: 60.0)
    nights = tuple(
        night.model_copy(
            update={
                name: getattr(night, name) + timedelta(minutes=minutes(night.wake_date, 120.0))
                for name in ("start", "end")
            }
        )
        if is_free(night.wake_date)
        else night
        for night in context.nights
    )
    return context.model_copy(update={"nights": nights})


@pytest.mark.parametrize(("days_ago", "told_of"), [(7, True), (3, False)])
def test_one_weekend_tells_of_the_shift_on_free_days(days_ago: int, *, told_of: bool) -> None:
    target = Target(metric="social_jetlag", value=90, unit="minute")
    memory = advised("behavior.free_day_alarm", "mid_sleep.social_jetlag.42d", days_ago, target)
    context = late_weekends(a_person(memory=memory))
    if not told_of:
        assert "adaptation.outcome_behavior.free_day_alarm" not in ids(report_of(AgentName.ADAPTATION, context))
        return
    report, found = outcome(context, "behavior.free_day_alarm")
    now, then = (next(item for item in report.evidence if item.id == id_) for id_ in found.evidence_ids[:2])
    assert now.value is not None
    assert then.value is not None
    assert now.value < then.value - 30
    assert "the middle of sleep on free days at most 1 h 30 min later than on work days; in 9-15 Mar" in found.text
    assert found.text.count("later than on work days") == 2


def test_a_trial_is_told_with_what_was_tried_and_what_it_may_go_with() -> None:
    sooner: dict[str, Plant] = {metrics.HRV: lambda day, _: in_window(lambda _: 50.0)(day, 45.0)}
    memory = advised("insights.try_late_steps", "late_steps~heart_rate_variability_rmssd.spearman.lag1")
    _, found = outcome(a_person(plants=sooner, memory=memory), "insights.try_late_steps")
    assert found.title == "Heart rate variability: 50 ms, and 45 ms before the advice"
    assert "a week of evenings without walks and training after 21:00; in 9-15 Mar 2026 your heart rate" in found.text
    assert found.text.count("your share of steps after 21:00 was") == 2


def test_a_walk_at_weekends_is_asked_about_after_two_of_them() -> None:
    fewer: dict[str, Plant] = {metrics.STEPS: lambda day, _: 5000.0 if is_free(day) else 8000.0 + day.day}
    report = a_person(plants=fewer, memory=advised("behavior.weekend_walk", "steps.weekend_contrast.42d", 7))
    assert "adaptation.outcome_behavior.weekend_walk" not in ids(report_of(AgentName.ADAPTATION, report))
    context = a_person(plants=fewer, memory=advised("behavior.weekend_walk", "steps.weekend_contrast.42d", 14))
    _, found = outcome(context, "behavior.weekend_walk")
    assert "your step count on a typical weekend day was 3,0" in found.text
    assert "lower than on a weekday, and in" in found.text


def test_breaks_are_told_by_the_longest_stretch_without_a_step() -> None:
    memory = advised("routine.breaks", "steps.still_hours.28d")
    _, found = outcome(a_person(memory=memory), "routine.breaks")
    assert found.title.startswith("Longest stretch without a step: ")
    assert "a short walk in every hour you sit" in found.text
