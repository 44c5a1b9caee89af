"""What each agent is for: a planted truth is found and acted on."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.agents.routine.activity import STEP_UP, STEP_UP_LEAST
from holisticos.agents import metrics
from holisticos.agents.archetypes import BUDGETS
from holisticos.agents.step_capacity import LEAST_WALK_MINUTES
from holisticos.contracts.names import AgentName, Archetype, Direction
from holisticos.contracts.report import DateSpan
from holisticos.health.memory import Fact
from holisticos.health.series import Night
from tests.examples import a_memory
from tests.unit.agents.person import LAST_DAY, STRAIN, Plant, a_person, in_window, is_free
from tests.unit.agents.specs import advised, ids, report_of, told

FALL = {metrics.STEPS: lambda day, value: value - 60 * max(0, (day - LAST_DAY).days + 42)}


def test_behavior_tells_quiet_weekends_and_plans_for_them() -> None:
    quiet = {metrics.STEPS: lambda day, value: value - 4000 if is_free(day) else value}
    report = report_of(AgentName.BEHAVIOR, a_person(plants=quiet))
    assert told(report, "behavior.steps_weekends").direction is Direction.DOWN
    # Each of the two days takes the whole walk, whatever that is on average.
    assert advised(report, "behavior.weekend_walk").effort_minutes == 20


def test_behavior_tells_a_device_that_is_hardly_worn() -> None:
    context = a_person(only=frozenset({metrics.STEPS}))
    steps = context.biomarkers[metrics.STEPS]
    some = {day: value for day, value in steps.values.items() if day.day % 3 == 0}
    rarely = context.model_copy(update={"biomarkers": {metrics.STEPS: steps.model_copy(update={"values": some})}})
    report = report_of(AgentName.BEHAVIOR, rarely)
    assert "Tracking has large gaps" in {item.title for item in report.findings}
    assert "behavior.wear_more" in ids(report)


@pytest.mark.parametrize(("minutes", "advises"), [(3.0, True), (60.0, False)])
def test_behavior_compares_activity_with_the_guideline(minutes: float, *, advises: bool) -> None:
    active = {metrics.MODERATE_MINUTES: lambda *_: minutes, metrics.VIGOROUS_MINUTES: lambda *_: 0.0}
    report = report_of(AgentName.BEHAVIOR, a_person(plants=active))
    assert ("behavior.brisk_minutes" in ids(report)) is advises
    assert "2 h 30 min" in told(report, "behavior.weekly_activity").text


@pytest.mark.parametrize(
    ("minutes", "title", "more"),
    [(20.7, "is close to", None), (22.0, "reaches", None), (13.0, "is below", 9), (1.7, "is below", 5)],
)
def test_a_few_minutes_a_week_are_not_asked_for_and_the_first_step_is_small(
    minutes: float, title: str, more: int | None
) -> None:
    active = {metrics.MODERATE_MINUTES: lambda *_: minutes, metrics.VIGOROUS_MINUTES: lambda *_: 0.0}
    report = report_of(AgentName.BEHAVIOR, a_person(plants=active))
    assert title in told(report, "behavior.weekly_activity").title
    asked = {item.id: item.effort_minutes for item in report.recommendations}
    assert asked.get("behavior.brisk_minutes") == more


def test_behavior_tells_a_week_of_scattered_nights() -> None:
    context = a_person()
    since = LAST_DAY - timedelta(days=6)

    def scattered(night: Night) -> Night:
        by = timedelta(minutes=(150 if night.wake_date.day % 2 else -150) if night.wake_date >= since else 0)
        return night.model_copy(update={"start": night.start + by, "end": night.end + by})

    irregular = context.model_copy(update={"nights": tuple(map(scattered, context.nights))})
    found = told(report_of(AgentName.BEHAVIOR, irregular), "behavior.mid_sleep_variability")
    assert found.direction is Direction.UP
    assert "The middle of your sleep varied by 2 h" in found.text
    assert "behavior.mid_sleep_variability" not in ids(report_of(AgentName.BEHAVIOR, context))


def test_nutrition_tells_a_weight_trend_and_that_it_knows_no_food() -> None:
    losing = {metrics.WEIGHT: lambda day, value: value - 0.1 * max(0, (day - LAST_DAY).days + 42)}
    report = report_of(AgentName.NUTRITION, a_person(plants=losing))
    assert told(report, "nutrition.weight_trend").direction is Direction.DOWN
    balance = told(report, "nutrition.energy_balance")
    assert balance.title == "Energy balance below zero"
    assert next(item.value for item in report.evidence if item.id == "energy_balance.from_weight.42d") == pytest.approx(
        -770, abs=60
    )
    assert "nothing is said here about what or how much you eat" in told(report, "nutrition.diary").text


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (1, "What you ate on 15 Mar 2026 is not known. So nothing is said here"),
        (7, "Food or drink was recorded on 0 of 7 days (9-15 Mar 2026). So nothing is said here"),
    ],
)
def test_nutrition_speaks_of_one_day_as_a_person_would(days: int, says: str) -> None:
    report = report_of(AgentName.NUTRITION, a_person(window_days=days))
    assert told(report, "nutrition.diary").text.startswith(says)


def test_nutrition_takes_the_last_meal_from_the_usual_bedtime() -> None:
    report = report_of(AgentName.NUTRITION, a_person(only=frozenset({"nights"})))
    evidence = {item.id: item for item in report.evidence}
    bed, meal = evidence["bedtime.usual.28d"], evidence["last_meal.latest.28d"]
    assert bed.value is not None
    assert meal.value is not None
    assert 0 <= (bed.value - 180 - meal.value) % 1440 < 5
    assert meal.rests_on == (bed.id,)


def test_routine_moves_a_short_sleeper_to_bed_a_little_earlier() -> None:
    short = {metrics.SLEEP_MINUTES: lambda _, value: value - 80}
    report = report_of(AgentName.ROUTINE, a_person(plants=short))
    assert told(report, "routine.sleep_need").direction is Direction.DOWN
    rest = advised(report, "routine.earlier_bedtime")
    assert 15 <= rest.effort_minutes <= 30
    assert rest.target is not None
    bed = next(item.value for item in report.evidence if item.id == "bedtime.usual.28d")
    assert bed is not None
    assert 10 <= (bed - rest.target.value) % 1440 <= 35


def test_routine_asks_a_short_sleeper_without_clock_times_for_more_sleep() -> None:
    short = {metrics.SLEEP_MINUTES: lambda _, value: value - 80}
    report = report_of(AgentName.ROUTINE, a_person(plants=short, only=frozenset({metrics.SLEEP_MINUTES})))
    assert "routine.more_sleep" in ids(report)


def test_routine_asks_a_short_sleeper_whose_clock_times_are_few_for_more_sleep() -> None:
    context = a_person(plants={metrics.SLEEP_MINUTES: lambda _, value: value - 80})
    report = report_of(AgentName.ROUTINE, context.model_copy(update={"nights": context.nights[-2:]}))
    assert "routine.more_sleep" in ids(report)


def test_routine_asks_for_no_more_where_hardly_anything_is_missing() -> None:
    walks = {metrics.STEPS: lambda *_: 7700.0}
    report = report_of(AgentName.ROUTINE, a_person(plants=walks))
    assert told(report, "routine.step_capacity").title == "Your steps bring most of the benefit"
    assert "routine.walk" not in ids(report)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), usual=st.floats(500, 15_000), archetype=st.sampled_from(list(Archetype)))
def test_routine_never_asks_for_more_steps_than_the_step_above_the_median(
    seed: int, usual: float, archetype: Archetype
) -> None:
    plants = {metrics.STEPS: lambda _, value: value / 7000 * usual}
    context = a_person(seed, plants=plants, only=frozenset({metrics.STEPS}), archetype=archetype)
    report = report_of(AgentName.ROUTINE, context)
    medians = {item.id: item.value for item in report.evidence if item.statistic == "median"}
    weeks, week = medians["steps.median.28d"], medians["steps.median.7d"]
    assert weeks is not None
    assert week is not None
    median = max(weeks, week)
    for item in report.recommendations:
        if item.target and item.target.metric == metrics.STEPS:
            assert median < item.target.value <= max(median * (1 + STEP_UP), median + STEP_UP_LEAST)
            assert item.effort_minutes >= LEAST_WALK_MINUTES
            assert item.effort_minutes <= BUDGETS[archetype].minutes


def test_routine_lets_a_strained_body_rest() -> None:
    few = {metrics.STEPS: lambda _, value: value - 3000}
    rested, strained = (report_of(AgentName.ROUTINE, a_person(plants=few | plants)) for plants in ({}, STRAIN))
    assert "routine.walk" in ids(rested)
    assert "routine.easy_day" not in ids(rested)
    assert "routine.walk" not in ids(strained)
    assert "routine.easy_day" in ids(strained)


def _still(day: date, hour: int) -> float:
    return 0.0 if hour < 8 or 12 <= hour < 17 else 600.0 + day.day


@pytest.mark.parametrize("known", [True, False])
def test_an_hour_without_a_step_is_sitting_only_where_it_is_known_who_is_awake(*, known: bool) -> None:
    context = a_person()
    hours = context.hourly[metrics.STEPS]
    still = {hour: _still(hour.date(), hour.hour) for hour in hours.values}
    context = context.model_copy(
        update={
            "hourly": {metrics.STEPS: hours.model_copy(update={"values": still})},
            "nights": context.nights if known else (),
        }
    )
    report = report_of(AgentName.ROUTINE, context)
    text = told(report, "routine.still_hours").text
    assert text.startswith("While awake" if known else "By day, asleep or awake,")
    assert ("routine.breaks" in ids(report)) is known


def test_memory_states_what_is_usual_at_first() -> None:
    first = report_of(AgentName.MEMORY, a_person())
    assert ids(first) == {"memory.usual_days", "memory.usual_nights"}


def test_memory_compares_nothing_with_the_same_days() -> None:
    context = a_person()
    usual = [item for item in report_of(AgentName.MEMORY, context).evidence if item.statistic == "median"]
    insights = report_of(AgentName.INSIGHTS, a_person(plants=STRAIN))
    memory = a_memory(
        last_window=DateSpan(start=LAST_DAY, end=LAST_DAY),
        findings=insights.findings,
        evidence=insights.evidence,
        facts=tuple(Fact(evidence=item, since=LAST_DAY) for item in usual),
    )
    assert ids(report_of(AgentName.MEMORY, a_person(plants=STRAIN, memory=memory))) == {
        "memory.usual_days",
        "memory.usual_nights",
    }


def test_memory_tells_a_change_since_the_last_analysis() -> None:
    then = LAST_DAY - timedelta(days=12)
    memory = a_memory(analyses=1, last_window=DateSpan(start=then, end=then))
    walks = {metrics.STEPS: in_window(lambda value: value + 5000, days=12)}
    changed = report_of(AgentName.MEMORY, a_person(plants=walks, memory=memory))
    assert told(changed, "memory.steps_since_last").direction is Direction.UP
    same = report_of(AgentName.MEMORY, a_person(memory=memory))
    assert "memory.no_change" in ids(same)


def test_insights_tells_a_decline_once_and_strain_with_what_to_do() -> None:
    report = report_of(AgentName.INSIGHTS, a_person(plants=FALL))
    assert told(report, "insights.steps_trend").direction is Direction.DOWN
    assert not [item for item in report.findings if item.id == "insights.as_usual" and "step count" in item.text]
    strained = report_of(AgentName.INSIGHTS, a_person(plants=STRAIN))
    assert told(strained, f"insights.{metrics.HRV}_recovery").direction is Direction.DOWN
    assert told(strained, f"insights.{metrics.RESTING_HEART_RATE}_recovery").direction is Direction.UP


def test_of_what_moves_together_insights_tells_what_the_others_are_made_of() -> None:
    """Active time has fallen by more of its spread; steps are what a person knows."""
    less = {
        metrics.STEPS: in_window(lambda value: value - 4000),
        metrics.ACTIVE_MINUTES: in_window(lambda value: value - 180),
    }
    report = report_of(AgentName.INSIGHTS, a_person(plants=less))
    assert told(report, "insights.steps_level").direction is Direction.DOWN
    assert f"insights.{metrics.ACTIVE_MINUTES}_level" not in ids(report)
    alone = report_of(AgentName.INSIGHTS, a_person(plants={metrics.ACTIVE_MINUTES: less[metrics.ACTIVE_MINUTES]}))
    assert told(alone, f"insights.{metrics.ACTIVE_MINUTES}_level").direction is Direction.DOWN


def test_a_single_day_is_no_measure_of_the_coming_week() -> None:
    cut_off = {
        metrics.STEPS: in_window(lambda _: 700.0, days=1),
        metrics.SLEEP_MINUTES: in_window(lambda _: 130, days=1),
    }
    report = report_of(AgentName.INSIGHTS, a_person(plants=cut_off, window_days=1))
    assert {"insights.steps_level", "insights.sleep_duration_level"} & set(ids(report))
    assert not [id_ for id_ in ids(report) if id_.startswith("insights.back_to_usual")]


@pytest.mark.parametrize("days", [15, 18, 28])
def test_who_began_to_wear_it_a_fortnight_ago_hears_of_strain(days: int) -> None:
    at_rest = {metrics.RESTING_HEART_RATE: in_window(lambda value: value + 8)}
    found = told(
        report_of(AgentName.INSIGHTS, a_person(days=days, plants=at_rest)), "insights.heart_rate_resting_recovery"
    )
    assert "bpm above your usual" in found.text


@pytest.mark.parametrize("agent", [AgentName.INSIGHTS, AgentName.ROUTINE, AgentName.ADAPTATION])
def test_a_device_that_is_off_at_night_is_no_change_of_the_heart(agent: AgentName) -> None:
    at_rest = {metrics.RESTING_HEART_RATE: in_window(lambda value: value - 8, days=14)}
    context = a_person(plants=at_rest)
    on = report_of(agent, context)
    since = LAST_DAY - timedelta(days=14)
    by_night = {metrics.HRV, metrics.SLEEP_MINUTES}
    worn_by_day = context.model_copy(
        update={
            "nights": tuple(night for night in context.nights if night.wake_date <= since),
            "biomarkers": {
                name: one.model_copy(
                    update={"values": {day: value for day, value in one.values.items() if day <= since}}
                )
                if name in by_night
                else one
                for name, one in context.biomarkers.items()
            },
        }
    )
    off = report_of(agent, worn_by_day)
    claims = {f"insights.{metrics.RESTING_HEART_RATE}_changepoint"}
    if agent is AgentName.INSIGHTS:
        assert claims & set(ids(on))
    assert not claims & set(ids(off))
    assert not [item for item in off.findings if "resting heart rate" in item.text.lower()]


def test_insights_tells_an_unusual_day() -> None:
    feast = {metrics.STEPS: in_window(lambda value: value + 20_000, days=1)}
    report = report_of(AgentName.INSIGHTS, a_person(plants=feast, only=frozenset({metrics.STEPS})))
    assert f"insights.steps_anomaly_{LAST_DAY}" in ids(report)


def test_insights_tells_a_relation_as_a_pattern_and_not_as_a_cause() -> None:
    base = a_person()
    steps = base.biomarkers[metrics.STEPS].values

    def next_night(day: date, value: float) -> float:
        before = steps.get(day - timedelta(days=1), 7000.0)
        return value - (before - 7000) / 1500 * 9

    report = report_of(AgentName.INSIGHTS, a_person(plants={metrics.HRV: next_night}))
    relation = told(report, f"insights.relation_steps_{metrics.HRV}")
    start = "In the night after days with more steps your heart rate variability tends to be lower by about "
    assert relation.text.startswith(start)
    size = next(item for item in report.evidence if item.id == f"steps~{metrics.HRV}.difference.lag1")
    assert f"{abs(size.value or 0.0):.0f} ms" in relation.text or f"{abs(size.value or 0.0):.1f} ms" in relation.text
    assert size.id in relation.evidence_ids
    assert "not proof of a cause" in relation.text


def test_a_weekly_pattern_of_both_is_no_relation() -> None:
    """They walk and sleep otherwise on weekends, and within the week one has nothing to do with the other."""
    weekly: dict[str, Plant] = {
        metrics.STEPS: lambda day, value: value - 5000 if is_free(day) else value,
        metrics.SLEEP_MINUTES: lambda day, value: value + 120 if is_free(day) else value,
    }
    report = report_of(AgentName.INSIGHTS, a_person(plants=weekly, days=90))
    assert not [id_ for id_ in ids(report) if id_.startswith("insights.relation_steps_sleep")]
    by_id = {item.id: item for item in report.evidence}
    relation = by_id["steps~sleep_duration.spearman.lag0"]
    assert relation.p_value is not None
    assert relation.p_value < 0.01
    assert f"{relation.id}.weekdays" in by_id


def test_a_relation_that_holds_within_the_week_is_told_beside_a_weekly_pattern() -> None:
    base = a_person(days=90)
    steps = base.biomarkers[metrics.STEPS].values

    def sleep(day: date, value: float) -> float:
        return value - (steps[day] - 7000) / 1500 * 45 + (120 if is_free(day) else 0)

    weekly: dict[str, Plant] = {
        metrics.STEPS: lambda day, value: value - 5000 if is_free(day) else value,
        metrics.SLEEP_MINUTES: sleep,
    }
    report = report_of(AgentName.INSIGHTS, a_person(plants=weekly, days=90))
    assert "insights.relation_steps_sleep_duration" in ids(report)


@pytest.mark.parametrize("agent", [AgentName.ROUTINE, AgentName.INSIGHTS])
def test_red_flags_are_raised_by_two_agents(agent: AgentName) -> None:
    low = {metrics.OXYGEN_ASLEEP: in_window(lambda value: value - 8, days=2)}
    high = {metrics.RESTING_HEART_RATE: in_window(lambda value: value + 15, days=4)}
    for plants, flag in ((low, "low_oxygen"), (high, "resting_heart_rate_raised")):
        report = report_of(agent, a_person(plants=plants))
        assert told(report, f"{agent}.{flag}").red_flag
        assert "health professional" in told(report, f"{agent}.{flag}").text
        assert f"{agent}.see_a_professional" in ids(report)


def test_a_raised_heart_rate_is_told_with_its_days_and_the_reading() -> None:
    """Of days without a reading nothing is claimed."""
    twelfth = LAST_DAY - timedelta(days=3)
    raised = in_window(lambda value: value + 25, days=4, last_day=twelfth)
    context = a_person(plants={metrics.RESTING_HEART_RATE: raised})
    resting = context.biomarkers[metrics.RESTING_HEART_RATE]
    known = resting.model_copy(update={"values": {day: x for day, x in resting.values.items() if day <= twelfth}})
    context = context.model_copy(update={"biomarkers": {**context.biomarkers, metrics.RESTING_HEART_RATE: known}})
    flag = told(report_of(AgentName.INSIGHTS, context), "insights.resting_heart_rate_raised")
    assert "was 86 bpm on a typical day of 9-12 Mar 2026, for 4 days in a row far above your usual 60 bpm" in flag.text
    assert "There is no reading since" in flag.text
    assert "15 Mar" not in flag.text


@pytest.mark.parametrize(("beats", "alarms"), [(61.0, False), (62.0, False), (66.0, True)])
def test_a_beat_or_two_alarm_nobody_however_steady_their_heart_rate_is(beats: float, alarms: bool) -> None:
    first = LAST_DAY - timedelta(days=2)
    steady: dict[str, Plant] = {
        metrics.RESTING_HEART_RATE: lambda day, _: beats if day >= first else 60.0 + (day.toordinal() % 14 == 0)
    }
    flags = [item for item in report_of(AgentName.ROUTINE, a_person(plants=steady)).findings if item.red_flag]
    assert bool(flags) is alarms


def test_nobody_is_alarmed_without_reason() -> None:
    for seed in range(5):
        assert not any(item.red_flag for item in report_of(AgentName.INSIGHTS, a_person(seed)).findings)


def test_insights_calls_no_wild_day_usual() -> None:
    """One day may be anything by chance: what is far off is not called usual for that."""
    wild = {metrics.STEPS: in_window(lambda _: 94.0, days=1)}
    calm = told(report_of(AgentName.INSIGHTS, a_person(plants=wild, window_days=1)), "insights.as_usual")
    assert "Within your usual ups and downs on 15 Mar 2026" in calm.text
    assert "step count" not in calm.text


def test_what_is_remembered_says_on_how_many_days_it_rests_and_is_not_called_usual() -> None:
    """The usual is that of the days before; what is remembered holds the last week too."""
    lower = {metrics.HRV: in_window(lambda value: value * 0.6)}
    person = a_person(plants=lower)
    series = person.biomarkers[metrics.WEIGHT]
    sparse = {day: value for day, value in series.values.items() if day.weekday() not in {1, 3}}
    person = person.model_copy(
        update={"biomarkers": person.biomarkers | {metrics.WEIGHT: series.model_copy(update={"values": sparse})}}
    )
    report = report_of(AgentName.MEMORY, person)
    days, nights = (told(report, f"memory.usual_{name}").text for name in ("days", "nights"))
    assert "(medians of 20 to 28 days in 16 Feb - 15 Mar 2026)" in days
    assert "(medians of 28 nights in 16 Feb - 15 Mar 2026)" in nights
    assert not [text for text in (days, nights) if "usual" in text]


def test_a_load_rests_on_the_days_that_are_told() -> None:
    person = a_person()
    series = person.biomarkers[metrics.STEPS]
    sparse = {day: value for day, value in series.values.items() if day.weekday() not in {1, 3}}
    changed = person.biomarkers | {metrics.STEPS: series.model_copy(update={"values": sparse})}
    report = report_of(AgentName.ADAPTATION, person.model_copy(update={"biomarkers": changed}))
    assert "on average over the 20 days recorded in 16 Feb - 15 Mar 2026" in told(report, "adaptation.load").text
