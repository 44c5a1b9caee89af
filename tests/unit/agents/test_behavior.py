"""What the behavior agent says of new users, and of differences that are none."""

from datetime import UTC, datetime, time, timedelta

import pytest

from holisticos.agents import metrics
from holisticos.contracts.feedback import Adherence, Answer
from holisticos.contracts.names import AgentName
from holisticos.contracts.report import AgentReport
from tests.unit.agents.person import LAST_DAY, Plant, a_person, is_free
from tests.unit.agents.specs import advised, ids, report_of, told


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


def activity(moderate: float, vigorous: float | None, *, days: int = 7) -> AgentReport:
    plants: dict[str, Plant] = {metrics.MODERATE_MINUTES: lambda *_: moderate}
    if vigorous is not None:
        plants[metrics.VIGOROUS_MINUTES] = lambda *_: vigorous
    return report_of(AgentName.BEHAVIOR, a_person(days=days, plants=plants, only=frozenset(plants)))


@pytest.mark.parametrize(
    ("moderate", "vigorous", "days", "says"),
    [
        (
            2.0,
            5.0,
            7,
            "14 min of moderate and 35 min of vigorous activity in 9-15 Mar 2026, which counts as 1 h 24 min",
        ),
        (2.0, 0.0, 7, "You came to 14 min of moderate activity in 9-15 Mar 2026; the"),
        (0.0, 5.0, 7, "You came to 35 min of vigorous activity in 9-15 Mar 2026, which counts as 1 h 10 min"),
        (0.0, 0.0, 7, "You came to 0 min of moderate activity in 9-15 Mar 2026; the"),
        (2.0, None, 7, "You came to 14 min of moderate activity in 9-15 Mar 2026; the"),
        (
            2.0,
            None,
            5,
            "10 min of moderate activity on 5 days of 9-15 Mar 2026, which at that pace makes 14 min a week",
        ),
        (
            2.0,
            5.0,
            5,
            "and 25 min of vigorous activity on 5 days of 9-15 Mar 2026, which at that pace counts as 1 h 24",
        ),
    ],
)
def test_minutes_are_told_as_measured_before_what_they_count_as(
    moderate: float, vigorous: float | None, days: int, says: str
) -> None:
    report = activity(moderate, vigorous, days=days)
    assert says in told(report, "behavior.weekly_activity").text
    # The brief and the reason for advice are the first sentence without what stands in brackets.
    assert says in advised(report, "behavior.brisk_minutes").why


def answers(*adherence: Adherence) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            recommendation_id=f"routine.r{number}",
            analysis_id="an-0",
            at=datetime.combine(LAST_DAY, time(8), UTC) - timedelta(days=5),
            adherence=one,
        )
        for number, one in enumerate(adherence)
    )


FOLLOWED, PARTLY, NOT = Adherence.FOLLOWED, Adherence.PARTLY, Adherence.NOT


@pytest.mark.parametrize(
    ("said", "title", "says"),
    [
        ((FOLLOWED, PARTLY, NOT), "You take up what is advised", "Of 3 recommendations"),
        ((NOT, NOT), "Little of the advice fits into your days so far", "you followed none."),
        ((NOT, NOT, PARTLY), "Little of the advice fits into your days so far", "you followed 1 at least in part"),
    ],
)
def test_readiness_is_what_was_taken_up(said: tuple[Adherence, ...], title: str, says: str) -> None:
    found = told(report_of(AgentName.BEHAVIOR, a_person(feedback=answers(*said))), "behavior.readiness")
    assert found.title == title
    assert says in found.text


def test_readiness_is_not_told_of_one_answer_or_of_old_ones() -> None:
    old = [item.model_copy(update={"at": item.at - timedelta(days=40)}) for item in answers(FOLLOWED, NOT)]
    for feedback in (answers(FOLLOWED), tuple(old), ()):
        report = report_of(AgentName.BEHAVIOR, a_person(feedback=feedback))
        assert "behavior.readiness" not in ids(report)


def test_the_newest_answer_to_a_recommendation_counts() -> None:
    first, second = answers(FOLLOWED, FOLLOWED)
    changed = first.model_copy(update={"adherence": NOT, "at": first.at + timedelta(days=1)})
    report = report_of(AgentName.BEHAVIOR, a_person(feedback=(changed, first, second)))
    assert "you followed 1" in told(report, "behavior.readiness").text
