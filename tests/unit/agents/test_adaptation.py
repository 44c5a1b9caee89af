"""What becomes of past advice, and what may come next."""

from datetime import date, timedelta

import pytest

from holisticos.agents import metrics
from holisticos.agents.formatting import quantity
from holisticos.contracts.feedback import Answer
from holisticos.contracts.names import AgentName, Area, Direction
from holisticos.contracts.report import AgentReport, DateSpan, Target
from holisticos.health.memory import MetaMemory, PastRecommendation, experience
from holisticos.health.profile import Preferences
from tests.examples import a_memory, a_recommendation
from tests.unit.agents.people import past
from tests.unit.agents.person import LAST_DAY, STRAIN, Plant, a_person, in_window
from tests.unit.agents.specs import advised, ids, report_of, told


def test_adaptation_adds_nothing_to_a_strained_body() -> None:
    report = report_of(AgentName.ADAPTATION, a_person(plants=STRAIN))
    assert told(report, "adaptation.next_step_holds").title == "No more load for now"
    assert "adaptation.hold" in ids(report)


@pytest.mark.parametrize(("usual", "holds"), [(4000.0, False), (9000.0, True)])
def test_only_who_already_does_much_is_advised_to_add_nothing(usual: float, *, holds: bool) -> None:
    more = {metrics.STEPS: lambda day, _: usual * (1.8 if day > LAST_DAY - timedelta(days=7) else 1.0) + day.day}
    report = report_of(AgentName.ADAPTATION, a_person(plants=more))
    assert ("adaptation.hold" in ids(report)) is holds
    if holds:
        assert "let what you did in the last 7 days become your usual" in advised(report, "adaptation.hold").text
        assert told(report, "adaptation.next_step_holds").importance <= 0.25


STEPS_TARGET = Target(metric=metrics.STEPS, value=9000, unit="count")


def test_adaptation_sees_a_recommendation_that_was_followed_and_worked() -> None:
    walks = {metrics.STEPS: in_window(lambda value: value + 4000, days=14)}
    report = report_of(AgentName.ADAPTATION, a_person(plants=walks, memory=past(STEPS_TARGET, 14)))
    outcome = told(report, "adaptation.outcome_routine.walk")
    assert outcome.title.startswith("Followed, and it shows")
    assert outcome.direction is Direction.UP


def reached_by_chance(target: float, *feedback: Answer) -> AgentReport:
    """They walk as ever, and come to the target on two days of three, before as since."""
    return report_of(
        AgentName.ADAPTATION,
        a_person(
            plants={metrics.STEPS: lambda day, _: 6000.0 if day.day % 3 == 0 else 9000.0 + day.day},
            memory=past(Target(metric=metrics.STEPS, value=target, unit="count"), 14),
            feedback=feedback,
        ),
    )


def test_what_was_reached_as_often_before_is_not_called_followed() -> None:
    outcome = told(reached_by_chance(8000), "adaptation.outcome_routine.walk")
    assert outcome.title == "Reached, with no clear change: step count"
    assert "that was reached on 9 of 14 days since, and on 19 of the 28 days before" in outcome.text
    assert told(reached_by_chance(8000), "adaptation.next_step_waits").title == "No new load for now"


def reached_on(some: int, *, of: int, days: int, since: int = 14) -> AgentReport:
    """They come to the target on ``some`` days ``of`` so many, all ``days`` long."""
    plants: dict[str, Plant] = {
        metrics.STEPS: lambda day, _: (9000.0 if day.toordinal() % of < some else 6000.0) + day.day
    }
    target = Target(metric=metrics.STEPS, value=8000, unit="count")
    return report_of(AgentName.ADAPTATION, a_person(days=days, plants=plants, memory=past(target, since)))


def test_what_was_missed_on_most_days_is_not_called_reached() -> None:
    assert told(reached_on(2, of=5, days=60), "adaptation.outcome_routine.walk").title == "Partly followed: step count"


def test_a_few_days_before_are_nothing_to_compare_with() -> None:
    few = told(reached_on(2, of=3, days=21), "adaptation.outcome_routine.walk")
    assert few.title == "Reached on most days: step count"
    assert "days since. " in few.text
    assert "before:" not in told(reached_on(2, of=3, days=15), "adaptation.outcome_routine.walk").text
    enough = told(reached_on(2, of=3, days=22), "adaptation.outcome_routine.walk")
    assert "of the 8 days before" in enough.text


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (4, "Partly followed"),
        (9, "Reached, with no clear change"),
        (10, "Followed"),
        (16, "Followed"),
        (18, "Partly followed"),
    ],
)
def test_followed_is_decided_at_few_looks_and_stands_in_between(day: int, title: str) -> None:
    """On 2 days of 7 before, on 2 of the first 5, on the 5 after them, and on 1 of the next 6."""
    given_on = LAST_DAY - timedelta(days=day)
    reached = {given_on + timedelta(days=day) for day in (1, 3, 6, 7, 8, 9, 10, 11)}

    def walked(day: date, _: float) -> float:
        return 9000.0 if day in reached or (day <= given_on and day.toordinal() % 7 < 2) else 6000.0

    target = Target(metric=metrics.STEPS, value=8000, unit="count")
    report = report_of(AgentName.ADAPTATION, a_person(plants={metrics.STEPS: walked}, memory=past(target, day)))
    assert told(report, "adaptation.outcome_routine.walk").title == f"{title}: step count"


def test_what_ends_as_it_began_is_told_as_the_same() -> None:
    steady: dict[str, Plant] = {metrics.STEPS: lambda *_: 6000.0, metrics.RESTING_HEART_RATE: lambda *_: 60.0}
    report = report_of(AgentName.ADAPTATION, a_person(plants=steady, memory=past(STEPS_TARGET, 14)))
    outcome = told(report, "adaptation.outcome_routine.walk").text
    assert "Since then your step count was the same as the 6,000 before: no clear change" in outcome
    assert "resting heart rate the same as the usual 60 bpm" in told(report, "adaptation.next_step_waits").text
    memory = report_of(AgentName.MEMORY, a_person(plants=steady, memory=past(STEPS_TARGET, 14)))
    assert "step count the same as 6,000" in told(memory, "memory.no_change").text


def test_what_rounds_to_nothing_is_no_change() -> None:
    since = LAST_DAY - timedelta(days=14)
    hardly: dict[str, Plant] = {metrics.STEPS: lambda day, _: 6000.0 + (0.3 if day > since else 0) + day.day % 2 / 5}
    context = a_person(plants=hardly, memory=past(STEPS_TARGET, 14))
    outcome = told(report_of(AgentName.ADAPTATION, context), "adaptation.outcome_routine.walk")
    assert "was the same as the 6,000 before: no clear change" in outcome.text
    assert "memory.steps_since_last" not in ids(report_of(AgentName.MEMORY, context))


def test_no_smaller_step_is_promised_to_who_wants_no_advice_on_movement() -> None:
    preferences = Preferences(not_wanted=frozenset({Area.MOVEMENT}))
    report = report_of(AgentName.ADAPTATION, a_person(memory=past(STEPS_TARGET, 14), preferences=preferences))
    assert "adaptation.smaller_step_steps" not in ids(report)
    step = told(report, "adaptation.next_step_waits")
    assert step.title == "No new load for now"
    assert step.text.startswith("An earlier recommendation to do more was hardly followed, so nothing new")


def test_both_counts_are_cited_with_the_chance_of_such_a_rise() -> None:
    report = reached_by_chance(8000)
    cited = told(report, "adaptation.outcome_routine.walk").evidence_ids
    counted = next(item for item in report.evidence if item.id == cited[0])
    assert counted.baseline is not None
    assert (counted.value, counted.n, counted.baseline.value, counted.baseline.n) == (9, 14, 19, 28)
    assert counted.p_value is not None
    assert counted.p_value > 0.5


def test_who_says_that_they_followed_what_the_data_leave_open_is_believed() -> None:
    silent, sure = reached_by_chance(8000), reached_by_chance(8000, said("followed"))
    assert told(silent, "adaptation.next_step_waits").title == "No new load for now"
    assert told(sure, "adaptation.next_step").title == "There is room for a little more"


def test_adaptation_makes_a_hardly_followed_step_smaller() -> None:
    report = report_of(AgentName.ADAPTATION, a_person(memory=past(STEPS_TARGET, 14)))
    assert told(report, "adaptation.outcome_routine.walk").title.startswith("Hardly followed")
    assert told(report, "adaptation.next_step_waits").title == "The plan should get easier"
    smaller = advised(report, "adaptation.smaller_step_steps")
    assert smaller.target is not None
    assert 7000 < smaller.target.value < 9000
    assert (
        smaller.text
        == f"Aim lower first: {quantity(smaller.target.value, 'count')} steps a day, half the step that was asked."
    )
    assert "adaptation.hold" not in ids(report)


@pytest.mark.parametrize(("now", "aim"), [(4000.0, 5500), (5800.0, 6400), (500.0, 2000)])
def test_who_walks_less_than_before_is_asked_back_and_the_drop_is_not_endorsed(now: float, aim: int) -> None:
    """Half of the way back to 7,000, and at most the 15 minutes that were asked for."""
    since = LAST_DAY - timedelta(days=14)
    fewer = {metrics.STEPS: lambda day, _: (now if day > since else 7000.0) + day.day % 2}
    report = report_of(AgentName.ADAPTATION, a_person(plants=fewer, memory=past(STEPS_TARGET, 14)))
    smaller = advised(report, "adaptation.smaller_step_steps")
    assert smaller.target is not None
    assert smaller.target.value == pytest.approx(aim, abs=10)
    assert smaller.text.endswith("steps a day, on the way back to the 7,000 before.")
    assert smaller.effort_minutes == pytest.approx((aim - now) / 100, abs=1)
    assert next(item for item in report.findings if item.id == smaller.finding_ids[0]).confidence > 0.5


@pytest.mark.parametrize(("target", "effort", "now"), [(7300, 4, 7000.0), (7400, 5, 7000.0), (7600, 0, 5000.0)])
def test_a_step_too_small_for_a_walk_is_not_made_smaller(target: int, effort: int, now: float) -> None:
    since = LAST_DAY - timedelta(days=14)
    asked = a_recommendation(
        id="routine.walk",
        target=Target(metric=metrics.STEPS, value=target, unit="count"),
        effort_minutes=effort,
    )
    given = PastRecommendation(recommendation=asked, given_on=since, analysis_id="an-0")
    walked = {metrics.STEPS: lambda day, _: (now if day > since else 7000.0) + day.day % 2}
    memory = a_memory(analyses=1, last_window=DateSpan(start=since, end=since), recommendations=(given,))
    report = report_of(AgentName.ADAPTATION, a_person(plants=walked, memory=memory))
    assert told(report, "adaptation.outcome_routine.walk").title.startswith("Hardly followed")
    assert "adaptation.smaller_step_steps" not in ids(report)
    assert told(report, "adaptation.next_step_waits").title == "No new load for now"


def test_what_was_asked_and_when_is_evidence_of_the_outcome() -> None:
    report = report_of(AgentName.ADAPTATION, a_person(memory=past(STEPS_TARGET, 14)))
    outcome = told(report, "adaptation.outcome_routine.walk")
    given = next(item for item in report.evidence if item.statistic == "target")
    assert given.id in outcome.evidence_ids
    assert (given.value, given.unit, given.window.start) == (9000, "count", LAST_DAY - timedelta(days=14))
    assert outcome.text.startswith("You were advised on 1 Mar 2026: step count 9,000;")
    assert outcome.confidence > 0.8


def test_a_test_is_named_where_it_was_made() -> None:
    assert "permutation" not in told(reached_by_chance(8000), "adaptation.outcome_routine.walk").text
    walks = {metrics.STEPS: in_window(lambda value: value + 4000, days=14)}
    report = report_of(AgentName.ADAPTATION, a_person(plants=walks, memory=past(STEPS_TARGET, 14)))
    text = told(report, "adaptation.outcome_routine.walk").text
    assert text.endswith("a clear change (permutation test).")


def test_a_stop_is_no_answer_to_a_target_that_was_not_reached() -> None:
    """Nor are steps below what brings benefit ever called enough."""
    few = {metrics.STEPS: lambda _, value: value - 4000}
    idle = report_of(AgentName.ADAPTATION, a_person(plants=few, memory=past(STEPS_TARGET, 14)))
    assert "adaptation.hold" not in ids(idle)
    strained = report_of(AgentName.ADAPTATION, a_person(plants=few | STRAIN))
    text = advised(strained, "adaptation.hold").text
    assert "enough" not in text
    assert "plenty" not in text


def test_a_wake_time_that_is_hardly_kept_is_no_reason_to_walk_less() -> None:
    memory = past(Target(metric=metrics.WAKE_TIME, value=600, unit="clock"), 14, "routine.rise")
    report = report_of(AgentName.ADAPTATION, a_person(memory=memory))
    step = told(report, "adaptation.next_step_waits")
    assert step.title == "No new load for now"
    assert step.text.startswith("An earlier recommendation was hardly followed, so nothing new that asks more")
    assert "adaptation.hold" not in ids(report)


def test_a_smaller_step_that_was_hardly_followed_itself_gives_way_too() -> None:
    memory = past(Target(metric=metrics.STEPS, value=9000, unit="count"), 14, "adaptation.smaller_step_steps")
    asked = advised(report_of(AgentName.ADAPTATION, a_person(memory=memory)), "adaptation.smaller_step_steps")
    given = memory.short_term.recommendations[0]
    known = experience(given.model_copy(update={"recommendation": asked})).model_copy(
        update={"last_on": given.given_on + timedelta(days=7), "reached": 0.0, "risen": False}
    )
    memory = memory.model_copy(update={"meta": MetaMemory(experiences=(known,))})
    report = report_of(AgentName.ADAPTATION, a_person(memory=memory))
    assert "adaptation.smaller_step_steps" not in ids(report)
    assert told(report, "adaptation.next_step_waits").title == "No new load for now"


def test_what_gives_way_for_a_month_keeps_nothing_else_waiting() -> None:
    memory = past(Target(metric=metrics.WAKE_TIME, value=600, unit="clock"), 14, "routine.rise")
    given = memory.short_term.recommendations[0]
    known = experience(given).model_copy(
        update={"last_on": given.given_on + timedelta(days=7), "reached": 0.0, "risen": False}
    )
    memory = memory.model_copy(update={"meta": MetaMemory(experiences=(known,))})
    report = report_of(AgentName.ADAPTATION, a_person(memory=memory))
    assert told(report, "adaptation.next_step").title == "There is room for a little more"


def said(adherence: str, *, helpful: bool | None = None, id_: str = "routine.walk") -> Answer:
    return Answer.model_validate(
        {
            "recommendation_id": id_,
            "analysis_id": "an-0",
            "at": "2026-03-10T12:00:00Z",
            "adherence": adherence,
            "helpful": helpful,
        }
    )


@pytest.mark.parametrize(
    ("adherence", "title", "says"),
    [
        ("followed", "Followed, you say; the data differ", "You said that you followed it; the data show less."),
        ("partly", "Hardly followed", "You said that you followed it in part."),
        ("not", "Hardly followed", "You said that you did not follow it."),
    ],
)
def test_adaptation_says_where_person_and_data_disagree(adherence: str, title: str, says: str) -> None:
    report = report_of(AgentName.ADAPTATION, a_person(memory=past(STEPS_TARGET, 14), feedback=(said(adherence),)))
    outcome = told(report, "adaptation.outcome_routine.walk")
    assert outcome.title.startswith(title)
    assert outcome.text.endswith(says)


def test_adaptation_asks_for_no_half_of_what_did_not_help() -> None:
    answer = said("not", helpful=False)
    report = report_of(AgentName.ADAPTATION, a_person(memory=past(STEPS_TARGET, 14), feedback=(answer,)))
    assert "adaptation.smaller_step_steps" not in ids(report)
    assert "0 helped you and 1 did not" in told(report, "adaptation.answers").text


def test_nothing_is_promised_of_what_helped() -> None:
    """Whether it is advised again is for the plan to say."""
    context = a_person(memory=past(STEPS_TARGET, 14), feedback=(said("followed", helpful=True),))
    text = told(report_of(AgentName.ADAPTATION, context), "adaptation.answers").text
    assert text.endswith("1 helped you and 0 did not: what helped counts for what comes next.")


def test_where_the_data_cannot_tell_the_person_is_believed() -> None:
    memory = past(Target(metric="last_meal", value=1200, unit="clock"), 14, "nutrition.last_meal")
    titles = {
        adherence: told(
            report_of(
                AgentName.ADAPTATION,
                a_person(memory=memory, feedback=(said(adherence, id_="nutrition.last_meal"),)),
            ),
            id_,
        ).title
        for adherence, id_ in (("followed", "adaptation.next_step"), ("not", "adaptation.next_step_waits"))
    }
    assert titles == {"followed": "There is room for a little more", "not": "No new load for now"}


@pytest.mark.parametrize(("target", "reached"), [(1425, 0), (15, 14)])
def test_adaptation_reads_bedtimes_across_midnight(target: int, reached: int) -> None:
    """They fall asleep about 23:40; a target of 23:45 is another one than a target of 00:15."""
    memory = past(Target(metric=metrics.BEDTIME, value=target, unit="clock"), 14, "routine.earlier_bedtime")
    report = report_of(AgentName.ADAPTATION, a_person(memory=memory))
    counted = next(item for item in report.evidence if item.statistic.startswith("days_below"))
    assert counted.value is not None
    assert counted.value > reached * 0.8
    assert counted.n == 14


def test_adaptation_counts_wake_times_on_both_sides_of_the_target() -> None:
    early, right = (
        report_of(
            AgentName.ADAPTATION,
            a_person(memory=past(Target(metric=metrics.WAKE_TIME, value=value, unit="clock"), 14, "routine.rise")),
        )
        for value in (600, 440)
    )
    assert told(early, "adaptation.outcome_routine.rise").title.startswith("Hardly followed")
    assert told(right, "adaptation.outcome_routine.rise").title.startswith("Reached")


def test_adaptation_does_not_judge_yesterdays_advice_nor_its_own_advice_to_hold() -> None:
    for memory in (past(STEPS_TARGET, 1), past(STEPS_TARGET, 14, "adaptation.hold")):
        report = report_of(AgentName.ADAPTATION, a_person(memory=memory))
        assert not [id_ for id_ in ids(report) if id_.startswith("adaptation.outcome")]
