"""What stands out over all series: red flags, levels, trends, unusual days, lasting changes, relations."""

from collections.abc import Iterable
from math import ceil
from typing import Final

from functions.agents.insights.input import InsightsInput
from functions.agents.insights.relations import related
from holisticos.agents import ids, judgement, metrics, phrases, spans
from holisticos.agents.claims import Claims, family
from holisticos.agents.formatting import Said, distance, first_sentence, quantity, when
from holisticos.agents.metrics import measure
from holisticos.agents.recovery import is_strain, recovery
from holisticos.agents.safety import red_flags
from holisticos.agents.spec import Analysis, combine
from holisticos.analytics.activity import BRISK_CADENCE
from holisticos.analytics.anomalies import anomalies
from holisticos.analytics.changepoints import changepoint
from holisticos.analytics.coverage import worn_otherwise
from holisticos.analytics.families import LEADING_SLOW, RATE_OF_MANY
from holisticos.analytics.trends import trend
from holisticos.analytics.usual import level
from holisticos.contracts.names import AgentName, Area, Direction, PartOfDay
from holisticos.contracts.report import WEEK, Evidence, Finding, Recommendation, Target

ME: Final = AgentName.INSIGHTS
TREND_RATE: Final = RATE_OF_MANY * 2 / 3
"""Of three leading series two are tried here; the third is weight, with the nutrition agent."""
RECOVERY_SIGNS: Final = frozenset({metrics.HRV, metrics.RESTING_HEART_RATE})
"""Their level has tests of its own."""
NUTRITION_TRENDS: Final = frozenset({metrics.WEIGHT, "body_fat", "waist_circumference", metrics.GLUCOSE})
NO_LEVEL: Final = RECOVERY_SIGNS | {metrics.BEDTIME, metrics.LATE_STEPS}
KIN: Final = {
    metrics.ACTIVE_MINUTES: metrics.STEPS,
    "activity_low_intensity_duration": metrics.STEPS,
    "active_hours": metrics.STEPS,
    metrics.ACTIVE_ENERGY: metrics.STEPS,
    metrics.TOTAL_ENERGY: metrics.STEPS,
    "score.activity": metrics.STEPS,
    "sleep_in_bed_duration": metrics.SLEEP_MINUTES,
    "sleep_light_duration": metrics.SLEEP_MINUTES,
    "score.sleep": metrics.SLEEP_MINUTES,
    "heart_rate_sleep": metrics.RESTING_HEART_RATE,
}
"""Metrics that move together: of each such group one is told, the one it is called by where that can be."""
CORE: Final = (metrics.STEPS, metrics.SLEEP_MINUTES, metrics.TOTAL_ENERGY, metrics.BREATHING_ASLEEP)
EASED_BY_REST: Final = frozenset(
    {metrics.HRV, metrics.RESTING_HEART_RATE, "heart_rate_sleep", "heart_rate_variability_sdnn"}
)
"""Signs of strain that easier days may turn."""
USUAL_SCATTER: Final = 1.0
"""Standard deviations of a person's days within which a value reads as usual to them."""
MOST_EFFORT: Final = 30
"""Minutes a day, however far the way back is: every archetype has room for that."""
EASY_DAYS: Final = 2
CHECK_DAYS: Final = 14


def analyse(data: InsightsInput) -> Analysis:
    hrv, resting = data.daily(metrics.HRV), data.daily(metrics.RESTING_HEART_RATE)
    coping = recovery(hrv, resting, data.window, data.history)
    slow, changing = _slow_changes(data)
    return combine(
        red_flags(ME, data.daily(metrics.OXYGEN_ASLEEP), resting, data.window, data.history),
        Analysis(coping.evidence, coping.findings(ME)),
        _levels(data, changing),
        slow,
        _unusual_days(data),
        related(data),
    )


def _levels(data: InsightsInput, changing: frozenset[str]) -> Analysis:
    """``changing`` are the metrics of which a slow change is told: they are not as usual."""
    claims = family(
        (
            level(item, data.window, data.history, nightly=measure(name).nightly)
            for name, item in data.series.items()
            if name not in NO_LEVEL
        ),
        rate=RATE_OF_MANY,
    )
    claimed = _one_of_kin(claims.claims)
    found = [phrases.level(ME, item, claimed=True) for item in claimed]
    advice = [_back_to_usual(told, item, data.move_in_the) for told, item in zip(found, claimed, strict=True)]
    usual = _as_usual(claims, changing)
    return Analysis(
        claims.evidence, (*found, *([usual] if usual else [])), tuple(item for item in advice if item is not None)
    )


def _one_of_kin(claimed: Iterable[Evidence]) -> list[Evidence]:
    """A person wants to hear of hours of sleep rather than of a score made of them; else the strongest."""
    told: dict[str, Evidence] = {}
    for item in claimed:
        group = KIN.get(item.metric, item.metric)
        told[group] = max(told.get(group, item), item, key=lambda one: (one.metric == group, abs(one.strength or 0.0)))
    return list(told.values())


def _as_usual(claims: Claims, changing: frozenset[str]) -> Finding | None:
    """What did not stand out, among what people ask for first.

    A value outside the usual ups and downs is left out although chance may make it: of a single day it may be anything.
    """
    calm = [
        item
        for item in claims.evidence
        if item.metric in CORE
        and item.metric not in changing
        and item.value is not None
        and item.baseline
        and not claims.claimed(item)
        and abs(item.strength or 0.0) <= USUAL_SCATTER
    ]
    if not calm:
        return None
    values = ", ".join(f"{measure(item.metric).name} {Said(item).value} (usual {Said(item).usual})" for item in calm)
    return phrases.finding(
        ME,
        "as_usual",
        "No clear change",
        f"Within your usual ups and downs {when(Said(calm[0]).evidence.window)}: {values}.",
        calm,
        importance=judgement.TYPICAL,
        direction=Direction.STABLE,
    )


def _slow_changes(data: InsightsInput) -> tuple[Analysis, frozenset[str]]:
    """Trends, and lasting changes of level where there is no trend to explain them; and what they are called by."""
    series = {name: item for name, item in data.series.items() if name not in NUTRITION_TRENDS}
    trends = family(
        (trend(item, data.window, data.history) for item in series.values()), rate=TREND_RATE, leading=LEADING_SLOW
    )
    changes = family(
        (changepoint(item, data.window, data.history) for item in data.series.values()),
        rate=RATE_OF_MANY,
        leading=LEADING_SLOW,
    )
    moving = _one_of_kin(trends.claims)
    explained = {KIN.get(item.metric, item.metric) for item in moving}
    jumped = [
        item
        for item in _one_of_kin(changes.claims)
        if KIN.get(item.metric, item.metric) not in explained and not _of_wearing(data, item)
    ]
    found = (*(phrases.trend(ME, item) for item in moving), *(phrases.changepoint(ME, item) for item in jumped))
    told = zip(found, (*moving, *jumped), strict=True)
    worse = next(
        (one for one, item in told if item.metric in EASED_BY_REST and is_strain(item.metric, item.direction)), None
    )
    analysis = Analysis((*trends.evidence, *changes.evidence), found, (_ease_off(worse),) if worse else ())
    return analysis, frozenset(KIN.get(item.metric, item.metric) for item in (*moving, *jumped))


def _of_wearing(data: InsightsInput, evidence: Evidence) -> bool:
    """A new level of what is measured day and night, since the device is worn at night or no longer is."""
    if evidence.metric != metrics.RESTING_HEART_RATE:
        return False
    before = spans.known_before(evidence.window, data.daily(evidence.metric))
    return worn_otherwise(data.daily(metrics.SLEEP_MINUTES), evidence.window, before)


def _ease_off(found: Finding) -> Recommendation:
    return Recommendation(
        id=ids.EASE_OFF,
        text=f"Make {EASY_DAYS} days of the coming week easy ones: no hard training on them, and an early night.",
        why=first_sentence(found.text),
        area=Area.MOVEMENT,
        finding_ids=(found.id,),
        evidence_ids=found.evidence_ids,
        effort_minutes=0,
        measure=f"In {CHECK_DAYS} days the change has stopped or turned.",
    )


def _unusual_days(data: InsightsInput) -> Analysis:
    """Single days: the counts are tested together, the days of those that stand out are told."""
    looked_at = [anomalies(item, data.window, data.history) for item in data.series.values()]
    counts = family((found[0] for found in looked_at if found), rate=RATE_OF_MANY)
    days = [
        max(rest, key=lambda item: abs(item.strength or 0.0))
        for first, *rest in looked_at
        if rest and first.id in counts.made
    ]
    told = _one_of_kin(days)
    return Analysis((*counts.evidence, *days), tuple(phrases.unusual_day(ME, item) for item in told))


def _back_to_usual(found: Finding, evidence: Evidence, move_in_the: PartOfDay | None) -> Recommendation | None:
    """Where steps or sleep of a week have dropped: a way back to the person's own usual, not beyond it.

    What became of a day or two is no measure of the coming week.
    """
    if evidence.direction is not Direction.DOWN or evidence.metric not in {metrics.STEPS, metrics.SLEEP_MINUTES}:
        return None
    if evidence.window.days < WEEK:
        return None
    said = Said(evidence)
    missing = said.usual_number - said.number
    part = move_in_the if evidence.metric == metrics.STEPS else None
    if evidence.metric == metrics.STEPS:
        minutes = min(MOST_EFFORT, ceil(missing / BRISK_CADENCE))
        target = min(said.usual_number, said.number + BRISK_CADENCE * minutes)
        when = f" in the {part}" if part else ""
        text = f"Add {quantity(minutes, 'minute')} of walking a day{when}: back towards your usual {said.usual} steps."
    else:
        minutes = min(MOST_EFFORT, ceil(missing / 5) * 5)
        target = min(said.usual_number, said.number + minutes)
        text = f"Go to bed {quantity(minutes, 'minute')} earlier: back towards your usual {said.usual} of sleep."
    return Recommendation(
        id=f"{ME}.back_to_usual_{evidence.metric}",
        text=text,
        why=first_sentence(found.text),
        area=Area.MOVEMENT if evidence.metric == metrics.STEPS else Area.SLEEP,
        finding_ids=(found.id,),
        evidence_ids=(evidence.id,),
        effort_minutes=minutes,
        time_of_day=part,
        target=Target(metric=evidence.metric, value=round(target), unit=evidence.unit),
        measure=f"The median of the next 7 days is {distance(target, evidence.unit)} or more.",
        adds_load=evidence.metric == metrics.STEPS,
    )
