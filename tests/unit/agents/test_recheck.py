"""What became of what an earlier analysis found: only new days decide it, and only clearly."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from benchmarks.grounding.texts import as_ruled
from functions.agents.memory.recheck import RATE
from holisticos.agents import ids, metrics
from holisticos.agents.formatting import first_sentence
from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.agents.runner import analysis_of
from holisticos.analytics.families import FALSE_FINDING_RATE
from holisticos.contracts.analysis import AnalysisWindow
from holisticos.contracts.names import AgentName, Archetype, Direction
from holisticos.contracts.report import DateSpan, Evidence, Finding
from holisticos.contracts.wording import WordingRequest
from holisticos.health.adherence import LOOKS
from holisticos.health.context import UserHealthContext
from holisticos.health.memory import Memory, ShortTermMemory, WorkingMemory
from local.agents import SPECS
from tests.examples import a_memory
from tests.unit.agents.person import LAST_DAY, USUAL, Plant, a_person, in_window
from tests.unit.agents.specs import report_of

UP, DOWN = Direction.UP, Direction.DOWN


def found(statistic: str, direction: Direction, days_ago: int, *, metric: str = metrics.STEPS, days: int = 7) -> Memory:
    """What is left of an analysis ``days_ago`` that found something on the ``days`` before it."""
    end = LAST_DAY - timedelta(days=days_ago)
    window = DateSpan(start=end - timedelta(days=days - 1), end=end)
    unit, value = UNITS[statistic]
    evidence = Evidence(
        id=f"{metric}.{statistic}.{days}d",
        metric=metric,
        statistic=statistic,
        value=value if direction is UP else -value,
        unit=unit,
        window=window,
        n=days,
        direction=direction,
        p_value=0.001,
        method="made up",
    )
    finding = Finding(
        id=f"insights.{metric}_{statistic}",
        title="Found",
        text="Found.",
        direction=direction,
        importance=0.5,
        confidence=0.9,
        evidence_ids=(evidence.id,),
    )
    return a_memory(last_window=window, findings=(finding,), evidence=(evidence,))


UNITS: Mapping[str, tuple[str, float]] = {
    "median": ("count", 4000),
    "trend": ("count_per_day", 100),
    "habitual_need": ("minute", 60),
    "deviation": ("bpm", 7),
    "usual": ("clock", 60),
}


def rechecks(context: UserHealthContext) -> list[Finding]:
    findings = report_of(AgentName.MEMORY, context).findings
    return [item for item in findings if item.id.startswith("memory.recheck")]


def steps(change: float, *, since: int, until: int = 0) -> dict[str, Plant]:
    """Other steps from ``since`` days ago to ``until`` days ago."""
    first, last = LAST_DAY - timedelta(days=since - 1), LAST_DAY - timedelta(days=until)
    return {metrics.STEPS: lambda day, value: value + change if first <= day <= last else value}


def test_a_level_that_goes_on_holds_still() -> None:
    (told,) = rechecks(a_person(plants=steps(-3500, since=17), memory=found("median", DOWN, 10)))
    assert told.title == "Step count still below usual"
    assert told.direction is DOWN
    assert told.text.startswith("Your step count is still below your usual ")
    assert "since 6 Mar 2026" in told.text


def test_a_level_that_is_gone_is_over_and_the_brief_would_say_so() -> None:
    (told,) = rechecks(a_person(plants=steps(-3500, since=17, until=10), memory=found("median", DOWN, 10)))
    assert told.title == "Step count no longer below usual"
    assert told.direction is Direction.STABLE
    assert first_sentence(told.text).startswith("Your step count is no longer below your usual ")


@pytest.mark.parametrize("metric", [metrics.TOTAL_ENERGY, metrics.OXYGEN_ASLEEP, metrics.BREATHING_ASLEEP])
def test_a_level_is_over_in_series_that_do_not_lead_too(metric: str) -> None:
    """Asked beside all that leads, they have the smallest part of the rate."""
    each = [found("median", UP, 20, metric=one, days=14).working for one in USUAL]
    working = each[0].model_copy(
        update={
            "findings": tuple(item for one in each for item in one.findings),
            "evidence": tuple(item for one in each for item in one.evidence),
        }
    )
    memory = found("median", UP, 20).model_copy(update={"working": working})
    plants = {metric: lambda day, value: value + (6 * USUAL[metric][1] if 20 <= (LAST_DAY - day).days < 34 else 0)}
    told = {item.id: item.title for item in rechecks(a_person(days=90, plants=plants, memory=memory, window_days=1))}
    assert "no longer above usual" in told[f"memory.{ids.recheck(metric, 'median')}"]


def test_a_level_on_the_other_side_has_turned() -> None:
    plants = {
        metrics.STEPS: lambda day, value: steps(-3500, since=17, until=10)[metrics.STEPS](
            day, steps(3500, since=10)[metrics.STEPS](day, value)
        )
    }
    (told,) = rechecks(a_person(plants=plants, memory=found("median", DOWN, 10)))
    assert told.title == "Step count now above usual"
    assert told.direction is UP


def test_a_few_new_days_decide_nothing() -> None:
    plants = steps(-3500, since=11, until=4)
    assert rechecks(a_person(plants=plants, memory=found("median", DOWN, 4), window_days=1)) == []


def test_what_one_day_was_like_is_not_asked_again() -> None:
    plants = steps(-5000, since=15, until=14)
    assert rechecks(a_person(plants=plants, memory=found("median", DOWN, 14, days=1), window_days=1)) == []


@pytest.mark.parametrize("seed", range(5))
def test_what_lies_between_is_not_decided(seed: int) -> None:
    """Half way back is neither still off the usual nor clearly other than before, in so few days."""
    plants = {
        metrics.STEPS: lambda day, value: steps(-2200, since=16, until=9)[metrics.STEPS](
            day, steps(-1100, since=9)[metrics.STEPS](day, value)
        )
    }
    told = rechecks(a_person(seed, plants=plants, memory=found("median", DOWN, 9)))
    assert not [item.title for item in told if "still" not in item.title]


@pytest.mark.parametrize(
    ("last_analysis", "today", "asked"), [(10, 0, True), (4, 0, True), (1, 0, True), (0, 1, False), (4, -1, False)]
)
def test_who_is_analysed_every_day_is_asked_at_few_looks(last_analysis: int, today: int, *, asked: bool) -> None:
    """What was found ten days ago is asked again after 5, 10 and 20 new days."""
    known = found("median", DOWN, 10)
    last = DateSpan(start=LAST_DAY - timedelta(days=last_analysis), end=LAST_DAY - timedelta(days=last_analysis))
    day = LAST_DAY + timedelta(days=today)
    memory = Memory(
        working=WorkingMemory(window=last), short_term=ShortTermMemory(open=known.changes), long_term=known.long_term
    )
    context = a_person(plants=steps(-3500, since=17), memory=memory, window_days=1)
    window = AnalysisWindow(start=day, end=day, timezone="Europe/Berlin")
    told = rechecks(context.model_copy(update={"window": window}))
    assert bool(told) is asked


def test_sleep_that_crosses_a_threshold_by_a_few_minutes_is_not_over() -> None:
    """1 h 08 min less before and 1 h 05 min less now, in which nights vary more."""
    short = {metrics.SLEEP_MINUTES: lambda _, value: value - 75}
    memory = found("habitual_need", DOWN, 10, metric=metrics.SLEEP_MINUTES, days=28)
    (told,) = rechecks(a_person(plants=short, memory=memory))
    assert told.title == "Still less sleep than needed"
    assert told.text.startswith("You still sleep less than the 7 h adults need at least: ")
    assert rechecks(a_person(plants=short, memory=found("habitual_need", DOWN, 5, metric=metrics.SLEEP_MINUTES))) == []


def test_sleep_that_became_enough_is_no_longer_short() -> None:
    (told,) = rechecks(slept(-75, -10))
    assert told.title == "No longer clearly less sleep than needed"
    assert "less a night in 2 Feb - 1 Mar 2026" in told.text


@pytest.mark.parametrize(
    ("after", "title"),
    [(-120.0, "is still falling"), (0.0, "is no longer falling"), (150.0, "is now rising")],
)
def test_a_trend_goes_on_has_stopped_or_has_turned(after: float, title: str) -> None:
    (told,) = rechecks(bent(after))
    assert told.title == f"Step count {title}"
    assert told.text.startswith(f"Your step count {title}: ")
    before = "700 a week the other way" if after > 0 else "falling by 700 a week"
    assert f"after {before} in 5 Jan - 15 Feb 2026" in told.text


def test_a_trend_of_times_of_day_moves_later_or_earlier() -> None:
    bend = LAST_DAY - timedelta(days=21)
    context = a_person(days=63, memory=found("trend", UP, 21, metric=metrics.BEDTIME, days=42))
    nights = tuple(
        night.model_copy(update={"start": night.start + timedelta(minutes=4 * min(0, (night.wake_date - bend).days))})
        for night in context.nights
    )
    evidence = context.memory.working.evidence[0].model_copy(update={"unit": "clock_per_day", "value": 4.0})
    working = context.memory.working.model_copy(update={"evidence": (evidence,)})
    memory = context.memory.model_copy(update={"working": working})
    (told,) = rechecks(context.model_copy(update={"nights": nights, "memory": memory}))
    assert told.title == "Bedtime is no longer moving later"
    assert "after moving later by 28 min a week" in told.text


def test_resting_heart_rate_that_came_down_again_is_told_against_the_usual_before() -> None:
    illness = {metrics.RESTING_HEART_RATE: in_window(lambda value: value + 8, 7, LAST_DAY - timedelta(days=12))}
    lasting = {
        metrics.RESTING_HEART_RATE: lambda day, value: (
            illness[metrics.RESTING_HEART_RATE](day, value) - (8 if day > LAST_DAY - timedelta(days=12) else 0)
        )
    }
    memory = found("deviation", UP, 12, metric=metrics.RESTING_HEART_RATE)
    (told,) = rechecks(a_person(plants=lasting, memory=memory))
    assert told.title == "Resting heart rate no longer above usual"
    assert "after 7.0 bpm above it in 25 Feb - 3 Mar 2026" in told.text


@pytest.mark.no_cover
def test_of_people_of_whom_nothing_was_true_hardly_anything_is_told() -> None:
    """Whatever was found by chance is not confirmed by chance more often than the rate says."""
    told = [
        item
        for seed in range(150)
        for item in rechecks(a_person(seed, memory=found("median", DOWN, 14)))
        if "still" in item.title
    ]
    assert len(told) <= 150 * 2 * RATE


@pytest.mark.no_cover
def test_who_is_as_ever_again_is_hardly_told_otherwise_at_any_look() -> None:
    """Steps were low for a week; of all that is asked after it, the whole family errs no more often than its rate."""
    first = LAST_DAY - timedelta(days=20)
    known, plants = found("median", DOWN, 20), steps(-3500, since=27, until=20)

    def at(seed: int, new_days: int) -> list[str]:
        day = first + timedelta(days=new_days)
        context = a_person(seed, days=80, plants=plants, memory=known, only=frozenset({metrics.STEPS}))
        series = context.biomarkers[metrics.STEPS]
        values = {one: value for one, value in series.values.items() if one <= day}
        window = AnalysisWindow(start=day, end=day, timezone="Europe/Berlin")
        biomarkers = {metrics.STEPS: series.model_copy(update={"values": values})}
        return [
            item.title for item in rechecks(context.model_copy(update={"window": window, "biomarkers": biomarkers}))
        ]

    wrong = [seed for seed in range(150) if any("no longer" not in title for look in LOOKS for title in at(seed, look))]
    assert len(wrong) <= 150 * FALSE_FINDING_RATE


def test_what_cannot_be_asked_again_is_left_alone() -> None:
    memory = found("median", DOWN, 10, metric="active_hours")
    assert rechecks(a_person(memory=memory)) == []
    assert rechecks(a_person(memory=found("median", Direction.STABLE, 10))) == []
    working = found("median", DOWN, 10).working
    other = working.evidence[0].model_copy(update={"statistic": "weekend_contrast"})
    changed = working.model_copy(update={"evidence": (other,)})
    assert rechecks(a_person(memory=found("median", DOWN, 10).model_copy(update={"working": changed}))) == []


def complaints(context: UserHealthContext, **changes: str) -> list[str]:
    """What the grounding check says of the texts, with words put in the place of others."""
    analysis = analysis_of(SPECS[AgentName.MEMORY], context)
    asked = WordingRequest(
        agent=AgentName.MEMORY,
        archetype=Archetype.PEAK_PERFORMER,
        language="en",
        findings=tuple(item for item in analysis.findings if item.id.startswith("memory.recheck")),
        recommendations=(),
        evidence=analysis.evidence,
    )
    worded = as_ruled(asked)
    for old, new in changes.items():
        findings = (
            item.model_copy(update={"text": item.text.replace(old.replace("_", " "), new)}) for item in worded.findings
        )
        worded = worded.model_copy(update={"findings": tuple(findings)})
    return list(GroundedInEvidence().complaints(worded, asked))


BEND = LAST_DAY - timedelta(days=28)


def bent(after: float) -> UserHealthContext:
    """Steps that fell until four weeks ago."""

    def plant(day: date, value: float) -> float:
        return value + 3000 - 120 * 42 + (after if day > BEND else -120) * (day - BEND).days

    return a_person(2, days=70, plants={metrics.STEPS: plant}, memory=found("trend", DOWN, 28, days=42))


def slept(before: float, after: float) -> UserHealthContext:
    bend = LAST_DAY - timedelta(days=14)
    plants: dict[str, Plant] = {metrics.SLEEP_MINUTES: lambda day, value: value + (before if day <= bend else after)}
    return a_person(plants=plants, memory=found("habitual_need", DOWN, 14, metric=metrics.SLEEP_MINUTES, days=28))


@pytest.mark.parametrize(
    ("context", "old", "new"),
    [
        (bent(-120), "falling", "rising"),
        (bent(0), "no_longer", "still"),
        (bent(150), "rising", "falling"),
        (slept(-75, -75), "less", "more"),
        (slept(-75, -10), "no_longer ", ""),
        (slept(-75, 80), "more", "less"),
        (a_person(plants=steps(-3500, since=17), memory=found("median", DOWN, 10)), "still", "no longer"),
        (a_person(plants=steps(-3500, since=17, until=10), memory=found("median", DOWN, 10)), "no_longer", "still"),
    ],
)
def test_a_text_passes_the_grounding_check_and_its_opposite_does_not(
    context: UserHealthContext, old: str, new: str
) -> None:
    assert len(rechecks(context)) == 1
    assert complaints(context) == []
    assert complaints(context, **{old: new}) != []
